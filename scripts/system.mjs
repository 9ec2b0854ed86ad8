import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { command, isCommand, say } from './run.mjs'

/**
 * @typedef {object} Need something of the operating system's that a group of commands cannot do without
 * @property {string[]} packages Debian's and Ubuntu's names for it; the first that exists there is installed
 * @property {() => boolean} present
 */

const program = (name, ...packages) => ({ packages, present: () => hasProgram(name) })
const library = (name, ...packages) => ({ packages, present: () => hasLibrary(name) })

/** @type {Record<string, { why: string, needs: Need[] }>} */
const groups = {
  electron: {
    why: 'to run Electron',
    needs: [
      library('libgtk-3.so.0', 'libgtk-3-0t64', 'libgtk-3-0'),
      library('libnss3.so', 'libnss3'),
      library('libasound.so.2', 'libasound2t64', 'libasound2'),
      library('libgbm.so.1', 'libgbm1'),
    ],
  },
  display: {
    why: 'to open windows without a screen',
    needs: [
      program('xvfb-run', 'xvfb'),
      program('xauth', 'xauth'),
      { packages: ['fonts-dejavu-core'], present: hasFont },
    ],
  },
  s3: {
    why: 'to run a real S3 server (Ceph) for the tests',
    needs: [
      program('radosgw', 'radosgw'),
      program('ceph-mon', 'ceph-mon'),
      program('ceph-osd', 'ceph-osd'),
      program('ceph', 'ceph-common'),
      program('curl', 'curl'),
      program('python3', 'python3'),
      // A proxy in front that limits bodies.
      program('nginx', 'nginx-light', 'nginx'),
    ],
  },
  postgres: {
    why: 'to test backups with a real pg_dump and a server that it fits, and a connection pooler',
    needs: [{ packages: ['postgresql'], present: hasPostgres }, program('pgbouncer', 'pgbouncer')],
  },
  package: {
    why: 'to make packages and try them',
    needs: [
      program('dpkg-deb', 'dpkg'),
      program('rpmbuild', 'rpm'),
      program('7zz', '7zip'),
      program('useradd', 'passwd'),
      program('pkill', 'procps'),
    ],
  },
  ssh: {
    why: 'to run a real SSH server for the tests',
    needs: [
      program('sshd', 'openssh-server'),
      program('ssh-agent', 'openssh-client'),
      program('openssl', 'openssl'),
      program('busybox', 'busybox-static'),
      // Shells that an account may have on a server.
      program('fish', 'fish'),
      program('tcsh', 'tcsh'),
      program('zsh', 'zsh'),
    ],
  },
}

/**
 * Whether windows need a display of their own making: Linux, and no screen in sight.
 * @param {Record<string, string | undefined>} [env]
 * @param {string} [platform]
 */
export const lacksDisplay = (env = process.env, platform = process.platform) =>
  platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY

/**
 * A command as it has to be run for its windows to open: under a virtual display where there is no other.
 * @param {string} name
 * @param {string[]} args
 * @param {string} [size] of the display, where one has to be made
 * @returns {[string, string[]]}
 */
export const withDisplay = (name, args, size = '1440x900') =>
  lacksDisplay() ? ['xvfb-run', ['-a', '-s', `-screen 0 ${size}x24`, name, ...args]] : [name, args]

/**
 * Sees to it that the operating system has what the named groups need. Installs what is missing where it may
 * (Debian or Ubuntu, as root); does nothing where nothing is missing. Group `electron` brings `display` along
 * where there is no screen.
 * @param {string[]} names
 * @throws where something is missing and cannot be installed; the message names the command to run
 */
export function ensureSystem(names) {
  const wanted = new Set(names)
  if (wanted.has('electron') && lacksDisplay()) wanted.add('display')
  // Elsewhere Electron brings all that it needs.
  if (process.platform !== 'linux') wanted.delete('electron')

  const lacking = [...wanted].filter((name) => missing(name).length > 0)
  if (lacking.length === 0) return
  const what = lacking.map((name) => `${groups[name].why}: ${missing(name).map(lastName).join(' ')}`).join('; ')
  if (!hasProgram('apt-get')) throw new Error(`Missing here, under Debian's names: ${what}. ${inContainer}`)
  if (process.getuid?.() !== 0) {
    throw new Error(`Missing here: ${what}. Run: sudo ${process.execPath} scripts/system.mjs ${lacking.join(' ')}`)
  }

  say(`installing system packages, ${what}`)
  install(lacking.flatMap(missing))
  const still = lacking.flatMap(missing)
  if (still.length > 0) throw new Error(`Installed but not found: ${still.map(lastName).join(' ')}.`)
}

const inContainer =
  'Install them, or test in a container: docker run --rm --privileged -v "$PWD":/src:ro node:20-bookworm bash -c "cp -r /src /work && bash /work/.ci/run"'

const lastName = (need) => need.packages.at(-1)

function missing(name) {
  const group = groups[name]
  if (group === undefined) throw new Error(`No such group: ${name}. Groups: ${Object.keys(groups).join(', ')}.`)
  return group.needs.filter((need) => !need.present())
}

/** What may stand in the way of a system that only wants to test, for as long as packages are installed. */
const restraints = [
  // Ceph's packages, sshd's and PostgreSQL's would start their services where init scripts may run.
  { path: '/usr/sbin/policy-rc.d', text: '#!/bin/sh\nexit 101\n', mode: 0o755 },
  // PostgreSQL's would make a database of its own, which starts with the computer.
  {
    path: '/etc/postgresql-common/createcluster.d/readur-migrate.conf',
    text: 'create_main_cluster = false\n',
    mode: 0o644,
  },
]

function install(needs) {
  const made = restraints.filter(({ path }) => !existsSync(path))
  for (const { path, text, mode } of made) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode })
  }
  try {
    apt('update')
    apt('install', '--yes', '--no-install-recommends', ...new Set(needs.map(packageName)))
  } finally {
    for (const { path } of made) rmSync(path)
  }
}

function apt(...args) {
  const result = spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=600', '-o', 'Dpkg::Use-Pty=0', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: Infinity,
  })
  if (result.status === 0) return
  say(`${result.stdout}${result.stderr}`)
  throw new Error(`apt-get ${args.join(' ')} failed (exit ${result.status ?? result.signal}).`)
}

function packageName({ packages }) {
  const exists = (name) =>
    /Candidate: (?!\(none\))/.test(spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout)
  return packages.find(exists) ?? packages.at(-1)
}

function hasProgram(name) {
  // Users' PATH often lacks sbin, where some of Ceph's programs may be.
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin')
  return folders.some((folder) => isExecutable(join(folder, name)))
}

/** A server and the pg_dump of the very same version; Debian has a folder for each. */
function hasPostgres() {
  const folder = '/usr/lib/postgresql'
  const holds = (version) => ['postgres', 'pg_dump'].every((name) => isExecutable(join(folder, version, 'bin', name)))
  return existsSync(folder) && readdirSync(folder).some(holds)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function hasLibrary(name) {
  const list = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' })
  // A system without ldconfig has ways of its own to find libraries; Electron will say what it misses.
  return list.status !== 0 || list.stdout.includes(`\t${name} `)
}

function hasFont() {
  const folder = '/usr/share/fonts'
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => /\.(ttf|otf|ttc)$/.test(file))
}

if (isCommand(import.meta.url)) {
  await command(() => {
    ensureSystem(process.argv.slice(2))
    return 0
  })
}
