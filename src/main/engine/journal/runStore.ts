import { existsSync } from 'node:fs'
import Database from 'libsql'
import { z } from 'zod'
import type { Estimate, PlanOptions, PlanTotals, RunKind } from '../../../shared/run.ts'
import { MigrateError } from '../errors.ts'
import { isMovable, type Item, type MovableItem, type PlannedItem } from '../plan/item.ts'
import type { Clock } from '../ports.ts'
import { entrySchemas, errorCodeSchema, verifiedSchema, type Entry, type Step, type Verified } from './entries.ts'
import { schema, schemaVersion } from './schema.ts'

/** What a run is about; fixed when it is created. */
export interface RunHeader {
  id: string
  kind: RunKind
  createdAt: number
  appVersion: string
  /** Process and computer that made the run. */
  pid: number
  host: string
  profileId: string
  profileName: string
  database: string
  databaseIdentity: string
  uploads: string
  store: string
  bucket: string
  planOptions: PlanOptions
}

const headerRow = z
  .object({
    id: z.string(),
    kind: z.literal('migrate'),
    created_at: z.number(),
    app_version: z.string(),
    pid: z.number(),
    host: z.string(),
    profile_id: z.string(),
    profile_name: z.string(),
    database: z.string(),
    database_identity: z.string(),
    uploads: z.string(),
    store: z.string(),
    bucket: z.string(),
    plan_options: z.string(),
  })
  .transform((row): RunHeader => ({
    id: row.id,
    kind: row.kind,
    createdAt: row.created_at,
    appVersion: row.app_version,
    pid: row.pid,
    host: row.host,
    profileId: row.profile_id,
    profileName: row.profile_name,
    database: row.database,
    databaseIdentity: row.database_identity,
    uploads: row.uploads,
    store: row.store,
    bucket: row.bucket,
    planOptions: z
      .object({ userId: z.string().optional(), limit: z.number().optional() })
      .parse(JSON.parse(row.plan_options)),
  }))

const itemRow = z
  .object({
    seq: z.number(),
    kind: z.enum(['document', 'processed_image']),
    document_id: z.string(),
    row_id: z.string(),
    user_id: z.string().nullable(),
    filename: z.string(),
    old_path: z.string(),
    source: z.string().nullable(),
    key: z.string().nullable(),
    size: z.number(),
    mtime_ms: z.number(),
    mime_type: z.string().nullable(),
    file_hash: z.string().nullable(),
    verdict: z.enum(['move', 'skip', 'blocked']),
    code: errorCodeSchema.nullable(),
    message: z.string().nullable(),
    followers: z.string(),
  })
  .transform((row): Item => ({
    seq: row.seq,
    kind: row.kind,
    documentId: row.document_id,
    rowId: row.row_id,
    userId: row.user_id,
    filename: row.filename,
    oldPath: row.old_path,
    source: row.source,
    key: row.key,
    size: row.size,
    mtimeMs: row.mtime_ms,
    mimeType: row.mime_type,
    fileHash: row.file_hash,
    verdict: row.verdict,
    code: row.code,
    message: row.message,
    followers: z.array(z.string()).parse(JSON.parse(row.followers)),
  }))

const copiedRow = z.looseObject({
  seq: z.number(),
  outcome: z.string().nullable(),
  verified: z.string().transform((text) => verifiedSchema.parse(JSON.parse(text))),
})

export interface CopiedItem {
  item: MovableItem
  verified: Verified
  committed: boolean
}

/** Another process may write a line too, an export for one. */
const busyTimeoutMs = 10_000

const itemsPerPage = 500

/**
 * The record of one run in one SQLite file: the plan, every intent, every outcome. Append-only, durable when a call
 * returns (WAL, synchronous=FULL). Synchronous like SQLite itself; a call takes a few milliseconds at most.
 */
export class RunStore {
  readonly database: Database.Database
  readonly header: RunHeader
  readonly #clock: Clock
  readonly #insertEntry: Database.Statement
  readonly #insertItem: Database.Statement
  readonly #itemPage: Database.Statement
  readonly #sourceOfKey: Database.Statement

