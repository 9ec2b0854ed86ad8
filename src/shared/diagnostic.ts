import type { ErrorData } from './errors.ts'

/**
 * The guided checks. In code a check is a diagnostic, because `check` compares a run with the world; people read “check”.
 * A checkup is one pass through them.
 */

/** What is looked at, in the order in which it is reached. The bucket and Readur depend on nothing, and are reached meanwhile. */
export const diagnosticAreas = ['computer', 'server', 'database', 'uploads', 'bucket', 'readur'] as const
export type DiagnosticArea = (typeof diagnosticAreas)[number]

/** Every check with what people call it. A code is stable: scripts, tests and documents may rely on it. */
export const diagnosticCatalogue = {
  'computer.dataFolder': 'Data folder',
  'computer.temporary': 'Temporary folder',
  'computer.secrets': 'Files with passwords',

  // One of each for every server on the way. Of a later hop `forward` stands for `name` and `tcp`.
  'server.name': 'Name',
  'server.tcp': 'Port',
  'server.forward': 'Route',
  'server.hostKey': 'Host key',
  'server.login': 'Login',

  'database.connect': 'Connection and login',
  'database.tables': 'Tables',
  'database.privileges': 'Privileges',
  'database.clock': 'Clock',
  'database.connections': 'Connections used',
  'database.locks': 'Sessions that block each other',
  'database.transactions': 'Long transactions',
  'database.timeout': 'Statement timeout',
  'database.sources': 'Readur sources watching this bucket',
  'database.ocrQueue': 'OCR queue',
  'database.runLock': 'Other runs on this database',
  'database.paths': 'Documents without a path',
  'database.localOnly': 'Paths that Readur finds only locally',

  'uploads.folder': 'Folder',
  'uploads.account': 'Account',
  'uploads.space': 'Free space',
  'uploads.readable': 'Files can be read',
  'uploads.links': 'Links and special files',
  'uploads.mapping': 'Document paths',

  'bucket.name': 'Name',
  'bucket.tls': 'Port and encryption',
  'bucket.clock': 'Clock',
  'bucket.addressing': 'URL style',
  'bucket.access': 'Key and secret',
  'bucket.exists': 'Bucket',
  'bucket.region': 'Region',
  'bucket.list': 'Listing',
  'bucket.bodies': 'Size of uploads',
  'bucket.keeping': 'Versions, locks and lifecycle rules',
  'bucket.owner': 'Owner',
  'bucket.put': 'Writing',
  'bucket.head': 'Read object metadata',
  'bucket.get': 'Reading',
  'bucket.multipart': 'Uploading in parts',
  'bucket.delete': 'Deleting',
  'bucket.readurUploads': 'Readur’s own uploads',
  'bucket.overwrite': 'Protection against overwriting',
  'bucket.integrity': 'Protection against transfer errors',
  'bucket.uploads': 'Unfinished uploads',
  'bucket.speed': 'Speed',

  'readur.settings': 'Readur’s settings',
  'readur.reach': 'Readur answers',
  'readur.storage': 'Where Readur stores',
  'readur.uploads': 'Uploads outlive the container',
  'readur.version': 'Readur’s version',
  'readur.documents': 'Documents through Readur',
} as const satisfies Record<`${DiagnosticArea}.${string}`, string>

export type DiagnosticCode = keyof typeof diagnosticCatalogue

/** `note`: worth knowing. `warning`: a run works, but something will be in the way. `blocking`: a run would not work. */
export type Severity = 'ok' | 'note' | 'warning' | 'blocking'

/** `skipped`: not tried, since something before it failed or the checkup was cancelled. */
type DiagnosticState = 'waiting' | 'begun' | 'done' | 'skipped'

/** A command to copy, and where it is to be run. */
export interface RemedyCommand {
  where: 'this computer' | 'the server' | 'the database' | 'the storage service'
  /** Several lines where need be, e.g. a policy as JSON. */
  text: string
}

/** What the program can do itself once the user has confirmed it. */
export interface RemedyAction {
  /** For `doctor.perform`; good as long as its checkup is the latest one. */
  id: string
  /** e.g. `Create the bucket`. */
  label: string
  /** What exactly happens, to what: for the confirmation. */
  consequence: string
}

export interface Remedy {
  /** What to do. */
  words: string
  commands: RemedyCommand[]
  actions: RemedyAction[]
}

export interface Diagnostic {
  /** With `subject` it tells a diagnostic from all others of its checkup. */
  code: DiagnosticCode
  area: DiagnosticArea
  /** What is looked at: one server on the way, the database, the folder, the bucket, Readur's address. */
  subject: string
  state: DiagnosticState
  /** Null until it is done. */
  severity: Severity | null
  /** What was found, in a few words or one sentence; null until it is done. */
  finding: string | null
  /** Facts behind it, one a line. */
  evidence: string[]
  /** Null where nothing is to be done. */
  remedy: Remedy | null
  /** How long it took; null while it is not known. Time in which a person was asked does not count. */
  milliseconds: number | null
  /** What went wrong, where it is an error of the catalogue. */
  error: ErrorData | null
}

/**
 * How far a checkup goes. `connection`: everything is reached, nothing is changed. `run`: and all that a run needs, in
 * seconds, with a throw-away object. `full`: and samples of files and documents, speed, what is left over.
 */
export const checkupDepths = ['connection', 'run', 'full'] as const
export type CheckupDepth = (typeof checkupDepths)[number]

export interface CheckupOptions {
  depth: CheckupDepth
  /** Absent: all. The server goes before what lies on it, named or not. */
  areas?: DiagnosticArea[] | undefined
}

/** `failed`: something is blocking, or could not be tried for it. */
export type CheckupOutcome = 'running' | 'passed' | 'failed' | 'cancelled'

/** How a checkup stands; the same diagnostics in the same order from its beginning to its end. */
export interface CheckupSnapshot {
  checkupId: string
  outcome: CheckupOutcome
  diagnostics: Diagnostic[]
}
