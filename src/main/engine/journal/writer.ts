import type { PlannedItem } from '../plan/item.ts'
import { seedOf, sumOf } from './checksum.ts'
import type { Entry } from './entries.ts'
import { headerValues, type RunHeader } from './header.ts'
import { checked, type Table } from './schema.ts'
import type { SqliteFile, Statement } from './sqliteFile.ts'

type Values = Record<string, string | number | null>

const itemValues = (seq: number, item: PlannedItem): Values => ({
  seq,
  kind: item.kind,
  document_id: item.documentId,
  row_id: item.rowId,
  user_id: item.userId,
  filename: item.filename,
  old_path: item.oldPath,
  source: item.source,
  key: item.key,
  size: item.size,
  mtime_ms: item.mtimeMs,
  mime_type: item.mimeType,
  file_hash: item.fileHash,
  verdict: item.verdict,
  code: item.code,
  message: item.message,
  followers: JSON.stringify(item.followers),
})

/** Adds rows to the tables of a run store, each with its checksum where the store has these. Call it in a transaction. */
export class Writer {
  readonly #database: SqliteFile
  readonly #seed: number
  readonly #hasChecksums: boolean
  readonly #statements = new Map<Table, Statement>()

  constructor(database: SqliteFile, runId: string, hasChecksums: boolean) {
    this.#database = database
    this.#seed = seedOf(runId)
    this.#hasChecksums = hasChecksums
  }

  header(header: RunHeader): void {
    this.#insert('run', headerValues(header))
  }

  items(items: readonly (PlannedItem & { seq?: number })[]): void {
    let last = this.#last('item', 'seq')
    for (const item of items) {
      const seq = item.seq ?? last + 1
      last = Math.max(last, seq)
      this.#insert('item', itemValues(seq, item))
    }
  }

  entries(entries: readonly Entry[], at: number): void {
    let id = this.#last('journal', 'id')
    for (const { step, seq = null, code = null, data } of entries) {
      id += 1
      this.#insert('journal', { id, at, seq, step, code, data: JSON.stringify(data) })
    }
  }

  /** What an earlier session has saved stays. */
  path(documentId: string, column: string, rowId: string, path: string): void {
    this.#insert('path_snapshot', { document_id: documentId, column_name: column, row_id: rowId, path })
  }

  #last(table: 'item' | 'journal', column: string): number {
    const row = this.#database.prepare(`SELECT coalesce(max(${column}), 0) AS last FROM main.${table}`).get()
    return (row as { last: number }).last
  }

  #insert(table: Table, values: Values): void {
    const { texts, numbers } = checked[table]
    const of = (names: readonly string[]) => names.map((name) => values[name] ?? null)
    const sum = this.#hasChecksums ? [sumOf(this.#seed, of(texts), of(numbers))] : []
    this.#statementFor(table).run(...of(texts), ...of(numbers), ...sum)
  }

  #statementFor(table: Table): Statement {
    const known = this.#statements.get(table)
    if (known) return known
    const { texts, numbers } = checked[table]
    const columns = [...texts, ...numbers, ...(this.#hasChecksums ? ['checksum'] : [])]
    const statement = this.#database.prepare(
      `INSERT ${table === 'path_snapshot' ? 'OR IGNORE ' : ''}INTO main.${table} (${columns.join(', ')})
       VALUES (${columns.map(() => '?').join(', ')})`,
    )
    this.#statements.set(table, statement)
    return statement
  }
}
