import { electronBinary, resolveElectron } from './electron.mjs'
import { bin, command, run } from './run.mjs'
import { ensureSystem, withDisplay } from './system.mjs'

/** `npm run screenshots`: pictures of every screen, into docs/images. */
await command(async () => {
  ensureSystem(['electron', 'display'])
  const dist = await resolveElectron()
  const built = await run(...bin('electron-vite', ['build']), { stdout: 'stderr' })
  if (built !== 0) throw new Error('The app could not be built.')
  const script = ['--import', 'tsx', 'test/e2e/screenshots.ts']
  return await run(...withDisplay(process.execPath, script), { env: { READUR_ELECTRON: electronBinary(dist) } })
})
