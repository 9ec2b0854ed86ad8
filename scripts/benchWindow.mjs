import { electronBinary, resolveElectron } from './electron.mjs'
import { bin, command, run } from './run.mjs'
import { ensureSystem, withDisplay } from './system.mjs'

/** `npm run bench:window`: what working with the real window is like, in figures. */
await command(async () => {
  ensureSystem(['electron', 'display', 's3'])
  const dist = await resolveElectron()
  const built = await run(...bin('electron-vite', ['build']), { stdout: 'stderr' })
  if (built !== 0) throw new Error('The app could not be built.')
  const script = ['--import', 'tsx', 'test/bench/window/main.ts', ...process.argv.slice(2)]
  return await run(...withDisplay(process.execPath, script), { env: { READUR_ELECTRON: electronBinary(dist) } })
})
