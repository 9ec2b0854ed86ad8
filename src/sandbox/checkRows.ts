import { isDeepStrictEqual } from 'node:util'
import type { Expectation } from './expectations.ts'
import type { Row, Rows } from './snapshot.ts'

type Columns = Row['columns']

/** Differences between the rows that are and those that must be. One line each, for people. */
export function checkRows(before: Rows, after: Rows, expectations: readonly Expectation[]): string[] {
  const changes = expectedChanges(before, expectations)
  return Object.entries(before).flatMap(([table, rows]) => {
    const now = Object.entries(after).find(([name]) => name === table)?.[1] ?? {}
    const appeared = Object.keys(now).filter((id) => !(id in rows))
    return [
      ...appeared.map((id) => `${table} ${id}: the row is new`),
      ...Object.entries(rows).flatMap(([id, row]) =>
        compare(`${table} ${id}`, row, now[id], changes.get(`${table} ${id}`) ?? {}),
      ),
    ]
  })
}

/** New values of columns by table and row id; every other column of every row stays as it was. */
function expectedChanges(before: Rows, expectations: readonly Expectation[]): Map<string, Columns> {
  const changes = new Map<string, Columns>()
  const set = (name: string, columns: Columns): void => void changes.set(name, { ...changes.get(name), ...columns })
  for (const { kind, documentId, rowId, outcome, key = '' } of expectations) {
    if (outcome !== 'committed') continue
    if (kind === 'processed_image') {
      set(`processed_images ${rowId}`, { processed_image_path: `s3://${key}` })
      continue
    }
    set(`documents ${rowId}`, { file_path: `s3://${key}` })
    const old = before.documents[rowId]?.columns.file_path
    for (const [id, { columns }] of Object.entries(before.processed_images)) {
      const follows = columns.document_id === documentId && columns.original_image_path === old
      if (follows) set(`processed_images ${id}`, { original_image_path: `s3://${key}` })
    }
  }
  return changes
}

function compare(name: string, before: Row, after: Row | undefined, change: Columns): string[] {
  if (!after) return [`${name}: the row is gone`]
  const expected = { ...before.columns, ...change }
  const columns = [...new Set([...Object.keys(expected), ...Object.keys(after.columns)])]
  const wrong = columns.filter((column) => !isDeepStrictEqual(expected[column], after.columns[column]))
  if (wrong.length > 0) {
    return wrong.map((column) => `${name}: ${column} is ${show(after.columns[column])}, not ${show(expected[column])}`)
  }
  const rewritten = Object.keys(change).length === 0 && before.version !== after.version
  return rewritten ? [`${name}: the row was written again, with equal values`] : []
}

const show = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value))
