import { statSync } from 'node:fs'
import Database from 'libsql'
import { z } from 'zod'
import { diskError } from '../diskError.ts'
import { MigrateError } from '../errors.ts'

type Row = Record<string, unknown>

/** A statement of one of our SQLite files. */
export interface Statement {
  /** The first row; undefined when there is none. */
  get: (...values: unknown[]) => unknown
  all: (...values: unknown[]) => unknown[]
  run: (...values: unknown[]) => { changes: number }
}

/** A damaged file may hold text that is not UTF-8, and the library ends the whole process when it is handed such text. */
const asBytes = (column: string): string =>
  `CASE typeof("${column}") WHEN 'text' THEN CAST("${column}" AS BLOB) ELSE "${column}" END AS "${column}"`

/** SQL for a value of JSON in a column; null where the column holds none, as a damaged one may. */
export const fieldOf = (column: string, path: string): string =>
  `iif(json_valid(${column}), json_extract(${column}, '${path}'), NULL)`

/** What SQLite hands out for a blob: a Buffer for one row, an ArrayBuffer for many. */
export const bytesOf = (value: unknown): Buffer | null => {
  if (Buffer.isBuffer(value)) return value
  return value instanceof ArrayBuffer ? Buffer.from(value) : null
}

/** What is asked of a file of ours, parsed where it arrives. */
export abstract class Queries {
  abstract prepare(sql: string): Statement

  rows<T>(schema: z.ZodType<T>, sql: string, ...values: unknown[]): T[] {
    return z.array(schema).parse(this.prepare(sql).all(...values))
  }

  /** The first row; null when there is none. */
  row<T>(schema: z.ZodType<T>, sql: string, ...values: unknown[]): T | null {
    const row = this.prepare(sql).get(...values)
    return row === undefined ? null : schema.parse(row)
  }

  has(sql: string, ...values: unknown[]): boolean {
    return this.prepare(sql).get(...values) !== undefined
  }

  /** The one value of the one row. */
  number(sql: string, ...values: unknown[]): number {
    const [number] = this.numbers(sql, ...values)
    return z.number().parse(number)
  }

  /** The first column of all rows. */
  numbers(sql: string, ...values: unknown[]): number[] {
    return this.rows(numberRow, sql, ...values).flatMap((row) => Object.values(row).slice(0, 1))
  }

  /** The first column of all rows. */
  texts(sql: string, ...values: unknown[]): string[] {
    return this.rows(textRow, sql, ...values).flatMap((row) => Object.values(row).slice(0, 1))
  }

  /**
   * All rows, a page at a time. The first place in the query takes what the last row of the page before had in the column
   * `by`, and `from` before the first page.
   */
  *pages<T, K extends keyof T>(
    schema: z.ZodType<T>,
    [by, from]: [by: K, from: T[K]],
    sql: string,
    ...values: unknown[]
  ): Generator<T[]> {
    const query = this.prepare(sql)
    const page = z.array(schema)
    for (let after = from; ;) {
      const rows = page.parse(query.all(after, ...values))
      const last = rows.at(-1)
      if (!last) return
      after = last[by]
      yield rows
    }
  }
}

const numberRow = z.record(z.string(), z.number())
const textRow = z.record(z.string(), z.string())

/**
 * A SQLite file of ours. Every text comes out as bytes and is decoded here, so that no damage in the file can end the
 * process: what is not UTF-8 has U+FFFD in its place. Throws DISK_FULL and DATA_FOLDER_UNWRITABLE for what a disk does.
 */
export class SqliteFile extends Queries {
  readonly path: string
  readonly #database: Database.Database

  /** Made when it is missing. An empty path: a file that goes with this object. */
  constructor(path: string) {
    super()
    this.path = path
    this.#database = told(path, () => new Database(path))
  }

  /** Tables in a file that SQLite removes, not in memory: millions of rows take none. All that is added is one transaction. */
  static temporary(tables: string): SqliteFile {
    const database = new SqliteFile('')
    database.exec(`PRAGMA journal_mode = OFF; ${tables}; BEGIN`)
    return database
  }

  /** For reading alone, from a disk that nothing can be written to. */
  static immutable(path: string): SqliteFile {
    return new SqliteFile(`file:${encodeURI(path).replace(/[?#]/g, encodeURIComponent)}?immutable=1`)
  }

  get open(): boolean {
    return this.#database.open
  }

  exec(sql: string): void {
    told(this.path, () => this.#database.exec(sql))
  }

  /** `as`: texts, or, to be proven first, the bytes of texts: a Buffer or an ArrayBuffer. */
  prepare(sql: string, as: 'texts' | 'bytes' = 'texts'): Statement {
    const { path } = this
    const rowOf = as === 'texts' ? decoded : (row: Row): Row => row
    const columns = told(path, () => this.#database.prepare(sql)).columns()
    const isQuery = columns.length > 0
    const names = columns.map(({ name }) => asBytes(name))
    const compile = (): Database.Statement =>
      this.#database.prepare(isQuery ? `SELECT ${names.join(', ')} FROM (${sql})` : sql)
    // After `all`, the library's `get` of the same statement gives a row of the call before.
    let single: Database.Statement | null = null
    let multiple: Database.Statement | null = null
    return {
      get: (...values) => {
        const row = told(path, () => (single ??= compile()).get(values)) as Row | undefined
        return row && rowOf(row)
      },
      all: (...values) => told(path, () => (multiple ??= compile()).all(values) as Row[]).map(rowOf),
      run: (...values) => told(path, () => (single ??= compile()).run(values)),
    }
  }

  /** All of it or nothing. Nobody else writes from its beginning on. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.exec('COMMIT')
      return result
    } catch (error) {
      // A full disk has ended the transaction already; what happened then must not be hidden by that.
      if (this.#database.inTransaction) this.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    this.#database.close()
  }
}

function decoded(row: Row): Row {
  const result: Row = {}
  for (const [name, value] of Object.entries(row)) {
    if (name !== '_metadata') result[name] = bytesOf(value)?.toString('utf8') ?? value
  }
  return result
}

function told<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw diskError(cause, path) ?? damageError(cause, path) ?? cause
  }
}

/** SQLite cannot make sense of the file; null for any other error. */
function damageError(cause: unknown, path: string): MigrateError | null {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (!code.startsWith('SQLITE_CORRUPT') && !code.startsWith('SQLITE_NOTADB')) return null
  return new MigrateError('RUN_STORE_INVALID', {
    message: `“${path}” is damaged, or wasn’t written by this program.`,
    subject: path,
    cause,
  })
}

/** Nothing that was written lately is still beside the file: what stands in it is all. */
export function hasNoLog(path: string): boolean {
  const { size } = statSync(`${path}-wal`, { throwIfNoEntry: false }) ?? { size: 0 }
  return size === 0
}
