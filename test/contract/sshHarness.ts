import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSsh, type SshConnection } from '../../src/main/adapters/ssh/connection.ts'
import { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { type SshHop, type SshTarget } from '../../src/main/adapters/ssh/target.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import { RemoteFolder } from '../../src/main/adapters/uploads/remoteFolder.ts'
import { sftpSource } from '../../src/main/adapters/uploads/remote/sftpChannel.ts'
import type { PoolOptions } from '../../src/main/adapters/uploads/remote/pool.ts'
import type { Sshd } from '../services/sshd.ts'
import { remoteHarness } from './remoteHarness.ts'
import type { WritingHarness } from './uploadsWriting.suite.ts'
import { noPrompts } from '../fakes/noPrompts.ts'

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
    hostKeys: { knownHosts: [knownHosts], revoked: null, store: join(dir, 'hostKeys.json'), accept: [] },
  }
}

export const open = (target: SshTarget): Promise<SshConnection> => openSsh(target, noPrompts, never)

export const linkTo = (target: SshTarget, policy = soon): SshLink =>
  new SshLink((signal) => openSsh(target, noPrompts, signal), policy)

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
  const ssh = shared ?? linkTo({ hops: [await hopTo(sshd, dir, port)] })
  const harness = await remoteHarness({
    make: (root) => new RemoteFolder(sftpSource(ssh), 'server', rootOnServer?.(root) ?? root, options),
    owner: sshd.user,
    end: async () => {
      if (!shared) await ssh.close()
    },
  })
  return { ...harness, ssh }
}
