import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { diskError } from '../diskError.ts'
import type { RunStore } from './runStore.ts'
import { Queries, SqliteFile, type Statement } from './sqliteFile.ts'

/** Below the folder of the run stores, which nobody else reads. */
const folderName = 'scratch'

/**
 * A database that work on a run needs for the moment, beside the store of the run: it holds paths and names of documents,
 * and may be large. As long as it is open its file is locked, so that nobody takes it for one that a killed process has left.
 */
export class Scratch extends Queries {
  readonly database: SqliteFile
  readonly #statements = new Map<string, Statement>()

  /** `tables`: SQL that makes them. */
  constructor(run: Pick<RunStore, 'path'>, purpose: string, tables: string) {
    super()
    const folder = join(dirname(run.path), folderName)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    } catch (cause) {
      throw diskError(cause, folder) ?? cause
    }
    this.database = new SqliteFile(join(folder, `${purpose}-${randomUUID()}.sqlite`))
    try {
      this.database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
      this.database.exec(tables)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** A statement, compiled once: what SQLite holds for each is outside the heap, and is let go late. */
  prepare(sql: string): Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  /** Removes it. */
  close(): void {
    this.database.close()
    rmSync(this.database.path, { force: true })
  }
}

/** Removes what killed processes have left in the folder of run stores. Never throws: it can be done another time. */
export function sweepScratch(runs: string): void {
  const folder = join(runs, folderName)
  for (const name of namesIn(folder)) {
    const file = join(folder, name)
    try {
      if (!isInUse(file)) rmSync(file, { force: true })
    } catch {
      // Another's, or a disk that takes no changes.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.sqlite'))
  } catch {
    return []
  }
}

function isInUse(file: string): boolean {
  const database = new SqliteFile(file)
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE; ROLLBACK')
    return false
  } catch (error) {
    // What is no database any more is in nobody's use.
    return error instanceof Error && /locked|busy/i.test(error.message)
  } finally {
    database.close()
  }
}
