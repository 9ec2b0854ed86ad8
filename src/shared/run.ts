import type { ErrorCode, ErrorData } from './errors.ts'
import type { RepairStep, RepairDeed, RepairKind, RepairShare, RepairTally } from './auditRepair.ts'
import type { RunKind } from './runKind.ts'

export const itemKinds = ['document', 'processed_image', 'file', 'object'] as const
/**
 * What an item is about. `document`, `processed_image`: a row and its one file, which moves as a unit of its own. `file`,
 * `object`: of an audit and its repairs alone, something that no row names.
 */
export type ItemKind = (typeof itemKinds)[number]

/** What a plan decided about an item: move it, leave it because nothing is to be done, or leave it because of a problem. */
export type Verdict = 'move' | 'skip' | 'blocked'

/** Where an item stands. `pending` until it has an outcome. */
export const itemStates = ['pending', 'committed', 'failed', 'skipped', 'restored', 'freed'] as const
export type ItemState = (typeof itemStates)[number]

/**
 * `planned`: not started. `copied`: all copies are verified, no row points at them yet. `interrupted`: unfinished,
 * nothing is broken, the rest can be run.
 */
export const runStatuses = [
  'planning',
  'planned',
  'running',
  'copied',
  'completed',
  'completed with failures',
  'partly rolled back',
  'rolled back',
  'rollback incomplete',
  'interrupted',
  'not started',
  'unreadable',
] as const
export type RunStatus = (typeof runStatuses)[number]

/** `in order`: what is under way is finished. `now`: at once. Resumable either way. */
export type StopMode = 'in order' | 'now'

export const verifyLevels = ['head', 'readback'] as const
/** `head`: size and checksum as the store reports them. `readback`: every object is downloaded and hashed. */
export type VerifyLevel = (typeof verifyLevels)[number]

/** What the plan covers. */
export interface PlanOptions {
  /** Only documents of this user (UUID). */
  userId?: string | undefined
  /** At most this many documents that can be moved. */
  limit?: number | undefined
  /** Only these documents. */
  documentIds?: string[] | undefined
  /** Leaves out what an earlier run has copied already and is yet to be cut over. */
  delta?: boolean | undefined
  /** What of another run a rollback is about. */
  part?: UndoSelection | undefined
  /**
   * Only documents that another run failed at, for any cause, for this one, or for those that trying again can cure
   * (`canSucceed`); or that it moved back.
   */
  of?:
    | { runId: string; state: 'failed' | 'restored'; code?: ErrorCode | undefined; canSucceed?: true | undefined }
    | undefined
}

/** What of a run's failures is tried again: those of one cause, or of every cause that trying again can cure. */
export type RetryChoice = ErrorCode | 'can succeed'

/** How a plan is carried out. Sizes in bytes. */
export interface MigrateOptions {
  parallelUploads: number
  multipartThreshold: number
  batchSize: number
  verify: VerifyLevel
  /** Roll the whole run back when an item fails after its retries. */
  enableRollback: boolean
  /** Copy and verify, and leave the rows for a later cutover. */
  copyOnly: boolean
  /** Bytes that may move to and from the bucket in a second; null: as many as the line carries. */
  bytesPerSecond: number | null
  /** Before a row is switched, see that Readur serves documents from the bucket; where it can be asked. */
  canary: boolean
}

export const defaultMigrateOptions: MigrateOptions = {
  parallelUploads: 8,
  multipartThreshold: 100_000_000,
  batchSize: 500,
  verify: 'head',
  enableRollback: false,
  copyOnly: false,
  bytesPerSecond: null,
  canary: false,
}

/** How a run is undone. */
export interface RollbackOptions {
  /** Leave the objects where they are. */
  keepObjects: boolean
  /** Carry on over whatever differs from the record, and do what is safe. */
  force: boolean
}

/** What a rollback would do, counted before anything is changed. */
export interface RollbackPreview {
  /** Documents with a row that goes back; null where an earlier version has counted. */
  documents: number | null
  /** Rows that go back to their local path. */
  rows: number
  /** Their local files that are there, byte for byte. */
  filesSound: number
  /** Local files that were freed and are moved back from the quarantine. */
  filesToReturn: number
  /** Local files that are gone or damaged and are fetched from S3 first. */
  filesToFetch: number
  bytesToFetch: number
  /** Objects that are removed once no row points at them. */
  objects: number
  /** Items that cannot be undone as things stand. */
  conflicts: number
}

