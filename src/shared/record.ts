import type { RepairTally } from './auditRepair.ts'
import type { ErrorData } from './errors.ts'
import type { StoredAs } from './profile.ts'
import type {
  Estimate,
  ItemState,
  MigrateOptions,
  PlanOptions,
  PlanTotals,
  RollbackOptions,
  RollbackPreview,
  RunEffects,
  RunEvent,
  RunSummary,
} from './run.ts'
import type { ValidationReport } from './validation.ts'

/** One path as it was before a run touched it. */
export interface SavedPath {
  documentId: string
  /** Table and column. */
  column: string
  rowId: string
  path: string
}

export type SavedPathKey = Omit<SavedPath, 'path'>

export interface SavedPathPage {
  paths: SavedPath[]
  /** Pass as `after` to go on; null on the last page. */
  next: SavedPathKey | null
}

/** Whole lines of a state file. Offsets in bytes. */
export interface StateFilePage {
  path: string
  /** Of the whole file. */
  size: number
  offset: number
  text: string
  /** Where the next page begins; null on the last one. */
  next: number | null
}

export const reportFormats = ['json', 'csv', 'html'] as const
/** `json`: figures, settings, findings, timeline. `csv`: one line a file. `html`: a page to read, print or mail. */
export type ReportFormat = (typeof reportFormats)[number]

/** Files that stand in two runs as said here; null: the run has no such file. */
export interface Difference {
  from: ItemState | null
  to: ItemState | null
  count: number
  /** The first few. */
  examples: { documentId: string; filename: string; path: string }[]
}

/** Two runs side by side. */
export interface Comparison {
  first: RunDetails
  second: RunDetails
  /** Files that stand alike in both. */
  alike: number
  differences: Difference[]
}

/** What keeping runs only so long comes to. */
export interface Outdated {
  /** Older, and nothing is lost with them but their record. */
  free: number
  /** Older, and kept: they can still be rolled back or gone on with. */
  kept: number
}

export interface RunDetails extends RunSummary {
  /** Storage service and bucket, for people. */
  store: string
  totals: PlanTotals | null
  /** Files that failed for a cause that trying again can cure. */
  canSucceed: number
  estimate: Estimate | null
  options: MigrateOptions | null
  planOptions: PlanOptions
  /** How its objects are stored; null where its record does not say. */
  storedAs: StoredAs | null
  stateFile: string | null
  error: ErrorData | null
  /** Of a rollback; null for every other run. */
  preview: RollbackPreview | null
  rollbackOptions: RollbackOptions | null
  /** Of a repair, and of a run that takes one back; null for every other. */
  repairs: RepairTally[] | null
  /** Its latest validation; null when there was none. */
  validation: ValidationReport | null
  /** What the run has done beside switching rows. */
  effects: RunEffects
  /** What happened, oldest first; of a run with many sessions, the latest of it. */
  timeline: RunEvent[]
}
