import type { ErrorCode } from './errors.ts'
import type { ItemKind, ItemState } from './run.ts'

/** Where a line stands: as the run left it, or as the plan has it. `excluded`: ruled out by the plan, which is no failure. */
export const lineStates = [
  'pending',
  'committed',
  'failed',
  'excluded',
  'skipped',
  'restored',
  'freed',
] as const satisfies readonly (ItemState | 'excluded')[]
export type LineState = (typeof lineStates)[number]

/** What the items of a run can be sorted by. `plan`: the order in which they are carried out. */
export const itemOrders = ['plan', 'filename', 'type', 'size', 'changed', 'user', 'finding'] as const
export type ItemOrder = (typeof itemOrders)[number]

/** Which items of a run are listed; what is left out does not narrow. */
export interface PlanFilter {
  /** Part of a file name, path or key, in any case, or the beginning of a document's id. */
  text?: string | undefined
  userId?: string | undefined
  /** A MIME type; null: items without one. */
  type?: string | null | undefined
  /** Bytes: at least, and less than. */
  sizeFrom?: number | undefined
  sizeBelow?: number | undefined
  state?: LineState | undefined
  code?: ErrorCode | undefined
}

/** A list of the items of a run: which, and in what order. */
export interface PlanList {
  filter: PlanFilter
  order: ItemOrder
  descending: boolean
}

/** One line of such a list. */
export interface PlanRow {
  seq: number
  kind: ItemKind
  filename: string
  /** As the row has it. */
  path: string
  /** Where the file lies or the object is, from the very beginning; null where there is neither. */
  place: string | null
  size: number
  /** Milliseconds since 1970; null when there is no file. */
  modifiedAt: number | null
  type: string | null
  documentId: string
  userId: string | null
  /** As Readur called them when the run was planned; null where that is not known. */
  userName: string | null
  key: string | null
  state: LineState
  code: ErrorCode | null
}

/** Some lines of a list, and what the whole list comes to. `bytes`: of what is to be moved. */
export interface PlanRows {
  rows: PlanRow[]
  total: number
  bytes: number
}

/** All that a run says about one item. */
export interface PlanItem extends PlanRow {
  rowId: string
  /** Where the file lies, relative to the uploads folder; null when it was not found. */
  source: string | null
  /** Lowercase hex SHA-256, as Readur recorded it. */
  fileHash: string | null
  message: string | null
  /** Rows whose path follows that of the item. */
  followers: number
}

/** What a list can be narrowed to, with how many items each would leave. */
export interface PlanFacets {
  /** Those with most items first, at most a thousand. `example`: a name of one of them. */
  users: { userId: string; name: string | null; items: number; bytes: number; example: string }[]
  types: { type: string | null; items: number; bytes: number }[]
  codes: { code: ErrorCode; state: LineState; items: number }[]
  /** What sending so many files asks of the storage service; reading them back, one more each, is not among it. */
  requests: { files: number; writes: number; reads: number }
}
