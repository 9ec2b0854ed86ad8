import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Packages that are built into the window although they are only needed to build it. */
const inWindow = [
  '@fontsource-variable/inter',
  '@mantine/core',
  '@mantine/hooks',
  '@tabler/icons-react',
  'get-nonce',
  'react',
  'react-dom',
  'zustand',
]

/** The lock file's entry for a package as a dependant finds it: its own copy, or the one further up. */
function find(packages, name, from) {
  for (let place = from; ;) {
    const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`
    if (packages[path]) return path
    if (place === '') return undefined
    const at = place.lastIndexOf('node_modules/')
    place = at <= 0 ? '' : place.slice(0, at - 1)
  }
}

/**
 * All that ends up in the program, from the lock file: what it depends on, what those depend on, and what is built into
 * the window. Optional packages of other platforms are listed too: they are in the program there.
 */
function closure(packages) {
  const seen = new Set()
  const visit = (name, from) => {
    const path = find(packages, name, from)
    if (path === undefined || seen.has(path)) return
    seen.add(path)
    const { dependencies = {}, optionalDependencies = {} } = packages[path]
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, path)
  }
  for (const name of [...Object.keys(packages[''].dependencies), ...inWindow]) visit(name, '')
  return [...seen]
}

/** The text of a package's licence, where it lies here and has one. */
function textOf(root, path) {
  const folder = join(root, path)
  if (!existsSync(folder)) return null
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)(\.|-|$)/i.test(name))
  return file === undefined ? null : readFileSync(join(folder, file), 'utf8').trim()
}

const mit = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`

/** Who wrote a package, by its own words. */
function authorOf(root, path, name) {
  const file = join(root, path, 'package.json')
  const { author } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  return (typeof author === 'string' ? author : author?.name) ?? `the authors of ${name}`
}

/**
 * The text for a package that has none with it: MIT's with the name of its author, the others' as a package under the
 * same licence has it.
 */
function standardText(root, path, name, license, found) {
  if (license === 'MIT') return mit(authorOf(root, path, name))
  return found.find((it) => it.license === license && it.text !== null)?.text ?? null
}

/**
 * Names, versions, licences and their texts, from what is installed; no network.
 * @param {string} root the project's folder
 */
export function collectLicences(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const texts = []
  const found = closure(packages).map((path) => ({ path, ...packages[path], text: textOf(root, path) }))
  const list = found.map(({ path, version, license, text: own }) => {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const text = own ?? standardText(root, path, name, license, found)
    const known = text === null ? null : texts.indexOf(text)
    if (known === -1) texts.push(text)
    return {
      name,
      version,
      licence: typeof license === 'string' ? license : 'see its text',
      text: known === -1 ? texts.length - 1 : known,
    }
  })
  list.sort((a, b) => a.name.localeCompare(b.name, 'en'))
  return { packages: list, texts }
}

/** Puts the licences beside the main process's code. */
export const licencesPlugin = () => ({
  name: 'readur-licences',
  generateBundle() {
    // This module is bundled into the build's configuration, which lies elsewhere; builds run in the project's folder.
    this.emitFile({ type: 'asset', fileName: 'licences.json', source: JSON.stringify(collectLicences(process.cwd())) })
  },
})
