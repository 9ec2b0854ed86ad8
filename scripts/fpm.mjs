#!/usr/bin/env node
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { command, isCommand } from './run.mjs'

/**
 * What electron-builder asks of fpm, for the two packages that we make: fpm itself would be fetched from GitHub, and no
 * distribution has it. The packages run no scripts when they are installed or removed: nothing of ours needs one.
 *
 * @typedef {object} Wanted
 * @property {'deb' | 'rpm'} type
 * @property {Record<string, string>} options the last of each
 * @property {string[]} depends
 * @property {string[]} recommends
 * @property {{ from: string, to: string }[]} sources
 */

const withoutValue = ['--force', '--debug']
const shortNames = { '-s': '--input-type', '-t': '--output-type', '-d': '--depends' }

/**
 * @param {readonly string[]} args
 * @returns {Wanted}
 */
export function wantedOf(args) {
  const options = {}
  const [depends, recommends, sources] = [[], [], []]
  for (let at = 0; at < args.length; at += 1) {
    const arg = shortNames[args[at]] ?? args[at]
    if (withoutValue.includes(arg)) continue
    if (arg.startsWith('--')) {
      at += 1
      const value = args[at]
      if (value === undefined) throw new Error(`fpm: ${arg} needs a value.`)
      if (arg === '--depends') depends.push(value)
      else if (arg === '--deb-recommends') recommends.push(value)
      else options[arg.slice(2)] = value
    } else {
      const split = arg.lastIndexOf('=')
      const [from, to] = [arg.slice(0, split), arg.slice(split + 1)]
      if (split <= 0 || !to.startsWith('/')) throw new Error(`fpm: “${arg}” is not a source: FROM=/TO.`)
      sources.push({ from, to })
    }
  }
  const type = options['output-type']
  if (options['input-type'] !== 'dir' || (type !== 'deb' && type !== 'rpm')) {
    throw new Error('fpm: only -s dir with -t deb or -t rpm.')
  }
  for (const name of ['name', 'version', 'architecture', 'maintainer', 'url', 'description', 'package']) {
    if (!options[name]) throw new Error(`fpm: --${name} is missing.`)
  }
  return { type, options, depends, recommends, sources }
}

/** Of the text that electron-builder sends: the synopsis in its first line, the description after it. */
function descriptionOf({ description }) {
  const [synopsis, ...rest] = description.split('\n').map((line) => line.trim())
  return { synopsis, paragraph: rest.join('\n').trim() || synopsis }
}

const wrapped = (text) => text.replace(/(.{1,78})(?:\s|$)/gm, '$1\n').trimEnd()

/**
 * @param {Wanted} wanted
 * @param {number} installedKiB
 */
export function controlOf({ options, depends, recommends }, installedKiB) {
  const { synopsis, paragraph } = descriptionOf(options)
  const fields = {
    Package: options.name,
    Version: options.version,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': installedKiB,
    Depends: depends.join(', '),
    Recommends: recommends.join(', '),
    Section: options.category ?? 'utils',
    Priority: options['deb-priority'] ?? 'optional',
    Homepage: options.url,
    Description: `${synopsis}\n${wrapped(paragraph).replace(/^/gm, ' ')}`,
  }
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('')
}

const rpmArchitectures = { amd64: 'x86_64', arm64: 'aarch64' }

/**
 * @param {Wanted} wanted
 * @param {string} tree where all is laid out
 */
export function specOf({ options, depends, sources }, tree) {
  const { synopsis, paragraph } = descriptionOf(options)
  const literal = (text) => text.replaceAll('%', '%%')
  return `Name: ${options.name}
Version: ${options.version}
Release: ${options.iteration ?? '1'}
Summary: ${literal(options['rpm-summary'] ?? synopsis)}
License: ${options.license ?? 'unknown'}
Vendor: ${literal(options.vendor ?? options.maintainer)}
Packager: ${literal(options.maintainer)}
URL: ${literal(options.url)}
AutoReqProv: no
${depends.map((name) => `Requires: ${name}\n`).join('')}
# Files go in as they are: nothing is stripped, compressed or linked by build id.
%define __os_install_post %{nil}
%define _build_id_links none
%define debug_package %{nil}
%define _binary_payload w3.zstdio

%description
${literal(paragraph)}

%install
cp -a "${literal(tree)}/." "%{buildroot}"

%files
%defattr(-,root,root,-)
${sources.map(({ to }) => `"${literal(to)}"\n`).join('')}`
}

