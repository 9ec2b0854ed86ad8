import { electronBinary, resolveElectron } from './electron.mjs'
import { bin, command, isCommand, run } from './run.mjs'
import { ensureSystem, lacksDisplay, withDisplay } from './system.mjs'

/** What makes sense in a terminal only. */
const headlessOnly = ['--headless', '--serve', '--json', '--remove', '--help']

/**
 * Whether the demo runs without a window: as asked for, else as the machine allows.
 * @param {string[]} args
 * @param {boolean} noDisplay
 */
export const isHeadless = (args, noDisplay) =>
  args.some((arg) => headlessOnly.includes(arg)) || (noDisplay && !args.includes('--window'))

const flags = ['--headless', '--window']

async function demo(args) {
  const rest = args.filter((arg) => !flags.includes(arg))
  const script = ['--import', 'tsx', 'src/demo.ts']
  if (isHeadless(args, lacksDisplay()))
    return await run(process.execPath, [...script, ...(args.includes('--serve') ? [] : ['--headless']), ...rest])

  ensureSystem(['electron'])
  const dist = await resolveElectron()
  const built = await run(...bin('electron-vite', ['build']), { stdout: 'stderr' })
  if (built !== 0) throw new Error('The app could not be built.')
  const env = { READUR_ELECTRON: electronBinary(dist) }
  return await run(...withDisplay(process.execPath, [...script, ...rest]), { env })
}

if (isCommand(import.meta.url)) await command(() => demo(process.argv.slice(2)))