/** Which documents a rollback is about; all of the run's when nothing is given, those that meet all that is. */
export interface UndoSelection {
  /** Only documents of these users (UUIDs). */
  userIds?: string[] | undefined
  documentIds?: string[] | undefined
  /** Only documents with their file below this folder, as Readur names it or as it lies in the uploads folder. */
  folder?: string | undefined
  /** Only documents whose file was last written at this time or after it, milliseconds since 1970. */
  from?: number | undefined
  /** Only documents whose file was last written before this time. */
  before?: number | undefined
}

/** What a selection of a run's documents comes to, as the run's record has it: whatever can still be rolled back. */
export interface SelectionCount {
  documents: number
  files: number
  bytes: number
}

/** Limits that hold for the command line and the window alike. Sizes in bytes. */
export const optionLimits = {
  parallelUploads: { min: 1, max: 64 },
  batchSize: { min: 1, max: 5_000 },
  /** S3: a part has 5 MiB at least, a single PUT 5 GiB at most. */
  multipartThreshold: { min: 5 * 1024 ** 2, max: 5 * 1024 ** 3 },
  /** Below this a service might take a sender for dead. */
  bytesPerSecond: { min: 100_000, max: 100_000_000_000 },
  /** Files that a comparison looks at, where it is not to look at all. */
  sample: { min: 1, max: 1_000_000 },
  /** Documents that Readur is asked for when a run is validated. */
  documents: { min: 0, max: 10_000 },
} as const

/** Totals of a plan. An item is one file: a document, or a processed image of one. */
export interface PlanTotals {
  documents: number
  items: number
  move: number
  skip: number
  blocked: number
  /** Bytes of the items to move. */
  bytes: number
}

export const noTotals: Readonly<PlanTotals> = { documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 }

/** What a run achieved. */
export interface Rates {
  bytesPerSecond: number
  itemsPerSecond: number
  /** Files at once. */
  parallelUploads: number
  /** Each copy was read back whole, which those seconds hold. */
  readsBack: boolean
}

/** How long the run may take. `basis` says what the figure rests on; `rates`: what the last run achieved. */
export interface Estimate {
  seconds: number
  basis: 'last run' | 'assumption'
  rates?: Rates
}

/** Items with the same code, counted; `examples` holds the first few. */
export interface ProblemGroup {
  code: ErrorCode
  title: string
  remedy: string
  /** `failed`: the item was not moved. `note`: it was, and there is something to know. `run`: the run as a whole. */
  kind: 'failed' | 'skipped' | 'note' | 'run'
  count: number
  /** Of those that failed, what the plan had ruled out: it was never tried. Absent where there is none. */
  excluded?: number
  examples: ProblemExample[]
}

export interface ProblemExample {
  documentId: string
  filename: string
  path: string
  message: string
}

/** Items by outcome: `planned` is always the sum of the others. */
export interface ItemCounts {
  planned: number
  committed: number
  failed: number
  skipped: number
  /** Rolled back after they had been committed or copied. */
  restored: number
  /** Local files put aside or deleted. */
  freed: number
  /** Not reached yet, or not any more. */
  remaining: number
}

export const checkLevels = ['exists', 'checksum', 'readback'] as const
/**
 * How closely a run is compared with the world. `exists`: rows, objects and files are there, with their size.
 * `checksum`: the hashes too, of objects as the store reports them. `readback`: every object is downloaded.
 */
export type CheckLevel = (typeof checkLevels)[number]

/** What puts a drift right. `none`: it is known and harmless, or only a backup helps. */
export type Repair = 'resume' | 'rollback' | 'migrate' | 're-upload' | 'mark-gone' | 'none'

/** One way in which the world differs from what a run says of it. */
export interface Drift {
  code: ErrorCode
  repair: Repair
  /** Known and harmless: it is listed, and the state counts as sound. */
  note: boolean
  documentId: string
  filename: string
  path: string
  message: string
}

/** Drift of one kind, counted; `examples` holds the first few. */
export interface DriftGroup {
  code: ErrorCode
  title: string
  repair: Repair
  note: boolean
  count: number
  examples: ProblemExample[]
}

/** What a comparison of a run with rows, bucket and disk has found. */
export interface StateCheck {
  runId: string
  level: CheckLevel
  /** Items compared; all of the run's movable ones unless a sample was asked for. */
  checked: number
  of: number
  /** Items without any drift but notes. */
  sound: number
  seconds: number
  drift: DriftGroup[]
}

/** What is put right of what a comparison has found. */
export interface Repairs {
  /** Send again what a row points at and the bucket has not. */
  reUpload: boolean
  /** Write down of deleted documents that they are gone. */
  markGone: boolean
}

