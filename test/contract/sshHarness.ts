import { execFile } from 'node:child_process'
import { mkdtemp, open as openFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openSsh, type SshConnection } from '../../src/main/adapters/ssh/connection.ts'
import { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { noPrompts, type SshHop, type SshTarget } from '../../src/main/adapters/ssh/target.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpSource.ts'
import type { PoolOptions } from '../../src/main/adapters/uploads/remote/pool.ts'
import type { Sshd } from '../services/sshd.ts'
import { localUploads } from './localUploads.ts'
import type { WritingHarness } from './uploadsWriting.suite.ts'

export const never = new AbortController().signal

/** Soon, and for long enough that a test server is up again. */
export const soon: RetryPolicy = { retries: 200, firstDelayMs: 20, longestDelayMs: 50 }

/** A folder for known_hosts and our own store, gone with `remove`. */
export async function trustFolder(): Promise<{ dir: string; store: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-ssh-'))
  return { dir, store: join(dir, 'hostKeys.json'), remove: () => rm(dir, { recursive: true, force: true }) }
}

/** The way to a test server whose host key is known. `port`: another one than its own, e.g. of a proxy. */
export async function hopTo(sshd: Sshd, dir: string, port = sshd.port): Promise<SshHop> {
  const knownHosts = join(dir, `known_hosts_${port}`)
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${sshd.hostKeyLine}\n`)
  return {
    host: '127.0.0.1',
    port,
    user: sshd.user,
    auth: { keys: [{ path: sshd.clientKey }], agent: null, identitiesOnly: false },
    hostKeys: { knownHosts: [knownHosts], store: join(dir, 'hostKeys.json'), accept: [] },
  }
}

export const open = (target: SshTarget): Promise<SshConnection> => openSsh(target, noPrompts, never)

export const linkTo = (target: SshTarget, policy = soon): SshLink =>
  new SshLink((signal) => openSsh(target, noPrompts, signal), policy)

const run = promisify(execFile)

/** A new uploads folder that is seen through an SSH server, over a connection of its own unless one is given. */
export async function remoteUploads(
  sshd: Sshd,
  dir: string,
  {
    port,
    options,
    rootOnServer,
    ssh: shared,
  }: { port?: number; options?: PoolOptions; rootOnServer?: (root: string) => string; ssh?: SshLink } = {},
): Promise<WritingHarness & { folder: RemoteFolder; ssh: SshLink; root: string }> {
  const local = await localUploads()
  if (process.getuid?.() === 0) {
    await run('chmod', ['755', join(local.root, '..')])
    await run('chown', ['-R', sshd.user, local.root])
  }
  const ssh = shared ?? linkTo({ hops: [await hopTo(sshd, dir, port)] })
  const folder = new RemoteFolder(sftpSource(ssh), 'server', rootOnServer?.(local.root) ?? local.root, options)
  // SFTP shows whole seconds: each change gets one of its own.
  let second = 1_700_000_000
  const dated = async (path: string): Promise<void> => {
    second += 1
    await utimes(join(local.root, path), second, second)
  }
  return {
    ...local,
    ssh,
    folder,
    write: async (path, bytes) => {
      await local.write(path, bytes)
      await dated(path)
    },
    // Never shorter in between: reads are under way already for bytes that the test has not been handed.
    overwrite: async (path, bytes) => {
      const file = await openFile(join(local.root, path), 'r+')
      try {
        await file.write(bytes, 0, bytes.length, 0)
        await file.truncate(bytes.length)
      } finally {
        await file.close()
      }
      await dated(path)
    },
    close: async () => {
      folder.close()
      if (!shared) await ssh.close()
      await local.close()
    },
  }
}
