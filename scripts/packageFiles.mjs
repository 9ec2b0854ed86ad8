import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bashCompletion, fishCompletion, manualPage, pages, zshCompletion } from './commandPages.mjs'
import { collectLicences } from './licences.mjs'
import { root } from './run.mjs'

/** What packages hold beside the program: manual page, completions of shells, licences, changelog. */
export const packageFolder = join(root, 'out', 'package')

const read = (path) => readFile(join(root, path), 'utf8')

/**
 * Names, versions and licences of all that is in the program, with the text of each.
 * @param {ReturnType<typeof collectLicences>} licences
 */
export function noticesOf({ packages, texts }) {
  const listed = texts.map((text, at) => {
    const names = packages
      .filter((it) => it.text === at)
      .map(({ name, version, licence }) => `${name} ${version} (${licence})`)
    return `${names.join('\n')}\n\n${text}\n`
  })
  return `Readur Migrate contains these packages, each under its own licence.\n\n${listed.join(`\n${'-'.repeat(72)}\n\n`)}`
}

/** Debian’s form of licences: what is not ours is said where it is installed. */
const copyrightOf = (
  { homepage, author },
  licence,
) => `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Readur Migrate
Upstream-Contact: ${author.name} <${author.email}>
Source: ${homepage}
Comment: Electron and Chromium are under the licences in
 /opt/readur-migrate/LICENSE.electron.txt and LICENSES.chromium.html; the
 packages from npm under those that the window shows (Help, Licences).

Files: *
Copyright: 2026 The Readur Migrate authors
License: MIT
${licence.slice(licence.indexOf('Permission')).trim().replace(/^$/gm, '.').replace(/^/gm, ' ')}
`

const changelogOf = ({ version, author, homepage }, date) => `readur-migrate (${version}) stable; urgency=medium

  * What is new: see CHANGELOG.md at
    ${homepage}

 -- ${author.name} <${author.email}>  ${date.toUTCString().replace('GMT', '+0000')}
`

/** The time that everything is dated by, so that two builds of one commit are the same. */
const builtAt = new Date(process.env.SOURCE_DATE_EPOCH ? Number(process.env.SOURCE_DATE_EPOCH) * 1000 : Date.now())

export async function writePackageFiles() {
  const about = JSON.parse(await read('package.json'))
  const all = pages()
  const manual = manualPage(all, { ...about, date: builtAt.toISOString().slice(0, 10) })
  const files = {
    'readur-migrate.1': manual,
    'readur-migrate.1.gz': gzipSync(manual, { level: 9 }),
    'completions/readur-migrate': bashCompletion(all),
    'completions/_readur-migrate': zshCompletion(all),
    'completions/readur-migrate.fish': fishCompletion(all),
    'changelog.gz': gzipSync(changelogOf(about, builtAt), { level: 9 }),
    'THIRD-PARTY-NOTICES.txt': noticesOf(collectLicences(root)),
    copyright: copyrightOf(about, await read('LICENSE')),
  }
  await rm(packageFolder, { recursive: true, force: true })
  await mkdir(join(packageFolder, 'completions'), { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(packageFolder, name), content)
}

if (process.argv[1] === import.meta.filename) await writePackageFiles()
