import type { ErrorCode } from './errors.ts'
import type { ItemKind, Verdict } from './run.ts'

/** What the items of a plan can be sorted by. `plan`: the order in which they will be carried out. */
export const itemOrders = ['plan', 'filename', 'type', 'size', 'finding'] as const
export type ItemOrder = (typeof itemOrders)[number]

/** Which items of a plan are listed; what is left out does not narrow. */
export interface PlanFilter {
  /** Part of a file name, path or key, in any case, or the beginning of a document's id. */
  text?: string | undefined
  userId?: string | undefined
  /** A MIME type; null: items without one. */
  type?: string | null | undefined
  /** Bytes: at least, and less than. */
  sizeFrom?: number | undefined
  sizeBelow?: number | undefined
  verdict?: Verdict | undefined
  code?: ErrorCode | undefined
}

/** A list of the items of a plan: which, and in what order. */
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
  type: string | null
  verdict: Verdict
  code: ErrorCode | null
}

/** Some lines of a list, and what the whole list comes to. `bytes`: of what is to be moved. */
export interface PlanRows {
  rows: PlanRow[]
  total: number
  bytes: number
}

/** All that a plan says about one item. */
export interface PlanItem extends PlanRow {
  documentId: string
  rowId: string
  userId: string | null
  /** Where the file lies, relative to the uploads folder; null when it was not found. */
  source: string | null
  key: string | null
  /** Milliseconds since 1970; null when there is no file. */
  modifiedAt: number | null
  /** Lowercase hex SHA-256, as Readur recorded it. */
  fileHash: string | null
  message: string | null
  /** Rows whose path follows that of the item. */
  followers: number
}

/** What a plan can be narrowed to, with how many items each would leave. */
export interface PlanFacets {
  /** Those with most items first, at most a thousand. `example`: a name of one of them. */
  users: { userId: string; items: number; bytes: number; example: string }[]
  types: { type: string | null; items: number; bytes: number }[]
  codes: { code: ErrorCode; verdict: Verdict; items: number }[]
  /** What sending so many files asks of the storage service; reading them back, one more each, is not among it. */
  requests: { files: number; writes: number; reads: number }
}
