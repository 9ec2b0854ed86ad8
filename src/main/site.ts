import { localCommands } from './adapters/commands/localCommands.ts'
import { Container } from './adapters/commands/container.ts'
import { SshCommands } from './adapters/commands/sshCommands.ts'
import { PostgresCondition } from './adapters/postgres/condition.ts'
import { PostgresDatabase } from './adapters/postgres/readurDatabase.ts'
import { databaseRetryPolicy } from './adapters/postgres/runLock.ts'
import { pacedObjectStore } from './adapters/pace.ts'
import { defaultRetryPolicy, outagePatienceMs, retryObjectStore, type RetryPolicy } from './adapters/retry.ts'
import { HttpReadur } from './adapters/readur/readurServer.ts'
import { S3ObjectStore } from './adapters/s3/objectStore.ts'
import { S3BucketProbe } from './adapters/s3/probe.ts'
import { silentAfterMs, type Hearing } from './adapters/silence.ts'
import { openSsh, type SshConnection } from './adapters/ssh/connection.ts'
import { streamOpener } from './adapters/ssh/forwardStream.ts'
import { HostKeyError } from './adapters/ssh/hostKeys.ts'
import { reconnectPolicy, SshLink } from './adapters/ssh/link.ts'
import { readSshConfig, type SshConfig } from './adapters/ssh/sshConfig.ts'
import {
  rememberAnswers,
  serverName,
  wayTo,
  type SshProgress,
  type SshPrompts,
  type SshTarget,
} from './adapters/ssh/target.ts'
import { JoinedFolder } from './adapters/uploads/joinedFolder.ts'
import { LocalFolder, type FolderMarker } from './adapters/uploads/localFolder.ts'
import { ContainerSource } from './adapters/uploads/remote/containerSource.ts'
import { defaultPoolOptions } from './adapters/uploads/remote/pool.ts'
import { sftpSource } from './adapters/uploads/remote/sftpChannel.ts'
import { RemoteFolder } from './adapters/uploads/remoteFolder.ts'
import type { Commands } from './engine/commands.ts'
import type { SiteProbes } from './engine/doctor/checkSite.ts'
import type { BucketProbe, FolderProbe } from './engine/doctor/ports.ts'
import { MigrateError } from './engine/errors.ts'
import type { ReadurServer, UploadsFolder } from './engine/ports.ts'
import type { Site } from './engine/session.ts'
import { Bandwidth } from './engine/transfer/bandwidth.ts'
import { AdaptiveLimit } from './engine/transfer/concurrency.ts'
import type { SiteSettings } from './profiles/settings.ts'
import type { ServerSettings, StoredAs } from '../shared/profile.ts'
import { defaultMigrateOptions, optionLimits, type Pace } from '../shared/run.ts'

export type { SshProgress, SshPrompts } from './adapters/ssh/target.ts'
export { HostKeyError, silentAfterMs, wayTo }

/** What reaching a server over SSH takes beside its settings. */
export interface SshAccess {
  /** Our own file of host keys; what was accepted is added to it. */
  hostKeys: string
  /** Fingerprints that the user has just accepted. */
  accept: readonly string[]
  prompts: SshPrompts
  /**
   * Told of a key that is unknown or was changed. True: the unknown one was accepted, and is connected to again with
   * nothing but it. Without this, and for a changed key, the connection fails.
   */
  judgeHostKey?: ((problem: HostKeyError, signal: AbortSignal) => Promise<boolean>) | undefined
  onProgress?: (progress: SshProgress) => void
  /** The user's configuration; ~/.ssh/config unless given. */
  configFile?: string | undefined
}

/** The way to the server that database and uploads lie on. */
export interface WayToServer {
  /** In the order in which they are reached. `name`: as people write it; `host`: a name or an address. */
  hops: { name: string; host: string }[]
  /** Logs in, where that was not done yet. */
  connect: (signal: AbortSignal) => Promise<void>
}

export interface OpenSite {
  site: Site
  /** What the checks look at beside it. */
  probes: SiteProbes
  /** Readur itself, reached from this computer; null where nobody said at which address. */
  readur: ReadurServer | null
  /** Null: all is reached from this computer. */
  way: WayToServer | null
  /** Programs of the computer that database and uploads lie on. */
  commands: Commands
  pace: PaceControl
  storage: Storage
  /** Never throws. */
  close: () => Promise<void>
}

/** Who is told of what takes long, and who may end waiting for it. */
export interface Watching {
  /** Something that is out of reach is waited for. */
  onWaiting?: (error: MigrateError) => void
  /** A service has not answered for a while (silentAfterMs). */
  onSilent?: (service: string) => void
  /** The wish to stop in order. */
  stop?: AbortSignal
}

