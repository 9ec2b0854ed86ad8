import AsyncDatabase from 'libsql/promise'
import { z } from 'zod'
import type { SqliteFile } from './sqliteFile.ts'

/** What of a run's record cannot be believed. */
export interface Damage {
  /** Items whose own row or a line about which is damaged, in order. Nothing is done with them. */
  items: readonly number[]
  /** Damaged or missing lines about the run as a whole. */
  lines: number
  /** One of these lines may have said what is to be done. */
  isUndecided: boolean
}

export const noDamage: Damage = { items: [], lines: 0, isUndecided: false }

/** What SQLite itself finds wrong with a file. */
interface Integrity {
  /** The first thing that is wrong with its pages, in SQLite’s words; null when all is well. */
  pages: string | null
  /** Indexes do not fit their tables; they can be made from these again. */
  indexes: boolean
}

const linesRead = 100

/** Said of single rows, each of which its checksum tells of. */
const ofRow = /^(NULL|non-\w+|[A-Z]+) value in /
const ofIndex = /\bindex\b/

/** Reads the whole file in another thread of the library: a second or two for a million lines, and nobody waits. */
export async function integrityOf({ path }: SqliteFile, isIndex: (page: number) => boolean): Promise<Integrity> {
  const found: Integrity = { pages: null, indexes: false }
  for (const line of await linesAbout(path)) {
    if (line === 'ok' || ofRow.test(line)) continue
    const tree = /^Tree (\d+) /m.exec(line)
    if (ofIndex.test(line) || (tree && isIndex(Number(tree[1])))) found.indexes = true
    else found.pages ??= line
  }
  return found
}

interface Rows {
  all: () => Promise<unknown>
}

async function linesAbout(path: string): Promise<string[]> {
  const database = new AsyncDatabase(path, {})
  try {
    const sql = `SELECT CAST(integrity_check AS BLOB) AS line FROM pragma_integrity_check(${linesRead})`
    const statement = (await database.prepare(sql)) as Rows
    const rows = z.array(z.object({ line: z.instanceof(ArrayBuffer) })).parse(await statement.all())
    return rows.map(({ line }) => Buffer.from(line).toString('utf8'))
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)]
  } finally {
    database.close()
  }
}
