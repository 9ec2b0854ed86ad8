import type { ErrorCode, ErrorData } from './errors.ts'

/** One file that belongs to a document and moves as a unit of its own. */
export type ItemKind = 'document' | 'processed_image'

/** What a plan decided about an item: move it, leave it because nothing is to be done, or leave it because of a problem. */
export type Verdict = 'move' | 'skip' | 'blocked'

/** Where an item stands. `pending` until it has an outcome. */
export const itemStates = ['pending', 'committed', 'failed', 'skipped', 'restored'] as const
export type ItemState = (typeof itemStates)[number]

/** `planned`: not started. `interrupted`: unfinished, nothing is broken, the rest can be run. */
export const runStatuses = [
  'planning',
  'planned',
  'running',
  'completed',
  'completed with failures',
  'rolled back',
  'rollback incomplete',
  'interrupted',
  'not started',
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
}

/** How a plan is carried out. Sizes in bytes. */
export interface MigrateOptions {
  parallelUploads: number
  multipartThreshold: number
  batchSize: number
  verify: VerifyLevel
  /** Roll the whole run back when an item fails after its retries. */
  enableRollback: boolean
}

export const defaultMigrateOptions: MigrateOptions = {
  parallelUploads: 8,
  multipartThreshold: 100_000_000,
  batchSize: 500,
  verify: 'head',
  enableRollback: false,
}

/** Limits that hold for the command line and the window alike. Sizes in bytes. */
export const optionLimits = {
  parallelUploads: { min: 1, max: 64 },
  batchSize: { min: 1, max: 5_000 },
  /** S3: a part has 5 MiB at least, a single PUT 5 GiB at most. */
  multipartThreshold: { min: 5 * 1024 ** 2, max: 5 * 1024 ** 3 },
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

/** How long the run may take. `basis` says what the figure rests on. */
export interface Estimate {
  seconds: number
  basis: 'last run' | 'assumption'
}

/** Items with the same code, counted; `examples` holds the first few. */
export interface ProblemGroup {
  code: ErrorCode
  title: string
  remedy: string
  /** `failed`: the item was not moved. `note`: it was, and there is something to know. `run`: the run as a whole. */
  kind: 'failed' | 'skipped' | 'note' | 'run'
  count: number
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
  /** Not reached yet, or not any more. */
  remaining: number
}

/** What a run did: printed by `--json`, shown at the end, kept with the run. */
export interface RunReport extends ItemCounts {
  runId: string
  status: RunStatus
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
  status: RunStatus
  /** Milliseconds since 1970, UTC. */
  createdAt: number
  finishedAt: number | null
  /** How long it took to carry out the plan; null until it has ended. */
  seconds: number | null
  profileId: string
  profile: string
  database: string
  bucket: string
  documents: number
  bytes: number
}

/** Runs, newest first. A run whose store cannot be read is left out; opening it says why. */
export interface RunPage {
  runs: RunSummary[]
  /** Pass as `offset` to go on; null on the last page. */
  next: number | null
}

export type RunKind = 'migrate'

export interface RunDetails extends RunSummary {
  totals: PlanTotals | null
  estimate: Estimate | null
  options: MigrateOptions | null
  planOptions: PlanOptions
  stateFile: string | null
  error: ErrorData | null
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
}

export interface ItemQuery {
  state?: ItemState | undefined
  code?: ErrorCode | undefined
  /** Return items after this sequence number. */
  after: number
  limit: number
}

export interface ItemPage {
  items: ItemView[]
  /** Pass as `after` to go on; null on the last page. */
  next: number | null
}

export type Phase = 'check' | 'plan' | 'copy' | 'rollback' | 'finish'

export interface ActiveFile {
  seq: number
  filename: string
  bytes: number
  size: number
}

/** The state of a run at one instant. The window gets these several times a second, never single events. */
export interface RunSnapshot {
  runId: string
  profileId: string
  status: RunStatus
  phase: Phase
  /** The user has asked for a stop and it is being carried out. */
  stopping: StopMode | null
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
