import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { dist } from './dist.mjs'
import { electronBinary, electronEnv, resolveElectron } from './electron.mjs'
import { bin, command, isCommand, root, run, say } from './run.mjs'
import { ensureSystem, withDisplay } from './system.mjs'

const reportFile = join('test-results', 'vitest.json')

/**
 * Whether vitest's arguments let a project's tests run. Patterns count as a yes.
 * @param {string[]} args
 * @param {string} name
 */
export function selects(args, name) {
  const projects = args.flatMap((arg, index) => {
    if (arg.startsWith('--project=')) return [arg.slice('--project='.length)]
    return arg === '--project' ? args.slice(index + 1, index + 2) : []
  })
  return projects.length === 0 || projects.some((project) => project === name || /[*!]/.test(project))
}

/**
 * What a run comes to. A file that could not be loaded, and an error outside of any test, count as a failure each;
 * so does, unless the run was asked to leave tests out, a skip.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { status: string, assertionResults: unknown[] }[] }} report as vitest's JSON reporter writes it
 * @param {{ exitCode: number, mayLeaveOut: boolean }} run
 */
export function sumUp(report, { exitCode, mayLeaveOut }) {
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const found = report.numFailedTests + unloaded.length
  const failed = exitCode !== 0 && found === 0 ? 1 : found
  const skipped = mayLeaveOut ? 0 : report.numPendingTests + report.numTodoTests
  const line = `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
  return { line, skipped, exitCode: exitCode || (failed > 0 || skipped > 0 ? 1 : 0) }
}

/**
 * vitest's arguments without the tests of the package where it cannot be installed: those install it for the whole
 * computer. Whoever asks for them by name gets them.
 * @param {string[]} args
 * @param {{ platform?: string, uid?: number | undefined }} [here]
 */
export function withinReach(args, { platform = process.platform, uid = process.getuid?.() } = {}) {
  const selected = args.some((arg) => arg.startsWith('--project'))
  if (selected || (platform === 'linux' && uid === 0)) return args
  say('the package is not installed and tried: that takes root on Debian or Ubuntu')
  return [...args, '--project', '!package']
}

/** Prepares what the selected tests need and gives the environment to run them in. */
async function prepare(args) {
  const services = selects(args, 'contract') || selects(args, 'integration')
  const packages = selects(args, 'package') && !args.includes('!package')
  const windows = selects(args, 'e2e') || packages
  ensureSystem([
    ...(services || packages ? ['ssh'] : []),
    ...(services ? ['s3', 'postgres'] : []),
    ...(windows ? ['electron'] : []),
  ])
  if (!windows) return { windows, env: {} }

  const electron = await resolveElectron()
  // The package holds the build that the tests of the window use.
  if (packages) await dist(['deb', '-c.deb.compression=gz'])
  else if ((await run(...bin('electron-vite', ['build']))) !== 0) throw new Error('The app could not be built.')
  return { windows, env: { ...electronEnv(electron), READUR_ELECTRON: electronBinary(electron) } }
}

async function test(given) {
  const args = withinReach(given)
  const { windows, env } = await prepare(args)
  await rm(join(root, reportFile), { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const vitest = bin('vitest', ['run', ...reporters, ...args])
  const code = await run(...(windows ? withDisplay(...vitest) : vitest), { env })

  const report = await readFile(join(root, reportFile), 'utf8').then(JSON.parse, () => undefined)
  if (report === undefined) throw new Error(`vitest ended without a report (exit ${code}).`)
  const mayLeaveOut = args.some((arg) => arg === '-t' || arg.startsWith('--testNamePattern'))
  const { line, skipped, exitCode } = sumUp(report, { exitCode: code, mayLeaveOut })
  if (skipped > 0) say('a skipped test proves nothing: make it run, or delete it')
  console.log(line)
  return exitCode
}

if (isCommand(import.meta.url)) await command(() => test(process.argv.slice(2)))
