import { existsSync } from 'node:fs'
import Database from 'libsql'
import { z } from 'zod'
import type { Estimate, PlanTotals } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import type { Item, PlannedItem } from '../plan/item.ts'
import type { Clock } from '../ports.ts'
import { entrySchemas, type Entry, type Step } from './entries.ts'
import { headerRow, headerValues, type RunHeader } from './header.ts'
import { inheritedItems, itemRow, itemsSharing, openUpload, ownRestorables, standings } from './itemRows.ts'
import type { OpenUpload, Restorable, Standing } from './itemRows.ts'
import { knownVersions, schema, schemaVersion, snapshotSchema, views } from './schema.ts'

/** Another process may write a line too, an export for one. */
const busyTimeoutMs = 10_000

/**
 * The record of one run in one SQLite file: the plan, every intent, every outcome. Append-only, durable when a call
 * returns (WAL, synchronous=FULL). Synchronous like SQLite itself; a call takes a few milliseconds at most.
 */
export class RunStore {
  readonly database: Database.Database
  readonly header: RunHeader
  /** Called once the store is closed. */
  onClose: () => void = () => undefined
  readonly #clock: Clock
  readonly #insertEntry: Database.Statement
  readonly #insertItem: Database.Statement
  readonly #sourceOfKey: Database.Statement