  private constructor(database: Database.Database, clock: Clock) {
    this.database = database
    this.#clock = clock
    this.header = headerRow.parse(database.prepare('SELECT * FROM run').get())
    this.#insertEntry = database.prepare('INSERT INTO journal (at, seq, step, code, data) VALUES (?, ?, ?, ?, ?)')
    this.#insertItem = database.prepare(
      `INSERT INTO item (kind, document_id, row_id, user_id, filename, old_path, source, key, size, mtime_ms, mime_type,
        file_hash, verdict, code, message, followers) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#sourceOfKey = database.prepare(`SELECT source FROM item WHERE key = ? AND verdict = 'move' LIMIT 1`)
    this.#itemPage = database.prepare('SELECT * FROM item WHERE seq > ? ORDER BY seq LIMIT ?')
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
      database
        .prepare('INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
        .run(
          header.id,
          header.kind,
          header.createdAt,
          header.appVersion,
          header.pid,
          header.host,
          header.profileId,
          header.profileName,
          header.database,
          header.databaseIdentity,
          header.uploads,
          header.store,
          header.bucket,
          JSON.stringify(header.planOptions),
        )
    })()
    return new RunStore(database, clock)
  }

  /** Opens an existing store. Throws RUN_STORE_INVALID for anything else, and for one of a newer version. */
  static open(path: string, access: 'read' | 'write', clock: Clock = Date): RunStore {
    try {
      if (!existsSync(path)) throw new Error('no such file')
      const database = new Database(path)
      database.pragma(`busy_timeout = ${busyTimeoutMs}`)
      if (access === 'read') database.pragma('query_only = ON')
      else database.pragma('synchronous = FULL')
      const version = z.object({ user_version: z.number() }).parse(database.prepare('PRAGMA user_version').get())
      if (version.user_version !== schemaVersion) throw new Error(`version ${version.user_version} is not known`)
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

  /** Adds to the plan, in order. */
  addItems(items: readonly PlannedItem[]): void {
    this.database.transaction(() => {
      for (const item of items) {
        this.#insertItem.run(
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

  /** Another item of this run has the same key, and its row points there or is yet to. */
  isKeyNeeded(key: string, seq: number): boolean {
    const row = this.database
      .prepare(
        `SELECT 1 FROM item i LEFT JOIN outcome o ON o.seq = i.seq
         WHERE i.key = ? AND i.seq <> ? AND i.verdict = 'move' AND coalesce(o.step, '') NOT IN ('failed', 'restored')`,
      )
      .get(key, seq)
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

  /** Items of the plan that can be moved, in order, a page at a time. */
  movable(): Generator<MovableItem[]> {
    return this.#movablePages(this.#itemPage)
  }

  /** Pages of a query that takes the last place seen and a limit; only what can be moved of each. */
  *#movablePages(query: Database.Statement): Generator<MovableItem[]> {
    for (let after = 0; ;) {
      const page = z.array(itemRow).parse(query.all(after, itemsPerPage))
      const last = page.at(-1)
      if (!last) return
      after = last.seq
      const movable = page.filter(isMovable)
      if (movable.length > 0) yield movable
    }
  }

  /** Items that were tried and failed, a page at a time: an object of this run may lie at their key. */
  failed(): Generator<MovableItem[]> {
    return this.#movablePages(
      this.database.prepare(
        `SELECT i.* FROM outcome o JOIN item i ON i.seq = o.seq WHERE o.step = 'failed' AND i.seq > ? ORDER BY i.seq LIMIT ?`,
      ),
    )
  }

  /** One item by its place. */
  item(seq: number): Item {
    return itemRow.parse(this.database.prepare('SELECT * FROM item WHERE seq = ?').get(seq))
  }

  /**
   * Items that have a verified copy, last first, a page at a time, with what was verified. `committed`: their row points
   * at the copy, as far as the journal knows.
   */
  *copied(): Generator<CopiedItem[]> {
    const page = this.database.prepare(
      `SELECT i.*, o.step AS outcome,
         (SELECT v.data FROM journal v WHERE v.seq = i.seq AND v.step = 'verified' ORDER BY v.id DESC LIMIT 1) AS verified
       FROM item i LEFT JOIN outcome o ON o.seq = i.seq
       WHERE i.seq < ? AND i.seq IN (SELECT seq FROM journal WHERE step = 'verified')
       ORDER BY i.seq DESC LIMIT ?`,
    )
    for (let before = Number.MAX_SAFE_INTEGER; ;) {
      const rows = z.array(copiedRow).parse(page.all(before, itemsPerPage))
      const last = rows.at(-1)
      if (!last) return
      before = last.seq
      yield rows.flatMap(({ verified, outcome, ...row }) => {
        const item = itemRow.parse(row)
        return isMovable(item)
          ? [{ item, verified, committed: outcome === 'committed' || outcome === 'restore-failed' }]
          : []
      })
    }
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

  close(): void {
    this.database.close()
  }
}
