import type { ErrorData } from './errors.ts'

/**
 * The guided checks. In code a check is a diagnostic, because `check` compares a run with the world; people read “check”.
 * A checkup is one pass through them.
 */

/** What is looked at, in the order in which it is reached. The bucket and Readur depend on nothing, and are reached meanwhile. */
export const diagnosticAreas = ['computer', 'server', 'database', 'uploads', 'bucket', 'readur'] as const
export type DiagnosticArea = (typeof diagnosticAreas)[number]

/** A check, as the catalogue has it. */
export interface DiagnosticEntry {
  /** What people call it. */
  name: string
  /** The least depth of a checkup that it is part of. */
  depth: CheckupDepth
  /**
   * It is tried before a plan is made, in about a second, or before a run copies: what a plan does not need, such as
   * permissions to write. Absent: before neither.
   */
  before?: readonly ('plan' | 'copying')[]
}

/** Every check, each area in the order in which it is tried. A code is stable: scripts, tests and documents may rely on it. */
export const diagnosticCatalogue = {
  'computer.dataFolder': { name: 'Data folder', depth: 'run', before: ['plan', 'copying'] },
  'computer.temporary': { name: 'Temporary folder', depth: 'run' },
  'computer.secrets': { name: 'Files with passwords', depth: 'run' },

  // One of each for every server on the way. Of a later hop `forward` stands for `name` and `tcp`.
  'server.name': { name: 'Name', depth: 'connection' },
  'server.tcp': { name: 'Port', depth: 'connection' },
  'server.forward': { name: 'Route', depth: 'connection' },
  'server.hostKey': { name: 'Host key', depth: 'connection' },
  'server.login': { name: 'Login', depth: 'connection' },

  'database.connect': { name: 'Connection and login', depth: 'connection', before: ['plan'] },
  'database.tables': { name: 'Tables', depth: 'connection', before: ['plan'] },
  'database.privileges': { name: 'Privileges', depth: 'connection', before: ['plan'] },
  'database.clock': { name: 'Clock', depth: 'run' },
  'database.connections': { name: 'Connections used', depth: 'run', before: ['plan'] },
  'database.locks': { name: 'Sessions that block each other', depth: 'run', before: ['plan'] },
  'database.transactions': { name: 'Long transactions', depth: 'run' },
  'database.timeout': { name: 'Statement timeout', depth: 'run', before: ['plan'] },
  'database.sources': { name: 'Readur sources watching this bucket', depth: 'run', before: ['plan'] },
  'database.ocrQueue': { name: 'OCR queue', depth: 'run' },
  'database.runLock': { name: 'Other runs on this database', depth: 'run' },
  'database.paths': { name: 'Documents without a path', depth: 'full' },
  'database.localOnly': { name: 'Paths that Readur finds only locally', depth: 'run', before: ['plan'] },

  'uploads.folder': { name: 'Folder', depth: 'connection', before: ['plan'] },
  'uploads.account': { name: 'Account', depth: 'run', before: ['plan'] },
  'uploads.space': { name: 'Free space', depth: 'run', before: ['plan'] },
  'uploads.readable': { name: 'Files can be read', depth: 'full' },
  'uploads.links': { name: 'Links and special files', depth: 'full' },
  'uploads.mapping': { name: 'Document paths', depth: 'connection', before: ['plan'] },

  'bucket.name': { name: 'Name', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.tls': { name: 'Port and encryption', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.clock': { name: 'Clock', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.addressing': { name: 'URL style', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.access': { name: 'Key and secret', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.exists': { name: 'Bucket', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.region': { name: 'Region', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.list': { name: 'Listing', depth: 'connection', before: ['plan', 'copying'] },
  'bucket.bodies': { name: 'Size of uploads', depth: 'run', before: ['plan', 'copying'] },
  'bucket.keeping': { name: 'Versions, locks and lifecycle rules', depth: 'run', before: ['plan', 'copying'] },
  'bucket.owner': { name: 'Owner', depth: 'run', before: ['plan'] },
  'bucket.put': { name: 'Writing', depth: 'run', before: ['copying'] },
  'bucket.head': { name: 'Read object metadata', depth: 'run' },
  'bucket.get': { name: 'Reading', depth: 'run' },
  'bucket.multipart': { name: 'Uploading in parts', depth: 'run' },
  'bucket.delete': { name: 'Deleting', depth: 'run', before: ['copying'] },
  'bucket.readurUploads': { name: 'Readur’s own uploads', depth: 'run' },
  'bucket.overwrite': { name: 'Protection against overwriting', depth: 'full' },
  'bucket.integrity': { name: 'Protection against transfer errors', depth: 'full' },
  'bucket.uploads': { name: 'Unfinished uploads', depth: 'full' },
  'bucket.speed': { name: 'Speed', depth: 'full' },

  'readur.settings': { name: 'Readur’s settings', depth: 'connection', before: ['plan'] },
  'readur.reach': { name: 'Readur answers', depth: 'run', before: ['plan'] },
  'readur.storage': { name: 'Where Readur stores', depth: 'run', before: ['plan'] },
  'readur.uploads': { name: 'Uploads outlive the container', depth: 'run' },
  'readur.version': { name: 'Readur’s version', depth: 'run', before: ['plan', 'copying'] },
  'readur.documents': { name: 'Documents through Readur', depth: 'full' },
} as const satisfies Record<`${DiagnosticArea}.${string}`, DiagnosticEntry>

export type DiagnosticCode = keyof typeof diagnosticCatalogue

/** All checks, in the order of the catalogue. */
export const diagnosticCodes = Object.keys(diagnosticCatalogue) as DiagnosticCode[]

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
