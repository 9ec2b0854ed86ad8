import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { command, isCommand, root } from './run.mjs'

const read = (path) => readFile(join(root, path), 'utf8')
const heading = /^## (\S+) \((.+)\)$/m

/**
 * CHANGELOG.md with its newest section released, under this version and date.
 * @param {string} changelog
 * @param {string} version
 * @param {string} date
 */
export function released(changelog, version, date) {
  const [whole, , state] = heading.exec(changelog) ?? []
  if (state !== 'unreleased') throw new Error('CHANGELOG.md has nothing that is unreleased.')
  return changelog.replace(whole, `## ${version} (${date})`)
}

/**
 * What is new in the newest version, as CHANGELOG.md says.
 * @param {string} changelog
 */
export function newest(changelog) {
  const [, first = ''] = changelog.split(/^(?=## )/m)
  const [, version, date] = heading.exec(first) ?? []
  if (version === undefined) throw new Error('CHANGELOG.md has no version.')
  return { version, date, notes: first.slice(first.indexOf('\n')).trim() }
}

/**
 * What is wrong with a tag; nothing, where a release can be made of it.
 * @param {string} tag
 * @param {{ version: string, changelog: string }} project
 */
export function problemsOf(tag, { version, changelog }) {
  const newestHere = newest(changelog)
  return [
    ...(tag === `v${version}` ? [] : [`The tag is ${tag}, and package.json has ${version}.`]),
    ...(newestHere.version === version
      ? []
      : [`CHANGELOG.md has ${newestHere.version} first, and package.json ${version}.`]),
    ...(newestHere.date === 'unreleased' ? ['CHANGELOG.md calls it unreleased. Run: npm run release -- VERSION'] : []),
  ]
}

/** `npm run release -- 0.2.0`: the version everywhere, and the CHANGELOG. */
async function prepare(version) {
  if (!/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/.test(version ?? '')) throw new Error('usage: npm run release -- 1.2.3')
  const changelog = released(await read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10))
  for (const file of ['package.json', 'package-lock.json']) {
    const about = JSON.parse(await read(file))
    about.version = version
    if (about.packages) about.packages[''].version = version
    await writeFile(join(root, file), `${JSON.stringify(about, null, 2)}\n`)
  }
  await writeFile(join(root, 'CHANGELOG.md'), changelog)
  console.log(
    `git commit --all --message 'Release ${version}' && git tag v${version} && git push origin main v${version}`,
  )
}

/** The sum of a file, from a list as sha256sum writes it. */
function sumOf(sums, name) {
  const line = sums.split('\n').find((it) => it.endsWith(`  ${name}`))
  if (line === undefined) throw new Error(`There is no ${name} among the sums.`)
  return line.split(' ')[0]
}

/**
 * Homebrew’s cask and Arch Linux’s package, of a release’s files.
 * @param {{ version: string, homepage: string, description: string }} about
 * @param {string} sums
 */
export function channels({ version, homepage, description }, sums) {
  const name = (rest) => `readur-migrate-${version}-${rest}`
  const address = `${homepage}/releases/download/v${version}`
  const says = description.replace(/\.$/, '')
  const fields = {
    pkgdesc: says,
    pkgver: version.replaceAll('-', '_'),
    pkgrel: '1',
    url: homepage,
    arch: 'x86_64',
    license: 'MIT',
    source: `${address}/readur-migrate_${version}_amd64.deb`,
    sha256sums: sumOf(sums, `readur-migrate_${version}_amd64.deb`),
  }
  const depends = ['gtk3', 'nss', 'alsa-lib', 'libnotify', 'libsecret', 'xdg-utils']
  return {
    'readur-migrate.rb': `cask "readur-migrate" do
  arch arm: "arm64", intel: "x64"

  version "${version}"
  sha256 arm:   "${sumOf(sums, name('mac-arm64.dmg'))}",
         intel: "${sumOf(sums, name('mac-x64.dmg'))}"

  url "${homepage}/releases/download/v#{version}/readur-migrate-#{version}-mac-#{arch}.dmg"
  name "Readur Migrate"
  desc "${says}"
  homepage "${homepage}"

  app "Readur Migrate.app"

  zap trash: "~/Library/Application Support/readur-migrate"
end
`,
    PKGBUILD: `pkgname=readur-migrate-bin
pkgver=${fields.pkgver}
pkgrel=${fields.pkgrel}
pkgdesc='${fields.pkgdesc}'
arch=('${fields.arch}')
url='${fields.url}'
license=('${fields.license}')
depends=(${depends.map((it) => `'${it}'`).join(' ')})
provides=('readur-migrate')
conflicts=('readur-migrate')
source=('${fields.source}')
sha256sums=('${fields.sha256sums}')

package() {
  bsdtar -xf data.tar.* -C "$pkgdir"
  rm -r "$pkgdir/usr/share/lintian"
}
`,
    '.SRCINFO': `pkgbase = readur-migrate-bin
${Object.entries(fields)
  .map(([key, value]) => `\t${key} = ${value}\n`)
  .join('')}${depends.map((it) => `\tdepends = ${it}\n`).join('')}\tprovides = readur-migrate
\tconflicts = readur-migrate

pkgname = readur-migrate-bin
`,
  }
}

/**
 * One feed for electron-updater of those that each Mac wrote for its own processor; the updater chooses by the name.
 * @param {{ version: string, files: { url: string }[] }[]} feeds
 */
export function mergedFeed(feeds) {
  const [first, ...others] = feeds
  if (first === undefined) throw new Error('There is no feed.')
  if (others.some(({ version }) => version !== first.version)) throw new Error('The feeds are of different versions.')
  return { ...first, files: feeds.flatMap(({ files }) => files) }
}

const commands = {
  check: async (tag) => {
    const { version } = JSON.parse(await read('package.json'))
    const problems = problemsOf(tag, { version, changelog: await read('CHANGELOG.md') })
    if (problems.length > 0) throw new Error(problems.join('\n'))
  },
  notes: async () => console.log(newest(await read('CHANGELOG.md')).notes),
  feed: async (target, ...files) => {
    // The other commands run where nothing is installed.
    const { parse, stringify } = await import('yaml')
    const feeds = await Promise.all(files.map(async (file) => parse(await readFile(file, 'utf8'))))
    await writeFile(target, stringify(mergedFeed(feeds)))
  },
  channels: async (sums, folder) => {
    const files = channels(JSON.parse(await read('package.json')), await readFile(sums, 'utf8'))
    await mkdir(folder, { recursive: true })
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  },
}

if (isCommand(import.meta.url)) {
  await command(async () => {
    const [first, ...args] = process.argv.slice(2)
    const known = commands[first]
    await (known === undefined ? prepare(first) : known(...args))
    return 0
  })
}