/** How fast a run may go; can be changed while it is under way. */
export interface PaceControl {
  limit: AdaptiveLimit
  bandwidth: Bandwidth
  /** Bytes are on their way to or from the bucket. */
  isMoving: () => boolean
}

/** From now on. */
export function setPace({ limit, bandwidth }: PaceControl, { parallelUploads, bytesPerSecond }: Pace): void {
  if (limit.most !== parallelUploads) limit.most = parallelUploads
  if (bandwidth.bytesPerSecond !== bytesPerSecond) bandwidth.bytesPerSecond = bytesPerSecond
}

/** How new objects are stored. */
export interface Storage {
  readonly ofConnection: StoredAs
  /** From now on, by runs and checks alike; until then as the connection says. */
  use: (storedAs: StoredAs) => void
}

/** The bucket alone, for its checks. */
export function openBucketProbe(settings: SiteSettings['s3']): { bucket: BucketProbe; close: () => void } {
  const bucket = new S3BucketProbe(settings, probeRequests, [thisComputer])
  return { bucket, close: () => bucket.close() }
}

const thisComputer = '127.0.0.1'

/** Requests that the checks make at the same time. */
const probeRequests = 8

/** Adapters for one Readur, wrapped the way every run wants them. Nothing is connected yet. */
export async function openSite(
  settings: SiteSettings,
  ssh: SshAccess,
  { onWaiting, onSilent, stop }: Watching = {},
): Promise<OpenSite> {
  const limit = new AdaptiveLimit(defaultMigrateOptions.parallelUploads)
  const bandwidth = new Bandwidth(null)
  // A pause is no outage.
  const patient = {
    patienceMs: outagePatienceMs,
    now: () => Date.now() - limit.pausedMs,
    ...(onWaiting && { onWaiting }),
    ...(stop && { stop }),
  }
  const hearing = (who: string): Hearing => ({ stop, onSilent: () => onSilent?.(who) })
  // More may be wished for while it goes on.
  const store = new S3ObjectStore(settings.s3, optionLimits.parallelUploads.max, hearing('the storage service'))
  let moving = 0
  const onMoving = (change: number): void => void (moving += change)
  const paced = pacedObjectStore(store, { limit, bandwidth, onMoving })
  const reconnect = { ...reconnectPolicy, ...(onWaiting && { onWaiting }), ...(stop && { stop }) }
  const far = settings.server && (await openFarSide(settings.server, settings.login, ssh, reconnect))
  const commands = far?.commands ?? localCommands
  const ending = new AbortController()
  const uploads = openUploads(settings.uploads, far, commands, reconnect, ending.signal)
  const postgres = {
    ...settings.database,
    hearing: hearing('the database'),
    known: { schema: null, isPinned: false },
    ...(far && {
      openStream: streamOpener(far.link),
      label: `${settings.database.label} on ${far.server}`,
    }),
  }
  const database = new PostgresDatabase(postgres, { ...databaseRetryPolicy, ...patient })
  const server = far?.way.hops.at(-1)?.host
  const nearHosts = server === undefined ? [thisComputer] : [server, thisComputer]
  const bucket = new S3BucketProbe(settings.s3, probeRequests, nearHosts)
  const { storageClass, encryption, kmsKeyId } = settings.s3
  return {
    site: {
      database,
      uploads,
      objects: retryObjectStore(paced, { ...defaultRetryPolicy, ...patient }, () => limit.slowDown()),
      prefixes: settings.uploads.prefixes,
    },
    probes: { bucket, condition: new PostgresCondition(postgres), folder: uploads },
    readur: readurAt(settings.readur),
    way: far?.way ?? null,
    commands,
    pace: { limit, bandwidth, isMoving: () => moving > 0 },
    storage: {
      ofConnection: { storageClass, encryption, kmsKeyId },
      use: (storedAs) => {
        store.storedAs = storedAs
        bucket.storedAs = storedAs
      },
    },
    close: async () => {
      ending.abort(new MigrateError('INTERRUPTED', { message: 'The connection is not needed any more.' }))
      store.close()
      bucket.close()
      await database.close()
      await far?.link.close()
    },
  }
}

const readurAt = ({ url, token, ca, version }: SiteSettings['readur']): ReadurServer | null =>
  url === null ? null : new HttpReadur({ url, token, ca, version })