/** Chromium’s own sandbox where the kernel allows no user namespaces (Ubuntu 24.04): it has to be root’s with this bit, as in Chrome’s packages. */
const setuid = { name: 'chrome-sandbox', mode: 0o4755 }

/** What electron-builder adds for its own script, which is not used. */
const leftOut = ['apparmor-profile']

const isLibrary = (name) => /\.so(\.\d+)*$/.test(name)

const walk = (folder, below = '') =>
  readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(below, entry.name)
    return entry.isDirectory() ? [`${path}/`, ...walk(folder, path)] : [path]
  })

function layOut({ sources }, tree) {
  for (const { from, to } of sources) {
    mkdirSync(dirname(join(tree, to)), { recursive: true })
    cpSync(from, join(tree, to), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  }
  chmodSync(tree, 0o755)
  for (const path of walk(tree)) {
    const file = join(tree, path)
    const stat = lstatSync(file)
    const name = posix.basename(path)
    if (leftOut.includes(name)) rmSync(file)
    else if (name === setuid.name) chmodSync(file, setuid.mode)
    else if (stat.isFile()) chmodSync(file, stat.mode & 0o100 && !isLibrary(name) ? 0o755 : 0o644)
    else if (stat.isDirectory()) chmodSync(file, 0o755)
  }
}

function run(name, ...args) {
  const { status, error, stderr } = spawnSync(name, args, { encoding: 'utf8', maxBuffer: Infinity })
  if (status !== 0) throw new Error(`${name} failed: ${error?.message ?? stderr}`)
}

/** dpkg’s hashes, and the sum of the sizes in KiB as dpkg counts them: whole ones, one for each folder. */
function sumsOf(tree) {
  let sums = ''
  let kibibytes = 0
  for (const path of walk(tree)) {
    const stat = lstatSync(join(tree, path))
    kibibytes += stat.isFile() ? Math.ceil(stat.size / 1024) : 1
    if (stat.isFile())
      sums += `${createHash('md5')
        .update(readFileSync(join(tree, path)))
        .digest('hex')}  ${path}\n`
  }
  return { sums, kibibytes }
}

/** `gz` is for those who are in a hurry, such as tests. */
const compressionOf = ({ 'deb-compression': name }) => (name === 'gz' ? ['-Zgzip', '-z1'] : [`-Z${name ?? 'xz'}`])

function makeDeb(wanted, tree) {
  const { sums, kibibytes } = sumsOf(tree)
  const folder = join(tree, 'DEBIAN')
  mkdirSync(folder, { mode: 0o755 })
  writeFileSync(join(folder, 'control'), controlOf(wanted, kibibytes), { mode: 0o644 })
  writeFileSync(join(folder, 'md5sums'), sums, { mode: 0o644 })
  run('dpkg-deb', '--root-owner-group', ...compressionOf(wanted.options), '--build', tree, wanted.options.package)
}

function makeRpm(wanted, tree, work) {
  const spec = join(work, 'package.spec')
  writeFileSync(spec, specOf(wanted, tree))
  const { architecture } = wanted.options
  const target = `${rpmArchitectures[architecture] ?? architecture}-linux`
  const made = join(work, 'rpms')
  run('rpmbuild', '-bb', '--target', target, '--define', `_topdir ${work}`, '--define', `_rpmdir ${made}`, spec)
  const found = walk(made).filter((path) => path.endsWith('.rpm'))
  if (found.length !== 1) throw new Error(`rpmbuild made ${found.length} packages.`)
  cpSync(join(made, found[0]), wanted.options.package)
}

/** @param {readonly string[]} args fpm’s */
export function makePackage(args) {
  const wanted = wantedOf(args)
  const missing = wanted.sources.filter(({ from }) => !existsSync(from))
  if (missing.length > 0) throw new Error(`fpm: there is no ${missing.map(({ from }) => from).join(', ')}.`)
  const work = mkdtempSync(join(tmpdir(), 'readur-package-'))
  try {
    const tree = join(work, 'tree')
    mkdirSync(tree)
    layOut(wanted, tree)
    if (wanted.type === 'deb') makeDeb(wanted, tree)
    else makeRpm(wanted, tree, work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

if (isCommand(import.meta.url)) {
  await command(() => {
    makePackage(process.argv.slice(2))
    return 0
  })
}
