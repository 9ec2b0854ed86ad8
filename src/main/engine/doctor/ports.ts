import type { PathPrefix } from '../plan/paths.ts'
import type { Clock, ObjectStore, ReadurDatabase, UploadRef, UploadsFolder } from '../ports.ts'

/** What the checks ask beyond the ports of a run. Throws MigrateError and nothing else, and never tries again by itself. */

/** How the service shows itself. */
export interface Certificate {
  /** e.g. `TLSv1.3`. */
  protocol: string
  issuer: string
  validTo: number
}

export interface PendingUpload extends UploadRef {
  startedAt: number
}

/** A checksum that is sent with a body, for the service to compare. */
export type ChecksumKind = 'md5' | 'sha256' | 'crc32'

/** A lifecycle rule that is switched on. */
export interface KeepingRule {
  name: string
  /** Keys that it is for begin so. */
  prefix: string
  /** It is for objects with certain tags alone. */
  isTagged: boolean
  /** When it deletes objects, e.g. `after 30 days`; null: it does not. */
  deletes: string | null
  /** Storage classes that it moves objects to. */
  movesTo: string[]
}

/** What a bucket does with objects by itself. Null: the service does not say. */
export interface BucketKeeping {
  versions: boolean | null
  /** How long objects are locked that say nothing of it themselves; null: not at all. */
  lock: string | null
  rules: KeepingRule[] | null
}

export interface BucketProbe extends Pick<
  ObjectStore,
  'label' | 'bucket' | 'put' | 'head' | 'get' | 'createUpload' | 'putPart' | 'completeUpload'
> {
  /** Removes an object that these checks have made. */
  discard(key: string, signal: AbortSignal): Promise<void>
  readonly region: string
  /** The bucket is named in the path, not in the host. */
  readonly pathStyle: boolean
  /** It is AWS itself, where policies and regions are as AWS has them. */
  readonly isAws: boolean
  /** The address of the service as it was entered; null for AWS itself. */
  readonly endpoint: string | null
  /** Hosts at which a service may answer whose own name only Docker knows: this computer, and the server. */
  readonly nearHosts: readonly string[]
  /** Where it is connected to, e.g. `s3.example.org:443`. */
  readonly address: string
  /** Host and port of the proxy that all requests go through; null: there is none. */
  readonly proxy: string | null
  /** Addresses of the host; its own where it is one. Throws S3_UNREACHABLE. */
  resolve(signal: AbortSignal): Promise<string[]>
  /** Null: the connection is not encrypted. Throws S3_UNREACHABLE, S3_TLS, and S3_SCHEME where the other of http and https is spoken. */
  handshake(signal: AbortSignal): Promise<Certificate | null>
  /** The service's clock minus ours, in milliseconds; null when it does not tell the time. */
  clockOffset(signal: AbortSignal): Promise<number | null>
  /** False: a request with a body of so many bytes is refused for its size. No body is sent, and nothing is stored. */
  takesBody(bytes: number, signal: AbortSignal): Promise<boolean>
  /** Asks for nothing that is there. Throws S3_*. */
  tryListing(pathStyle: boolean, signal: AbortSignal): Promise<void>
  /** The same at another address of the service. Throws S3_*. */
  tryEndpoint(endpoint: string, signal: AbortSignal): Promise<void>
  /** The bucket's region as the service names it; null where it names none. */
  location(signal: AbortSignal): Promise<string | null>
  keeping(signal: AbortSignal): Promise<BucketKeeping>
  createBucket(region: string, signal: AbortSignal): Promise<void>
  /** Sends a body with a checksum, a wrong one if so told. `unsupported`: the service knows no such checksum. */
  putChecked(
    key: string,
    checksum: { kind: ChecksumKind; isRight: boolean },
    signal: AbortSignal,
  ): Promise<'stored' | 'refused' | 'unsupported'>
  abortUpload(upload: UploadRef, signal: AbortSignal): Promise<void>
  /** Unfinished uploads with keys that begin so, the first some thousand. */
  openUploads(prefix: string, signal: AbortSignal): Promise<PendingUpload[]>
}

/** A session of the database, as others see it. */
export interface DatabaseSession {
  pid: number
  /** When it began, exactly as the database writes it: with the pid it is this session and no later one. */
  startedAt: string
  user: string
  application: string
  /** Where it comes from; null: the server itself. */
  client: string | null
  /** e.g. `idle in transaction`. */
  state: string
  /** Since its transaction began. */
  transactionMs: number
  /** What it does or did last, cut short, without the texts in it. */
  query: string
}

