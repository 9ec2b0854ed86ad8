import type { ErrorCode } from '../../../shared/errors.ts'
import type { ItemKind, Verdict } from '../../../shared/run.ts'
import type { DocumentRow, PathChange } from '../ports.ts'
import { pathOfKey } from '../keys/readurKeys.ts'

/** What a plan says about one file. Immutable: it is written once and never changed. */
export interface PlannedItem {
  kind: ItemKind
  documentId: string
  /** Row of `documents` or `processed_images`. */
  rowId: string
  userId: string | null
  filename: string
  /** The path as the row has it. */
  oldPath: string
  /** Where the file lies, relative to the uploads folder; null when it was not found. */
  source: string | null
  key: string | null
  size: number
  mtimeMs: number
  mimeType: string | null
  fileHash: string | null
  verdict: Verdict
  code: ErrorCode | null
  message: string | null
  /** Rows of `processed_images` whose `original_image_path` is `oldPath` and follows it. */
  followers: string[]
}

/** A planned item with its place in the run. */
export type Item = PlannedItem & { seq: number }

/** An item that can be moved: it has a file and a key. */
export type MovableItem = Item & { source: string; key: string; verdict: 'move' }

export const isMovable = (item: Item): item is MovableItem =>
  item.verdict === 'move' && item.source !== null && item.key !== null

/** The path that the item's row holds now; null when there is no such row. */
export function pathIn(
  row: DocumentRow | null | undefined,
  { kind, rowId }: Pick<Item, 'kind' | 'rowId'>,
): string | null {
  if (kind === 'document') return row?.filePath ?? null
  return row?.images.find((image) => image.id === rowId)?.processedPath ?? null
}

/** The row change that commits an item, with those of the rows that follow it. */
export function changeOf(item: MovableItem): PathChange {
  const values = { from: item.oldPath, to: pathOfKey(item.key) }
  return {
    column: item.kind === 'document' ? 'documents.file_path' : 'processed_images.processed_image_path',
    id: item.rowId,
    ...values,
    followers: item.followers.map((id) => ({ column: 'processed_images.original_image_path', id, ...values })),
  }
}

/** The row change that undoes `changeOf`. */
export function undoOf(item: MovableItem): PathChange {
  const { from, to, followers, ...row } = changeOf(item)
  return { ...row, from: to, to: from, followers: followers.map((row) => ({ ...row, from: to, to: from })) }
}
