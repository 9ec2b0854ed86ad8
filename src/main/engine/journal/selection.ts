import type { UndoSelection } from '../../../shared/run.ts'
import type { Queries } from './sqliteFile.ts'

/** A condition of SQL about an item `i`, with its values. */
interface Condition {
  sql: string
  values: (string | number)[]
}

/**
 * Items of the documents that are meant. Where a document is, and since when, is said by its own file: its images belong
 * to it. Read from the table itself, in which damaged items can still be found.
 */
export function selected({ userIds, documentIds, folder, from, before }: UndoSelection): Condition {
  const ownFile = [
    ...(folder === undefined ? [] : [inFolder(folder)]),
    ...(from === undefined ? [] : [{ sql: 'd.mtime_ms >= ?', values: [from] }]),
    // What nothing is known of was not written at the beginning of time.
    ...(before === undefined ? [] : [{ sql: 'd.mtime_ms > 0 AND d.mtime_ms < ?', values: [before] }]),
  ]
  return all([
    ...(userIds === undefined ? [] : [oneOf('i.user_id', userIds)]),
    ...(documentIds === undefined ? [] : [oneOf('i.document_id', documentIds)]),
    ...(ownFile.length === 0 ? [] : [ofDocument(all(ownFile))]),
  ])
}

/** Whether this item is meant, damaged or not. */
export const isSelected = (query: Queries, selection: UndoSelection, seq: number): boolean => {
  const { sql, values } = selected(selection)
  return query.has(`SELECT 1 FROM main.item i WHERE i.seq = ? AND ${sql}`, seq, ...values)
}

const all = (conditions: Condition[]): Condition => ({
  sql: ['TRUE', ...conditions.map(({ sql }) => sql)].join(' AND '),
  values: conditions.flatMap(({ values }) => values),
})

const oneOf = (column: string, ids: readonly string[]): Condition => ({
  sql: `${column} IN (SELECT value FROM json_each(?))`,
  values: [JSON.stringify(ids)],
})

const ofDocument = ({ sql, values }: Condition): Condition => ({
  sql: `EXISTS (SELECT 1 FROM main.item d WHERE d.document_id = i.document_id AND d.kind = 'document' AND ${sql})`,
  values,
})

/** As the row names the folder, or as it lies in the uploads folder. */
function inFolder(folder: string): Condition {
  const beginning = `${folder.replace(/\/+$/, '')}/`
  const begins = (column: string): string => `substr(${column}, 1, length(?)) = ?`
  return {
    sql: `(${begins('d.old_path')} OR ${begins("coalesce(d.source, '')")})`,
    values: [beginning, beginning, beginning, beginning],
  }
}
