import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'
import { root } from './run.mjs'

/** The command line in one file. */
export const cliFile = join(root, 'out', 'cli', 'readur-migrate.js')

/** What it is made of; folders change when a file comes or goes. */
const sources = ['src', 'package.json', 'package-lock.json', 'scripts/cliBundle.mjs']

/**
 * When the newest of these files and folders, and of all in them, was changed.
 * @param {string} path
 * @returns {number}
 */
function newest(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

const isStale = () =>
  !existsSync(cliFile) || statSync(cliFile).mtimeMs < Math.max(...sources.map((path) => newest(join(root, path))))

/** Only libsql stays outside, for its binary; the others are what libraries look for and do without. */
const external = ['libsql', 'cpu-features', 'pg-native', /\.node$/]

// ssh2 asks for it: a program of its own that talks to PuTTY’s agent lies beside its code.
const banner = '#!/usr/bin/env node\nconst __dirname = import.meta.dirname;'

/**
 * Bundles the command line into one file, which starts in a fifth of the time. It appears whole or not at all, so that
 * whoever starts it meanwhile is not in the way.
 */
export async function bundleCli() {
  if (!isStale()) return cliFile
  const build = await rolldown({
    input: join(root, 'src/main/cli.ts'),
    platform: 'node',
    external,
    logLevel: 'silent',
    transform: { target: 'node20.18' },
  })
  try {
    const { output } = await build.generate({
      format: 'esm',
      banner,
      minify: { compress: true, mangle: false },
      codeSplitting: false,
    })
    const file = `${cliFile}.${process.pid}`
    await mkdir(dirname(cliFile), { recursive: true })
    await writeFile(file, output[0].code, { mode: 0o755 })
    await rename(file, cliFile)
  } finally {
    await build.close()
  }
  return cliFile
}
