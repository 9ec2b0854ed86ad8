import { spawnSync } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleCli, cliFile } from './cliBundle.mjs'
import { packageFolder, writePackageFiles } from './packageFiles.mjs'
import { command, isCommand, root } from './run.mjs'

const folder = join(root, 'out', 'npm')

const readme = ({ homepage }) => `# Readur Migrate

Moves the documents of a Readur server to S3 and back, without losing any. This is the command line alone:

    npx readur-migrate --help

The program with a window, and all documentation: ${homepage}
`

/** The package as the registry gets it: one file, and libsql for its binary. Whoever installs it gets nothing of the window. */
export function manifestOf(about) {
  const { name, version, description, license, author, homepage, repository, bugs, keywords, engines } = about
  return {
    ...{ name, version, description, license, author, homepage, repository, bugs, keywords },
    type: 'module',
    engines,
    bin: { [name]: 'bin/readur-migrate.js' },
    man: ['man/readur-migrate.1'],
    dependencies: { libsql: about.dependencies.libsql },
  }
}

/** Lays the package out and packs it; gives the file. */
export async function packForNpm() {
  await bundleCli()
  await writePackageFiles()
  const about = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  await rm(folder, { recursive: true, force: true })
  const copies = [
    [cliFile, 'bin/readur-migrate.js'],
    // ssh2 looks for it beside the folder of its code: it talks to PuTTY’s agent on Windows.
    [join(root, 'node_modules/ssh2/util/pagent.exe'), 'util/pagent.exe'],
    [join(packageFolder, 'completions'), 'completions'],
    [join(packageFolder, 'readur-migrate.1'), 'man/readur-migrate.1'],
    [join(packageFolder, 'THIRD-PARTY-NOTICES.txt'), 'THIRD-PARTY-NOTICES.txt'],
    [join(root, 'LICENSE'), 'LICENSE'],
  ]
  for (const [from, to] of copies) await cp(from, join(folder, to), { recursive: true })
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifestOf(about), null, 2)}\n`)
  await writeFile(join(folder, 'README.md'), readme(about))
  const target = join(root, 'dist', 'npm')
  await mkdir(target, { recursive: true })
  const { status, stderr } = spawnSync('npm', ['pack', '--silent', '--pack-destination', target], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`)
  return join(target, `${about.name}-${about.version}.tgz`)
}

if (isCommand(import.meta.url)) {
  await command(async () => {
    console.log(await packForNpm())
    return 0
  })
}
