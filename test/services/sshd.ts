import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../src/sandbox/ports.ts'

const run = promisify(execFile)

/** An account without special rights that every system has. */
const nobody = { name: 'nobody', uid: 65_534, gid: 65_534 }

export interface SshdOptions {
  /**
   * Who is to log in: `nobody` (the default), an account without special rights, or `root`. Where the tests do not run
   * as root, it is the one who runs them: a server can then let nobody else in.
   */
  as?: 'nobody' | 'root'
  /** Lines for sshd_config; the first of a name counts, so they come before ours. */
  config?: readonly string[]
  /** A folder with the host key of another server, to take over its identity; by default a new key is made. */
  hostKey?: string
  hostKeyType?: 'ed25519' | 'rsa' | 'ecdsa'
  port?: number
  /** A command of the shell that mounts disks for this server alone. */
  mount?: string
}

export interface Sshd {
  port: number
  /** Who can log in with the key `clientKey`. */
  user: string
  /** Private key that is let in; its public half lies beside it. */
  clientKey: string
  /** File with the private host key. */
  hostKey: string
  /** `ssh-ed25519 AAAA…`, as a line of known_hosts has it. */
  hostKeyLine: string
  /** A folder that the account owns. */
  home: string
  authorizedKeys: string
  /** What the server has logged so far. */
  log: () => string
  /** Kills the server and all its sessions at once, the way a crash does. */
  kill: () => Promise<void>
  /** Starts it again, on the same port, with the same key. */
  restart: () => Promise<void>
  /** Processes of its sessions, its own not counted. */
  sessions: () => Promise<number[]>
  stop: () => Promise<void>
}

/** Starts OpenSSH's server with a key and a configuration of its own on a free loopback port. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const isRoot = process.getuid?.() === 0
  const { uid, gid, username } = userInfo()
  const account = isRoot && options.as !== 'root' ? nobody : { name: username, uid, gid }
  const dir = await mkdtemp(join(tmpdir(), 'readur-sshd-'))
  await chmod(dir, 0o755)
  const home = join(dir, 'home')
  await mkdir(home)
  const clientKey = await makeKey(join(dir, 'client_key'), 'ed25519')
  const hostKey = options.hostKey ?? (await makeKey(join(dir, 'host_key'), options.hostKeyType ?? 'ed25519'))
  const authorizedKeys = join(dir, 'authorized_keys')
  await writeFile(authorizedKeys, await readFile(`${clientKey}.pub`), { mode: 0o644 })
  const ownHostKey = join(dir, 'own_host_key')
  await writeFile(ownHostKey, await readFile(hostKey), { mode: 0o600 })
  if (isRoot) await chown(home, account.uid, account.gid)
  // The folder that sshd as root locks its helper process into.
  if (isRoot) await mkdir('/run/sshd', { recursive: true })

  const port = options.port ?? (await freePort())
  const configFile = join(dir, 'sshd_config')
  const lines = [
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${ownHostKey}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    'PidFile none',
    'StrictModes no',
    // Without PAM, a server that may not read /etc/shadow takes every account for locked.
    `UsePAM ${isRoot ? 'no' : 'yes'}`,
    'UseDNS no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    'LogLevel VERBOSE',
    ...(options.config?.some((line) => line.startsWith('Subsystem ')) ? [] : ['Subsystem sftp internal-sftp']),
  ]
  // Lines after a Match would belong to it.
  const at = lines.findIndex((line) => line.startsWith('Match '))
  if (at >= 0) lines.push(...lines.splice(at, (options.config ?? []).length - at))
  await writeFile(configFile, `${lines.join('\n')}\n`)

  let log = ''
  let server: ChildProcess
  const start = async (): Promise<void> => {
    const command = [sshdProgram(), '-D', '-e', '-f', configFile]
    const inOwnMounts = ['unshare', '--mount', 'sh', '-c', `${options.mount ?? ''} && exec "$@"`, 'sh', ...command]
    const [program = '', ...args] = options.mount === undefined ? command : inOwnMounts
    server = spawn(program, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env.PATH },
    })
    server.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()))
    await listening(port, server, () => log)
  }
  const onExit = (): void => void server.kill('SIGKILL')
  const kill = async (): Promise<void> => {
    const all = await descendants(server.pid)
    const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : null
    server.kill('SIGKILL')
    for (const pid of all) tryKill(pid)
    await ended
  }
  process.on('exit', onExit)
  await start()
  return {
    port,
    user: account.name,
    clientKey,
    hostKey,
    hostKeyLine: await publicLine(hostKey),
    home,
    authorizedKeys,
    log: () => log,
    kill,
    restart: start,
    sessions: () => descendants(server.pid),
    stop: async () => {
      process.off('exit', onExit)
      await kill()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

/** A new key pair. Returns the private half's path; the other one lies beside it. */
export async function makeKey(path: string, type: 'ed25519' | 'rsa' | 'ecdsa', passphrase = '', format?: string) {
  const size = type === 'rsa' ? ['-b', '2048'] : []
  const shape = format === undefined ? [] : ['-m', format]
  await run('ssh-keygen', ['-q', '-t', type, ...size, ...shape, '-N', passphrase, '-C', 'test', '-f', path])
  return path
}

async function publicLine(hostKey: string): Promise<string> {
  const { stdout } = await run('ssh-keygen', ['-y', '-f', hostKey])
  return stdout.trim().split(' ').slice(0, 2).join(' ')
}

function sshdProgram(): string {
  const found = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path))
  if (found === undefined) throw new Error('No sshd here: run node scripts/system.mjs ssh first.')
  return found
}

/** Until it greets: a listening port alone does not yet answer. */
async function listening(port: number, server: ChildProcess, log: () => string): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`sshd ended: ${log()}`)
    const greeted = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('data', () => done(true))
      socket.once('error', () => done(false))
      socket.once('close', () => done(false))
    })
    if (greeted) return
    await new Promise((done) => setTimeout(done, 20))
  }
}

/** Processes that another one has started, and those that they have. */
async function descendants(pid: number | undefined): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')
    const parent = /\) \S (\d+)/.exec(stat)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const found = pid === undefined ? [] : [pid]
  for (const at of found) {
    for (const [child, parent] of parents) if (parent === at) found.push(child)
  }
  return found.slice(1)
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
