import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's own folder. */
export const root = resolve(import.meta.dirname, '..')

/**
 * Tells the person at the terminal what a script does. On stderr: stdout belongs to results.
 * @param {string} message
 */
export const say = (message) => console.error(`readur: ${message}`)

/**
 * Whether the module was started as a command rather than imported.
 * @param {string} url the module's import.meta.url
 */
export const isCommand = (url) => process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(url)

/**
 * Runs the body of a command and ends the process with the exit code that it gives; an error is printed as its message alone.
 * @param {() => number | Promise<number>} body
 */
export async function command(body) {
  try {
    process.exitCode = await body()
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}

/**
 * How to run the command of a dependency that is named like it: with this Node, so that no shell is needed on any platform.
 * @param {string} name
 * @param {string[]} args
 * @returns {[string, string[]]}
 */
export function bin(name, args) {
  const folder = join(root, 'node_modules', name)
  if (!existsSync(folder)) throw new Error(`${name} is not installed here. Run: npm ci`)
  const { bin: entry } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return [process.execPath, [join(folder, typeof entry === 'string' ? entry : entry[name]), ...args]]
}

/**
 * Runs a command in the project's folder until it ends and gives its exit code (128 + n where a signal ended it).
 * An interrupt reaches the command, and this process outlives it.
 * @param {string} name
 * @param {string[]} args
 * @param {{ env?: Record<string, string | undefined>, stdout?: 'inherit' | 'stderr' }} [options]
 * @returns {Promise<number>}
 */
export function run(name, args, { env = {}, stdout = 'inherit' } = {}) {
  const child = spawn(name, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['inherit', stdout === 'stderr' ? process.stderr.fd : 'inherit', 'inherit'],
  })
  // A terminal sends Ctrl+C to the command as well; a `kill` of this process alone has to be passed on.
  const wait = () => undefined
  const pass = () => child.kill('SIGTERM')
  process.on('SIGINT', wait)
  process.on('SIGTERM', pass)
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code, signal) => done(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 0)))
  }).finally(() => {
    process.off('SIGINT', wait)
    process.off('SIGTERM', pass)
  })
}
