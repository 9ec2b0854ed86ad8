import { z } from 'zod'
import type { SavedPathKey, SavedPathPage } from '../../../shared/record.ts'
import { isPlain, withEscapes } from '../../../shared/plainText.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { DocumentRow, PathColumn, ReadurDatabase } from '../ports.ts'
import { seedOf, sumOf } from './checksum.ts'
import { damageText } from './damage.ts'
import type { RunStore } from './runStore.ts'

interface PathRecord {
  documentId: string
  column: PathColumn
  rowId: string
  path: string
}

const recordsOf = (row: DocumentRow): PathRecord[] => [
  { documentId: row.id, column: 'documents.file_path', rowId: row.id, path: row.filePath },
  ...row.images.flatMap((image): PathRecord[] => [
    {
      documentId: row.id,
      column: 'processed_images.processed_image_path',
      rowId: image.id,
      path: image.processedPath,
    },
    {
      documentId: row.id,
      column: 'processed_images.original_image_path',
      rowId: image.id,
      path: image.originalPath,
    },
  ]),
]

/**
 * Saves the paths of documents whose rows are about to be changed, as they are now: the cheapest backup there is. What was
 * saved before stays. Durable when it returns.
 */
export async function savePaths(
  store: Pick<RunStore, 'savePaths'>,
  database: Pick<ReadurDatabase, 'documentsById'>,
  documentIds: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const rows = await database.documentsById([...new Set(documentIds)], signal)
  store.savePaths(rows.flatMap(recordsOf))
}

const savedRow = z.object({
  column: z.enum([
    'documents.file_path',
    'processed_images.processed_image_path',
    'processed_images.original_image_path',
  ]),
  rowId: z.string(),
  path: z.string(),
  key: z.string(),
  documentId: z.string(),
  checksum: z.number().nullable(),
})

/** A path that nobody can have changed since it was saved; null for one that is damaged. */
function soundPath({ hasChecksums, header }: RunStore, row: unknown): z.infer<typeof savedRow> | null {
  const { data: saved } = savedRow.safeParse(row)
  if (!saved) return null
  const sum = sumOf(seedOf(header.id), [saved.documentId, saved.column, saved.rowId, saved.path], [])
  return hasChecksums && sum !== saved.checksum ? null : saved
}

const hasSnapshot = (store: RunStore): boolean =>
  store.query.has(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'path_snapshot'`)

const pathRow = z.object({
  documentId: z.string(),
  column: savedRow.shape.column.catch('documents.file_path'),
  rowId: z.string(),
  path: z.string(),
})

/** A page of what was saved, by document; `after` is the last of the page before. Empty where nothing was saved. */
export function snapshotPage(store: RunStore, after: SavedPathKey | null, limit: number): SavedPathPage {
  if (!hasSnapshot(store)) return { paths: [], next: null }
  const { documentId, column, rowId } = after ?? { documentId: '', column: '', rowId: '' }
  const found = store.query.rows(
    pathRow,
    `SELECT document_id AS documentId, column_name AS "column", row_id AS rowId, path FROM path_snapshot
     WHERE (document_id, column_name, row_id) > (?, ?, ?) ORDER BY document_id, column_name, row_id LIMIT ?`,
    ...[documentId, column, rowId, limit + 1],
  )
  const paths = found.slice(0, limit)
  const last = paths.at(-1)
  const next = found.length > limit && last ? last : null
  return { paths, next: next && { documentId: next.documentId, column: next.column, rowId: next.rowId } }
}

/**
 * The snapshot of a proven run as SQL that puts every path back which this run has switched, and no other: each statement is guarded by
 * the value that the run wrote, so it may be run twice, and after other changes. Objects and files are not touched.
 */
export function* snapshotSql(store: RunStore): Generator<string> {
  yield `-- Paths as they were before run ${store.header.id} of Readur Migrate.\n`
  yield `-- Puts rows back to their local path. Check first that the local files are there.\n`
  const damage = damageText(store)
  if (damage !== null) yield `-- ${damage}\n`
  yield 'BEGIN;\n'
  if (hasSnapshot(store)) {
    const page = store.query.prepare(
      `SELECT s.column_name AS "column", s.row_id AS rowId, s.path, i.key, s.document_id AS documentId,
         ${store.hasChecksums ? 's.checksum' : 'NULL AS checksum'}
       FROM item i JOIN path_snapshot s ON s.document_id = i.document_id AND (
         (s.row_id = i.row_id AND s.column_name <> 'processed_images.original_image_path')
         OR (s.column_name = 'processed_images.original_image_path' AND i.kind = 'document'
             AND s.row_id IN (SELECT value FROM json_each(i.followers))))
       WHERE i.seq > ? AND i.seq <= ? AND i.verdict = 'move' AND i.key IS NOT NULL ORDER BY i.seq`,
    )
    const last = store.query.number('SELECT coalesce(max(seq), 0) AS last FROM item')
    for (let after = 0; after < last; after += 500) {
      for (const row of page.all(after, after + 500)) {
        const saved = soundPath(store, row)
        if (saved === null) {
          yield '-- A saved path is damaged and was left out.\n'
          continue
        }
        const { column, rowId, path, key } = saved
        const [table = '', name = ''] = column.split('.')
        yield `UPDATE ${table} SET ${name} = ${sqlText(path)} WHERE id = ${sqlText(rowId)} AND ${name} = ${sqlText(pathOfKey(key))};\n`
      }
    }
  }
  yield 'COMMIT;\n'
}

/**
 * A text as a literal of PostgreSQL that stands for exactly it, on one line, with nothing in it that a terminal would
 * obey: an escape string where there is such a sign.
 */
function sqlText(text: string): string {
  const quoted = text.replaceAll("'", "''")
  if (isPlain(text)) return `'${quoted}'`
  const digits = (code: number): string =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
  return `E'${withEscapes(quoted.replaceAll('\\', '\\\\'), digits)}'`
}
