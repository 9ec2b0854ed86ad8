import { PostgresDatabase } from './adapters/postgres/readurDatabase.ts'
import { databaseRetryPolicy } from './adapters/postgres/runLock.ts'
import { defaultRetryPolicy, outagePatienceMs, retryObjectStore } from './adapters/retry.ts'
import { S3ObjectStore } from './adapters/s3/objectStore.ts'
import { rememberAnswers } from './adapters/ssh/answers.ts'
import { openSsh } from './adapters/ssh/connection.ts'
import { forwardStream } from './adapters/ssh/forwardStream.ts'
import { SshLink } from './adapters/ssh/link.ts'
import { readSshConfig } from './adapters/ssh/sshConfig.ts'
import { noPrompts, serverName, type SshProgress, type SshPrompts } from './adapters/ssh/target.ts'
import { LocalFolder } from './adapters/uploads/localFolder.ts'
import { SftpFolder } from './adapters/uploads/sftpFolder.ts'
import type { MigrateError } from './engine/errors.ts'
import type { Site } from './engine/session.ts'
import { AdaptiveLimit } from './engine/transfer/concurrency.ts'
import type { SiteSettings } from './profiles/settings.ts'
import type { ServerSettings } from '../shared/profile.ts'

export type { SshProgress, SshPrompts } from './adapters/ssh/target.ts'
export { HostKeyError } from './adapters/ssh/hostKeys.ts'
export { noPrompts }

/** What reaching a server over SSH takes beside its settings. */
export interface SshAccess {
  /** Our own file of host keys; what was accepted is added to it. */
  hostKeys: string
  /** Fingerprints that the user has just accepted. */
  accept: readonly string[]
  prompts: SshPrompts
  onProgress?: (progress: SshProgress) => void
  /** The user's configuration; ~/.ssh/config unless given. */
  configFile?: string | undefined
}

export interface OpenSite {
  site: Site
  limit: AdaptiveLimit
  /** Never throws. */
  close: () => Promise<void>
}

/** Adapters for one Readur, wrapped the way every run wants them. Nothing is connected yet. */
export async function openSite(
  settings: SiteSettings,
  parallel: number,
  ssh: SshAccess,
  onWaiting: (error: MigrateError) => void = () => undefined,
): Promise<OpenSite> {
  const patient = { patienceMs: outagePatienceMs, onWaiting }
  const limit = new AdaptiveLimit(parallel)
  const store = new S3ObjectStore(settings.s3, parallel)
  const far = settings.server && (await openFarSide(settings.server, settings, ssh))
  const database = new PostgresDatabase(
    {
      ...settings.database,
      ...(far && { openStream: () => forwardStream(far.link), label: `${settings.database.label} on ${far.server}` }),
    },
    { ...databaseRetryPolicy, ...patient },
  )
  return {
    site: {
      database,
      uploads: far?.uploads ?? new LocalFolder(settings.uploads.root),
      objects: retryObjectStore(store, { ...defaultRetryPolicy, ...patient }, () => limit.slowDown()),
      prefixes: settings.uploads.prefixes,
    },
    limit,
    close: async () => {
      store.close()
      await database.close()
      await far?.link.close()
    },
  }
}

/** Database and uploads of another computer, by one SSH connection. No port is opened here. */
async function openFarSide(server: ServerSettings, { uploads }: SiteSettings, ssh: SshAccess) {
  const config = await readSshConfig(ssh.configFile)
  const { host, ...given } = server
  const target = config.target(host, { store: ssh.hostKeys, accept: ssh.accept }, given)
  const prompts = rememberAnswers(ssh.prompts)
  const link = new SshLink((signal) => openSsh(target, prompts, signal, ssh.onProgress))
  const name = serverName(target.hops[target.hops.length - 1] ?? target.hops[0])
  return { link, server: name, uploads: new SftpFolder(link, name, uploads.root) }
}