/** What was put right, and whether it was all that was to be. */
export interface ReUploaded {
  resent: number
  gone: number
  isWhole: boolean
}

/** What this session has found out about a run and put right; null where it has not tried. */
export interface RunFindings {
  /** The latest comparison. `at`: when it ended. */
  check: (StateCheck & { at: number }) | null
  /** The latest repair since that comparison. */
  reUploaded: ReUploaded | null
}

/** How closely a run is validated. */
export interface ValidateOptions {
  level: CheckLevel
  /** Only so many files of the run, chosen at random. */
  sample?: number | undefined
  /** Documents, chosen at random, that Readur is asked for. */
  documents: number
}

export interface AuditOptions {
  /**
   * `exists`: everything is there, with its size. `checksum`: every local file with a recorded hash is read.
   * `readback`: every object that a row points at, too.
   */
  level: CheckLevel
  /** What is younger than this may be under way: it is listed as such, and never called an orphan. */
  settleMs: number
}

/** What an audit has looked at. Bytes are those of files and objects. */
export interface AuditTotals {
  documents: number
  images: number
  /** Rows of both that point at S3. */
  onS3: number
  files: number
  fileBytes: number
  objects: number
  objectBytes: number
  /** Files that Readur or this program keeps beside the documents: `thumbnails/`, `temp/`, `backups/`. */
  aside: number
  /** Files in `quarantine/`. */
  quarantined: number
  /** Local files of documents that are on S3: what the command free puts aside. */
  leftBehind: number
  /** Files and objects that were read whole. */
  read: number
}

/** What an audit has found: printed by `--json`, kept with its run. */
export interface AuditReport {
  runId: string
  status: RunStatus
  level: CheckLevel
  seconds: number
  totals: AuditTotals
  /** Sound rows and files apart, everything that was found belongs to one of these. */
  discrepancies: number
  notes: number
  groups: ProblemGroup[]
  /** What can be done about it, and about how much. */
  repairs: Record<RepairKind, RepairShare>
  /** The same by what was found: the rest of a group this program leaves alone. Earlier versions did not count it. */
  repairable?: Partial<Record<ErrorCode, number>> | undefined
}

/** What a run did: printed by `--json`, shown at the end, kept with the run. */
export interface RunReport extends ItemCounts {
  runId: string
  kind: RunKind
  /** The run that this one undoes, frees or goes on from. */
  parent: string | null
  status: RunStatus
  /** Verified copies that no row points at yet. */
  copied: number
  preview: RollbackPreview | null
  /** Of a repair, and of a run that takes one back; null for every other. */
  repairs: RepairTally[] | null
  /** The exported state file, or null when there is none (a dry run, or nothing was started). */
  stateFile: string | null
  documents: number
  /** Bytes of the committed items. */
  bytes: number
  seconds: number
  estimate: Estimate | null
  problems: ProblemGroup[]
}

export interface RunSummary extends ItemCounts {
  runId: string
  kind: RunKind
  parent: string | null
  status: RunStatus
  /** Why its record cannot be read; only where the status is `unreadable`, and the figures mean nothing. */
  problem?: string
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  finishedAt: number | null
  /** How long it took to carry out the plan; null until it has ended. */
  seconds: number | null
  profileId: string
  profile: string
  database: string
  bucket: string
  /** Verified copies that no row points at yet; part of what remains. */
  copied: number
  /** What the plan knew cannot be moved; part of what failed. */
  excluded: number
  documents: number
  bytes: number
  /** Whether its latest validation has passed; null when there was none since it last went on. */
  validated: boolean | null
  /** It was interrupted while it undid itself, and undoes the rest when it is resumed. */
  undoing: boolean
}

/** Which runs are listed; what is left out does not narrow. */
export interface RunFilter {
  /** Of one connection. */
  profileId?: string | undefined
  /** Begun at this time or after it, milliseconds since 1970. */
  since?: number | undefined
  kinds?: RunKind[] | undefined
  statuses?: RunStatus[] | undefined
  /** Part of the id, profile, database or bucket, in any case. */
  text?: string | undefined
}

/**
 * Runs, newest first. A run whose store cannot be read is left out; opening it says why. A page may hold fewer than were
 * asked for and still not be the last.
 */
export interface RunPage {
  runs: RunSummary[]
  /** Pass as `offset` to go on; null on the last page. */
  next: number | null
}

export interface RunEffects {
  /** Local files that were fetched from S3. */
  filesFetched: number
  /** Objects that were removed from the bucket. */
  objectsRemoved: number
  /** Objects that were to be removed and could not be. */
  objectsLeft: number
}