export interface BlockedSession extends DatabaseSession {
  waitingMs: number
  blockers: DatabaseSession[]
}

/** The database from the side of who runs it. */
export interface DatabaseCondition {
  /** Whom we are to the database, whether it lets anybody write, the number of its version, the last migration of Readur. */
  identity(
    signal: AbortSignal,
  ): Promise<{ user: string; database: string; readOnly: boolean; version: number; schema: string | null }>
  /** The database's clock minus ours, in milliseconds. */
  clockOffset(signal: AbortSignal): Promise<number>
  connections(signal: AbortSignal): Promise<{ used: number; most: number; reserved: number; byName: string[] }>
  blocked(signal: AbortSignal): Promise<BlockedSession[]>
  /** Sessions of this database whose transaction goes on for longer; our own of this call excepted. */
  longTransactions(longerMs: number, signal: AbortSignal): Promise<DatabaseSession[]>
  /** Documents whose path is null or empty, and the ids of the first ones. `more`: counting ended there. */
  emptyPaths(signal: AbortSignal): Promise<{ count: number; ids: string[]; more: boolean }>
  /**
   * Local documents whose path is neither absolute nor below one of these folders, which have no `./` in front; and some
   * of these paths.
   */
  localOnlyPaths(folders: readonly string[], signal: AbortSignal): Promise<{ count: number; paths: string[] }>
  ocrQueue(signal: AbortSignal): Promise<{ pending: number; processing: number }>
  /** Who holds the lock of a run; null when nobody does. */
  lockHolder(signal: AbortSignal): Promise<DatabaseSession | null>
  /** Ends exactly this session. `gone`: it had ended. Throws DB_PRIVILEGE. */
  endSession(session: Pick<DatabaseSession, 'pid' | 'startedAt'>, signal: AbortSignal): Promise<'ended' | 'gone'>
}

/** Who owns a file or folder, and who may do what with it. */
export interface Ownership {
  /** Permission bits, e.g. 0o640. */
  mode: number
  uid: number
  gid: number
}

/** Whom we are to a folder. */
export interface FolderAccount {
  /** Null where that is not known. */
  uid: number | null
  /** A folder is worked in by itself and not by its path, so that a link which is swapped in at any moment leads nowhere. */
  isGuarded: boolean
}

export interface FolderProbe {
  readonly label: string
  /** As it is named where it lies. */
  readonly root: string
  /** The beginning of its path that the server’s SFTP leaves out, e.g. `/volume1` of a Synology; null where nothing is. */
  readonly hiddenPart: string | null
  account(signal: AbortSignal): Promise<FolderAccount>
  /** Null where nothing lies or nothing is said. */
  ownership(path: string, signal: AbortSignal): Promise<Ownership | null>
  /** Null where the file system does not tell. `freeFiles`: how many more files it can hold, null where it knows no limit. */
  space(signal: AbortSignal): Promise<{ freeBytes: number; totalBytes: number; freeFiles: number | null } | null>
}

/** What the checks of the database are made with. */
export interface DatabaseDeps {
  database: Pick<ReadurDatabase, 'facts'>
  condition: DatabaseCondition
  subject: string
  /** The bucket that documents are to go to. */
  bucket: string
  /** Milliseconds that a statement may take. */
  timeoutMs: number
  prefixes: readonly PathPrefix[]
}

/** What the checks of the uploads folder are made with. */
export interface UploadsDeps {
  uploads: Pick<UploadsFolder, 'check' | 'inspect' | 'open' | 'list' | 'label' | 'namedRoot'>
  probe: FolderProbe
  database: Pick<ReadurDatabase, 'randomDocuments'>
  prefixes: readonly PathPrefix[]
  setting: FolderSetting
}

/** How the folder was set. */
export interface FolderSetting {
  /** It is a folder of a container, and called by the path that Readur has for it. */
  isInContainer: boolean
  /** Maps that were given, as they were given. */
  maps: readonly string[]
}

/** What the checks of the bucket are made with. */
export interface BucketDeps {
  probe: BucketProbe
  clock: Clock
  /** Whether a run of this program has begun the upload. */
  isOurs: (upload: PendingUpload) => boolean
  /** Of the run that this comes before; absent: there is none yet, and it would have the default. */
  multipartThreshold?: number | undefined
}