/** Programs of a server, or of this computer where `server` is null, and nothing else of it. Throws SSH_CONFIG_INVALID. */
export async function openCommands(
  server: ServerSettings | null,
  login: SiteSettings['login'],
  ssh: SshAccess,
): Promise<{ commands: Commands; close: () => Promise<void> }> {
  if (server === null) return { commands: localCommands, close: () => Promise.resolve() }
  const { commands, link } = await openFarSide(server, login, ssh, reconnectPolicy)
  return { commands, close: () => link.close() }
}

/** A container that runs where these programs do. Throws SETTING_INVALID. */
export const openContainer = (commands: Commands, name: string): Container => new Container(commands, name)

/** Another computer, by one SSH connection. No port is opened here. */
async function openFarSide(
  server: ServerSettings,
  login: SiteSettings['login'],
  ssh: SshAccess,
  reconnect: RetryPolicy,
) {
  const config = await readSshConfig(ssh.configFile)
  const link = new SshLink(opener(config, server, login, ssh), reconnect)
  const { hops } = targetOf(config, server, login, ssh.hostKeys, [])
  const name = serverName(hops[hops.length - 1] ?? hops[0])
  const way: WayToServer = {
    hops: hops.map((hop) => ({ name: serverName(hop), host: hop.host })),
    connect: async (signal) => {
      await link.get(signal)
    },
  }
  return {
    link,
    way,
    server: name,
    commands: new SshCommands(link, name),
  }
}

/** The uploads folder where the settings say it is. `closing` ends what is open in a container. */
function openUploads(
  { root, mounts, ...settings }: SiteSettings['uploads'],
  far: { link: SshLink; server: string } | null,
  commands: Commands,
  reconnect: RetryPolicy,
  closing: AbortSignal,
): UploadsFolder & FolderProbe {
  const open = opensFolders(settings.container, far, commands, reconnect, closing)
  const first = open(root, 'documents')
  if (mounts.length === 0) return first
  return new JoinedFolder(
    first,
    mounts.map(({ path, root }) => ({ path, folder: open(root, '') })),
  )
}

function opensFolders(
  container: string | null,
  far: { link: SshLink; server: string } | null,
  commands: Commands,
  reconnect: RetryPolicy,
  closing: AbortSignal,
): (root: string, marker: FolderMarker) => UploadsFolder & FolderProbe {
  if (container !== null) {
    const source = new ContainerSource(openContainer(commands, container), closing, reconnect)
    const name = far ? `${container} on ${far.server}` : container
    return (root, marker) => new RemoteFolder(source, name, root, defaultPoolOptions, marker)
  }
  if (far === null) return (root, marker) => new LocalFolder(root, marker)
  const source = sftpSource(far.link)
  return (root, marker) => new RemoteFolder(source, far.server, root, defaultPoolOptions, marker)
}

/** Makes a connection; again after each key that was accepted meanwhile, there is one a hop at most. */
function opener(
  config: SshConfig,
  server: ServerSettings,
  login: SiteSettings['login'],
  ssh: SshAccess,
): (signal: AbortSignal) => Promise<SshConnection> {
  const prompts = rememberAnswers(ssh.prompts)
  const accept = [...ssh.accept]
  return async (signal) => {
    for (;;) {
      try {
        return await openSsh(targetOf(config, server, login, ssh.hostKeys, accept), prompts, signal, ssh.onProgress)
      } catch (error) {
        if (!(error instanceof HostKeyError) || ssh.judgeHostKey === undefined) throw error
        const { fingerprint } = error.hostKey
        const isAccepted = await ssh.judgeHostKey(error, signal)
        if (!isAccepted || error.code !== 'SSH_HOST_KEY_UNKNOWN' || accept.includes(fingerprint)) throw error
        accept.push(fingerprint)
      }
    }
  }
}

function targetOf(
  config: SshConfig,
  { host, ...given }: ServerSettings,
  login: SiteSettings['login'],
  store: string,
  accept: readonly string[],
): SshTarget {
  const { hops } = config.target(host, { store, accept }, given)
  const isLast = (at: number): boolean => at === hops.length - 1
  const [first, ...more] = hops.map(({ auth, ...hop }, at) => ({
    ...hop,
    auth: {
      ...auth,
      // A password is for one server. A passphrase opens a file of this computer and is sent nowhere.
      ...(isLast(at) && login?.password !== undefined && { password: login.password }),
      keys: auth.keys.map((key) => ({
        ...key,
        ...(login?.passphrase !== undefined && { passphrase: login.passphrase }),
      })),
    },
  }))
  return first === undefined ? { hops } : { hops: [first, ...more] }
}