/**
 * One line of a run's history. `lost`: a session ended and could not write it down; `at` is its last sign of life.
 */
export type RunEvent = { at: number } & (
  | { what: 'planned' | 'paused' | 'continued' }
  | { what: 'started'; host: string }
  | { what: 'ended'; status: RunStatus; counts: ItemCounts }
  | { what: 'lost' }
  | { what: 'error'; title: string; message: string }
  | { what: 'warning'; message: string }
  | { what: 'exported'; path: string }
  | { what: 'validated'; passed: boolean }
)

/** The runs that a run is related to. */
export interface RunFamily {
  /** The run that it undoes, frees or goes on from; null when there is none, or none that can be read. */
  parent: RunSummary | null
  /** Runs that go back over it, oldest first. */
  children: RunSummary[]
}

/** A user with documents in a run. */
export interface RunUser {
  userId: string
  documents: number
  files: number
  bytes: number
  /** Name of one of the documents, where nobody knows the user's. */
  example: string
  /** As they log in to Readur; null where the run could not read it. */
  name: string | null
}

/** One item as the window and the command line list it. */
export interface ItemView {
  seq: number
  kind: ItemKind
  documentId: string
  /** Row of `documents` or `processed_images`. */
  rowId: string
  filename: string
  path: string
  /** Object key, or null where none can be made. */
  key: string | null
  size: number
  state: ItemState
  code: ErrorCode | null
  message: string | null
  /** How it is put right; of a repair, and of a run that takes one back. */
  remedy: RepairStep | null
}

export interface ItemQuery {
  state?: ItemState | undefined
  code?: ErrorCode | undefined
  deed?: RepairDeed | undefined
  /** Part of a file name or path, in any case, or the beginning of a document's id. */
  text?: string | undefined
  /** One line a document that the run was to move. */
  documents?: boolean | undefined
  /** Return items after this sequence number. */
  after: number
  limit: number
}

export interface ItemPage {
  items: ItemView[]
  /** Pass as `after` to go on; null on the last page. */
  next: number | null
}

export type Phase =
  'check' | 'plan' | 'list' | 'reconcile' | 'copy' | 'rollback' | 'free' | 'repair' | 'verify' | 'ask' | 'finish'

/**
 * What is being done with a run. `plan`: it is being made. `run`: its plan is carried out, for the first time or going
 * on. `check`: it is compared with the world. `validate`: that, with all counts and what users get. `import`: it is read
 * from a state file.
 */
export type Activity = 'plan' | 'run' | 'check' | 'validate' | 'repair' | 'import'

/** How fast a run may go. */
export interface Pace {
  /** The most files at the same time. */
  parallelUploads: number
  /** Null: as many as the line carries. */
  bytesPerSecond: number | null
}

/** What moved since a run was begun, one point a `stepMs`; the last one is not over yet. */
export interface Throughput {
  /** When the first point begins, milliseconds since 1970. */
  from: number
  stepMs: number
  bytesPerSecond: number[]
  itemsPerSecond: number[]
}

export interface ActiveFile {
  seq: number
  filename: string
  bytes: number
  size: number
  /** Over the last seconds; null while unknown. */
  bytesPerSecond: number | null
}

/** The state of a run at one instant. The window gets these several times a second, never single events. */
export interface RunSnapshot {
  runId: string
  profileId: string
  kind: RunKind
  activity: Activity
  /** `planning` and `running` while the activity goes on; afterwards how the run stands. */
  status: RunStatus
  phase: Phase
  /** The user has asked for a stop and it is being carried out. */
  stopping: StopMode | null
  /** `pausing`: what was on its way when the pause began is finished first. */
  pause: 'pausing' | 'paused' | null
  /** Null before it is known and after the end. */
  pace: Pace | null
  /** Files at the same time as things stand: fewer where the service has asked for it. */
  parallelNow: number
  throughput: Throughput
  counts: ItemCounts
  documents: number
  /** Verified copies, rows not necessarily switched yet. */
  copied: number
  bytesDone: number
  bytesTotal: number
  /** Bytes a second really moved in the last 30 s; null while unknown. */
  bytesPerSecond: number | null
  itemsPerSecond: number | null
  secondsLeft: number | null
  seconds: number
  active: ActiveFile[]
  /** Latest lines, newest last. */
  log: LogLine[]
  error: ErrorData | null
}

export interface LogLine {
  at: number
  level: 'info' | 'warning' | 'error'
  text: string
}