  private constructor(database: Database.Database, clock: Clock) {
    this.database = database
    this.#clock = clock
    this.header = headerRow.parse(database.prepare('SELECT * FROM run').get())
    this.#insertEntry = database.prepare('INSERT INTO journal (at, seq, step, code, data) VALUES (?, ?, ?, ?, ?)')
    this.#insertItem = database.prepare(
      `INSERT INTO item (seq, kind, document_id, row_id, user_id, filename, old_path, source, key, size, mtime_ms,
         mime_type, file_hash, verdict, code, message, followers)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#sourceOfKey = database.prepare(`SELECT source FROM item WHERE key = ? AND verdict = 'move' LIMIT 1`)
  }

  /** A new store at `path`, which must not exist. */
  static create(path: string, header: RunHeader, clock: Clock = Date): RunStore {
    const database = new Database(path)
    database.pragma(`busy_timeout = ${busyTimeoutMs}`)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.transaction(() => {
      database.exec(schema)
      database.pragma(`user_version = ${schemaVersion}`)
      const values = headerValues(header)
      database.prepare(`INSERT INTO run VALUES (${values.map(() => '?').join(', ')})`).run(...values)
    })()
    database.exec(views)
    return new RunStore(database, clock)
  }

  /** Opens an existing store. Throws RUN_STORE_INVALID for anything else, and for one of a newer version. */
  static open(path: string, access: 'read' | 'write', clock: Clock = Date): RunStore {
    try {
      if (!existsSync(path)) throw new Error('no such file')
      const database = new Database(path)
      database.pragma(`busy_timeout = ${busyTimeoutMs}`)
      const version = z.object({ user_version: z.number() }).parse(database.prepare('PRAGMA user_version').get())
      if (!knownVersions.includes(version.user_version)) throw new Error(`version ${version.user_version} is not known`)
      database.exec(views)
      if (access === 'read') database.pragma('query_only = ON')
      else {
        database.pragma('synchronous = FULL')
        database.exec(snapshotSchema)
      }
      return new RunStore(database, clock)
    } catch (cause) {
      throw new MigrateError('RUN_STORE_INVALID', {
        message: `“${path}” is no run store.`,
        subject: path,
        scope: 'run',
        cause,
      })
    }
  }

  /** Adds to the plan, in order; or, where an item goes back over one of another run, at the place that it has there. */
  addItems(items: readonly (PlannedItem & { seq?: number })[]): void {
    this.database.transaction(() => {
      for (const item of items) {
        this.#insertItem.run(
          item.seq ?? null,
          item.kind,
          item.documentId,
          item.rowId,
          item.userId,
          item.filename,
          item.oldPath,
          item.source,
          item.key,
          item.size,
          item.mtimeMs,
          item.mimeType,
          item.fileHash,
          item.verdict,
          item.code,
          item.message,
          JSON.stringify(item.followers),
        )
      }
    })()
  }

  /** Where the file comes from that this plan already moves to `key`; null when there is none. */
  sourceOfKey(key: string): string | null {
    const row = this.#sourceOfKey.get(key)
    return row === undefined ? null : z.object({ source: z.string() }).parse(row).source
  }

  /** An item of this run other than these has the same key, and its row points there or is yet to. */
  isKeyNeeded(key: string, otherThan: readonly number[]): boolean {
    const row = this.database
      .prepare(
        `SELECT 1 FROM item i LEFT JOIN outcome o ON o.seq = i.seq
         WHERE i.key = ? AND i.verdict = 'move' AND i.seq NOT IN (SELECT value FROM json_each(?))
           AND coalesce(o.step, '') NOT IN ('failed', 'restored', 'gone')`,
      )
      .get(key, JSON.stringify(otherThan))
    return row !== undefined
  }

  /** The plan is complete; from here on it can't be added to. */
  sealPlan(totals: PlanTotals, estimate: Estimate): void {
    this.append([{ step: 'planned', data: { totals, estimate } }])
  }

  /** Durable when it returns; all of `entries` or none. */
  append(entries: readonly Entry[]): void {
    const at = this.#clock.now()
    this.database.transaction(() => {
      for (const entry of entries) {
        this.#insertEntry.run(at, entry.seq ?? null, entry.step, entry.code ?? null, JSON.stringify(entry.data))
      }
    })()
  }

  /** Movable items that have no outcome yet, in order, a page at a time. */
  remaining(): Generator<Standing[]> {
    return standings(this.database, 'o.seq IS NULL')
  }

  /** All movable items and how far each has got, in order, a page at a time. */
  standings(): Generator<Standing[]> {
    return standings(this.database)
  }

  /** What this run can undo by itself, last first, a page at a time. */
  copied(): Generator<Restorable[]> {
    return ownRestorables(this.database)
  }

  /** What this run goes back over and has not done yet, last first, a page at a time. */
  inherited(): Generator<Restorable[]> {
    return inheritedItems(this.database)
  }

  /** What this run goes back over and has this local file, done or not. */
  sharing(source: string): Restorable[] {
    return itemsSharing(this.database, source)
  }

  /** The unfinished upload in parts of an item; null when there is none. */
  openUpload(seq: number): OpenUpload | null {
    return openUpload(this.database, seq)
  }

  /** One item by its place. */
  item(seq: number): Item {
    return itemRow.parse(this.database.prepare('SELECT * FROM item WHERE seq = ?').get(seq))
  }

  /** The last line of a kind, for the run or for one item; null when there is none. */
  last<S extends Step>(step: S, seq?: number): z.infer<(typeof entrySchemas)[S]> | null {
    const row =
      seq === undefined
        ? this.database.prepare('SELECT data FROM journal WHERE step = ? ORDER BY id DESC LIMIT 1').get(step)
        : this.database
            .prepare('SELECT data FROM journal WHERE step = ? AND seq = ? ORDER BY id DESC LIMIT 1')
            .get(step, seq)
    if (row === undefined) return null
    const { data } = z.object({ data: z.string() }).parse(row)
    return entrySchemas[step].parse(JSON.parse(data)) as z.infer<(typeof entrySchemas)[S]>
  }

  /**
   * How the last session of the run ended; null when it was never started, or has not ended, or went on since. Whether a
   * session has ended that only puts right what a comparison has found is of no account.
   */
  ending(): z.infer<(typeof entrySchemas)['finished']> | null {
    const row = this.database
      .prepare(
        `SELECT j.data FROM journal j WHERE j.step = 'finished'
           AND j.id > coalesce((SELECT max(id) FROM journal
             WHERE step = 'started' AND json_extract(data, '$.mends') IS NULL), 0) ORDER BY j.id DESC LIMIT 1`,
      )
      .get()
    return row === undefined
      ? null
      : entrySchemas.finished.parse(JSON.parse(z.object({ data: z.string() }).parse(row).data))
  }

  /** How often the run was begun or gone on with, a repair included. */
  get sessions(): number {
    const row = this.database.prepare(`SELECT count(*) AS count FROM journal WHERE step = 'started'`).get()
    return z.object({ count: z.number() }).parse(row).count
  }

  /** What ended the latest session, or the plan where there is none yet; null when nothing did. */
  trouble(): z.infer<(typeof entrySchemas)['error']> | null {
    const row = this.database
      .prepare(
        `SELECT data FROM journal WHERE step = 'error'
           AND id > coalesce((SELECT max(id) FROM journal WHERE step = 'started'), 0) ORDER BY id DESC LIMIT 1`,
      )
      .get()
    return row === undefined
      ? null
      : entrySchemas.error.parse(JSON.parse(z.object({ data: z.string() }).parse(row).data))
  }

  /** An item got another outcome after the last session had ended: a later run went back over it. */
  get wentOn(): boolean {
    const row = this.database
      .prepare(
        `SELECT 1 FROM journal WHERE seq IS NOT NULL
           AND id > (SELECT max(id) FROM journal WHERE step = 'finished') LIMIT 1`,
      )
      .get()
    return row !== undefined
  }

  close(): void {
    this.database.close()
    this.onClose()
  }
}
