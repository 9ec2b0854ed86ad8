import type { RunKind } from '../../../shared/runKind.ts'
import { isUtf8 } from 'node:buffer'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { MigrateError } from '../errors.ts'
import { seedOf, sumOf } from './checksum.ts'
import { headerRow, type RunHeader, type StoredKind } from './header.ts'
import { checked, itemIndexes, knownVersions, oldSnapshotSchema, schema, schemaVersion, views } from './schema.ts'
import { fieldOf, bytesOf, hasNoLog, SqliteFile } from './sqliteFile.ts'
import { Writer } from './writer.ts'

/** Another process may write a line too, an export for one. */
const busyTimeoutMs = 10_000

export type Access = 'read' | 'write'

/** The file of a run store, opened, and what the run is about. */
export interface OpenedFile {
  database: SqliteFile
  header: RunHeader
  hasChecksums: boolean
}

export function createFile(path: string, header: RunHeader): OpenedFile {
  const database = new SqliteFile(path)
  try {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`)
    database.transaction(() => {
      database.exec(schema)
      database.exec(`PRAGMA user_version = ${schemaVersion}`)
      new Writer(database, header.id, true).header(header)
    })
    database.exec(views)
    return { database, header, hasChecksums: true }
  } catch (error) {
    database.close()
    throw error
  }
}

export function openFile(path: string, access: Access): OpenedFile {
  if (!existsSync(path)) throw invalid(path, `“${path}” is not there.`)
  const database = connect(path, access)
  try {
    const version = versionOf(database)
    if (version > schemaVersion) throw invalid(path, `“${path}” was written by a newer version of this program.`)
    if (!knownVersions.includes(version)) throw invalid(path, `“${path}” isn’t a run store.`)
    const hasChecksums = version >= 3
    if (!isOurLayout(layoutOf(database), hasChecksums))
      throw invalid(path, `“${path}” is damaged or isn’t a run store.`)
    database.exec(views)
    if (access === 'read') database.exec('PRAGMA query_only = ON')
    else {
      database.exec('PRAGMA synchronous = FULL')
      if (version === 1) database.exec(oldSnapshotSchema)
    }
    return { database, header: headerOf(database, path, hasChecksums), hasChecksums }
  } catch (cause) {
    database.close()
    throw meaningOf(cause, path)
  }
}

function connect(path: string, access: Access): SqliteFile {
  let database: SqliteFile | null = null
  try {
    database = new SqliteFile(path)
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`)
    versionOf(database)
    return database
  } catch (cause) {
    database?.close()
    const error = meaningOf(cause, path)
    // SQLite wants to write beside a file even when it only reads.
    if (error.code !== 'DATA_FOLDER_UNWRITABLE' || access === 'write' || !hasNoLog(path)) throw error
    return SqliteFile.immutable(path)
  }
}

function versionOf(database: SqliteFile): number {
  const row = database.prepare('SELECT user_version FROM pragma_user_version').get()
  return z.object({ user_version: z.number() }).parse(row).user_version
}

const part = z.object({ name: z.unknown().transform(bytesOf), sql: z.unknown().transform(bytesOf) })

/** Tables, indexes and triggers, as they were made: bytes, since the name of a column that is not UTF-8 ends the process. */
function layoutOf(database: SqliteFile): Buffer {
  const rows = database.prepare('SELECT name, sql FROM main.sqlite_master ORDER BY name', 'bytes').all()
  const parts = z.array(part).parse(rows)
  return Buffer.concat(parts.flatMap(({ name, sql }) => [name ?? nothing, nothing, sql ?? nothing, nothing]))
}

const nothing = Buffer.alloc(1)

/** A flipped bit here, or in the number of the version, changes what every query means. */
function isOurLayout(layout: Buffer, hasChecksums: boolean): boolean {
  if (hasChecksums) return (present ??= madeLayouts()).some((made) => layout.equals(made))
  return isUtf8(layout) && !layout.includes('checksum')
}

let present: Buffer[] | null = null

/** Of a store whose plan is being made, with one index after the other, and of a whole one. */
function madeLayouts(): Buffer[] {
  const database = new SqliteFile(':memory:')
  try {
    database.exec(schema)
    return [
      layoutOf(database),
      ...itemIndexes.map((index) => {
        database.exec(index)
        return layoutOf(database)
      }),
    ]
  } finally {
    database.close()
  }
}

/** What the run is about. Throws RECORD_DAMAGED unless all of it can be believed. */
function headerOf(database: SqliteFile, path: string, hasChecksums: boolean): RunHeader {
  const row = rawRow.safeParse(database.prepare('SELECT * FROM main.run').get())
  const header = row.success ? headerRow.safeParse(row.data) : null
  const isSound = row.success && (hasChecksums ? sumIn(row.data) === row.data.checksum : !isMangled(row.data))
  if (header?.success === true && isSound) return { ...header.data, kind: kindOf(database, header.data.kind) }
  const message = `What “${path}” says of the run as a whole is damaged.`
  throw new MigrateError('RECORD_DAMAGED', { message, subject: path, scope: 'run', cause: header?.error })
}

/** What a run does, also where an older version wrote that down less exactly. */
function kindOf(database: SqliteFile, stored: StoredKind): RunKind {
  if (stored !== 'free' && stored !== 'rollback') return stored
  const has = (condition: string): boolean =>
    database.prepare(`SELECT 1 FROM main.journal WHERE ${condition} LIMIT 1`).get() !== undefined
  if (stored === 'free')
    return has(`step = 'free-options' AND ${fieldOf('data', '$.mode')} = 'delete'`) ? 'purge' : 'quarantine'
  if (has(`step IN ('rollback-options', 'rollback-planned')`) || !has(`step = 'planned'`)) return 'rollback'
  return has(`step = 'remedy'`) ? 'unrepair' : 'return'
}

const rawRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]))

function sumIn(row: z.infer<typeof rawRow>): number {
  const of = (names: readonly string[]) => names.map((name) => row[name] ?? null)
  return sumOf(seedOf(String(row.id)), of(checked.run.texts), of(checked.run.numbers))
}

/** Without a checksum only text that is not UTF-8 gives damage away. */
const isMangled = (row: z.infer<typeof rawRow>): boolean =>
  Object.values(row).some((value) => typeof value === 'string' && value.includes('\uFFFD'))

const invalid = (path: string, message: string, cause?: unknown): MigrateError =>
  new MigrateError('RUN_STORE_INVALID', { message, subject: path, cause })

function meaningOf(cause: unknown, path: string): MigrateError {
  if (cause instanceof MigrateError) return cause
  const text = cause instanceof Error ? cause.message : ''
  if (/database is (locked|busy)/i.test(text)) {
    const message = `Another process is holding “${path}”.`
    return new MigrateError('RUN_BUSY', { message, subject: path, cause })
  }
  return invalid(path, `“${path}” is damaged or isn’t a run store.`, cause)
}
