import { electronBinary, resolveElectron } from './electron.mjs'
import { bin, command, run } from './run.mjs'
import { ensureSystem, withDisplay } from './system.mjs'

/**
 * `npm run screenshots`: pictures of every screen, into docs/images. With `-- --wide` on a display of 3840 × 2160, at both
 * scales, and at 1024 × 700, into test-results/wide: to be looked at.
 */
await command(async () => {
  ensureSystem(['electron', 'display'])
  const dist = await resolveElectron()
  const built = await run(...bin('electron-vite', ['build']), { stdout: 'stderr' })
  if (built !== 0) throw new Error('The app could not be built.')
  const env = { READUR_ELECTRON: electronBinary(dist) }
  const take = (...args) => {
    const script = ['--import', 'tsx', 'test/e2e/screenshots.ts', ...args]
    return run(...withDisplay(process.execPath, script, args.length > 0 ? '3840x2160' : undefined), { env })
  }
  if (!process.argv.includes('--wide')) return await take()
  return (await take('--scale', '1')) || (await take('--scale', '2'))
})
