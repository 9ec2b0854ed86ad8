import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bundleCli } from './cliBundle.mjs'
import { electronBinary, resolveElectron } from './electron.mjs'
import { bin, command, isCommand, root, run } from './run.mjs'
import { ensureSystem } from './system.mjs'

/** What is made where nothing is asked for: on Linux all that can be made without GitHub. */
const usual = { linux: ['deb', 'rpm', 'tar.gz'], win32: ['nsis'], darwin: ['dmg', 'zip'] }
const platforms = { linux: '--linux', win32: '--win', darwin: '--mac' }

/** electron-builder would fetch these from GitHub. */
const builderEnv =
  process.platform === 'linux'
    ? {
        CUSTOM_FPM_PATH: join(root, 'scripts', 'fpm.mjs'),
        ELECTRON_BUILDER_7ZIP_PATH: '/usr/bin/7zz',
        // Its own, 9, takes minutes for a tar.gz that is hardly smaller.
        ELECTRON_BUILDER_COMPRESSION_LEVEL: '5',
      }
    : {}

function versionOf(electron) {
  const { stdout } = spawnSync(electron, ['-p', 'process.versions.electron'], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  if (!/^\d+\.\d+\.\d+/.test(stdout)) throw new Error(`${electron} does not say which version it is.`)
  return stdout.trim()
}

async function step(name, args, env) {
  if ((await run(name, args, { env })) !== 0) throw new Error('The packages could not be made; see above.')
}

/**
 * `npm run dist [-- TARGET…]`: packages of this platform for this processor, in dist/. `dir` is the program unpacked.
 * @param {string[]} targets electron-builder’s, and its options
 */
export async function dist(targets) {
  const platform = platforms[process.platform]
  if (platform === undefined) throw new Error(`There are no packages for ${process.platform}.`)
  if (process.platform === 'linux') ensureSystem(['electron', 'package'])
  const electronDist = await resolveElectron()
  await step(...bin('electron-vite', ['build']))
  await bundleCli()
  await step(process.execPath, ['--import', 'tsx', join(root, 'scripts', 'packageFiles.mjs')])
  const config = [`-c.electronDist=${electronDist}`, `-c.electronVersion=${versionOf(electronBinary(electronDist))}`]
  const wanted = targets.length > 0 ? targets : usual[process.platform]
  await step(
    ...bin('electron-builder', [
      platform,
      ...wanted,
      `--${process.arch}`,
      '--publish',
      'never',
      '--config',
      'electron-builder.config.mjs',
      ...config,
    ]),
    builderEnv,
  )
}

if (isCommand(import.meta.url)) {
  await command(async () => {
    await dist(process.argv.slice(2))
    return 0
  })
}
