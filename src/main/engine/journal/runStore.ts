import { z } from 'zod'
import type { Estimate, PlanTotals, UndoSelection } from '../../../shared/run.ts'
import type { Item, PlannedItem } from '../plan/item.ts'
import type { Clock } from '../ports.ts'
import { noDamage, type Damage } from './integrity.ts'
import { dataOf, type DataOf, type Entry, type Step } from './entries.ts'
import type { RunHeader } from './header.ts'
import { inheritedItems, itemRow, itemsSharing, openUpload, ownRestorables, standings } from './itemRows.ts'
import type { OpenUpload, Restorable, Standing } from './itemRows.ts'
import { itemIndexes } from './schema.ts'
import { createFile, openFile, type Access, type OpenedFile } from './storeFile.ts'
import { provenDamage } from './prove.ts'
import { selected } from './selection.ts'
import { fieldOf, type Queries, type SqliteFile } from './sqliteFile.ts'
import { Writer } from './writer.ts'

/**
 * The record of one run in one SQLite file: the plan, every intent, every outcome. Append-only, durable when a call
 * returns (WAL, synchronous=FULL). Synchronous like SQLite itself; a call takes a few milliseconds at most.
 */
export class RunStore {
  /** For what only reads plan and journal. */
  readonly query: Queries
  readonly header: RunHeader
  /** Its rows have checksums; those of versions 1 and 2 have none. */
  readonly hasChecksums: boolean
  /** What `prove` has found and hidden. */
  damage: Damage = noDamage
  /** Called once the store is closed. */
  onClose: () => void = () => undefined
  readonly #database: SqliteFile
  readonly #clock: Clock
  readonly #access: Access
  readonly #writer: Writer

  private constructor({ database, header, hasChecksums }: OpenedFile, access: Access, clock: Clock) {
    this.#database = database
    this.query = database
    this.#access = access
    this.#clock = clock
    this.header = header
    this.hasChecksums = hasChecksums
    this.#writer = new Writer(database, header.id, hasChecksums)
  }

  /** A new store at `path`, which must not exist. */
  static create(path: string, header: RunHeader, clock: Clock = Date): RunStore {
    return new RunStore(createFile(path, header), 'write', clock)
  }

  /**
   * Opens an existing store. Throws RUN_STORE_INVALID for anything else, and for one of a newer version; RECORD_DAMAGED
   * where what the run is about cannot be believed. Nothing else of it is proven: see `prove`.
   */
  static open(path: string, access: Access, clock: Clock = Date): RunStore {
    return new RunStore(openFile(path, access), access, clock)
  }

  get path(): string {
    return this.#database.path
  }

  get isOpen(): boolean {
    return this.#database.open
  }

  /**
   * Reads everything that the record says before anything is done by it: every page, every index, and the checksum of every
   * row. What is damaged is hidden from all that reads plan and journal through this store, and named in its `damage`.
   * Throws RUN_STORE_INVALID where the file as a whole cannot be believed.
   */
  async prove(): Promise<void> {
    const { header, hasChecksums } = this
    const planned = (): number | undefined => this.last('planned')?.totals.items
    this.damage = await provenDamage({ database: this.#database, header, hasChecksums }, planned)
  }

  /** Adds to the plan, in order; or, where an item goes back over one of another run, at the place that it has there. */
  addItems(items: readonly (PlannedItem & { seq?: number })[]): void {
    this.#database.transaction(() => this.#writer.items(items))
  }

  /** An item of this run other than these has the same key, and its row points there or is yet to. */
  isKeyNeeded(key: string, otherThan: readonly number[]): boolean {
    return this.query.has(
      `SELECT 1 FROM item i LEFT JOIN outcome o ON o.seq = i.seq
       WHERE i.key = ? AND i.verdict = 'move' AND i.seq NOT IN (SELECT value FROM json_each(?))
         AND coalesce(o.step, '') NOT IN ('failed', 'restored', 'gone')`,
      key,
      JSON.stringify(otherThan),
    )
  }

  /** A session of this run has fetched the item's local file, or may have begun to. */
  hasFetchIntent(seq: number): boolean {
    return this.query.has(`SELECT 1 FROM journal WHERE seq = ? AND step = 'fetch-intent'`, seq)
  }

  /** Makes the indexes of the plan, one at a time: each takes about a second for a million items, and others get their turn between. */
  async indexPlan(): Promise<void> {
    for (const index of itemIndexes) {
      this.#database.exec(index)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The plan is complete; from here on it can't be added to. */
  sealPlan(totals: PlanTotals, estimate: Estimate): void {
    for (const index of itemIndexes) this.#database.exec(index)
    this.append([{ step: 'planned', data: { totals, estimate } }])
  }

  /** Durable when it returns; all of `entries` or none. */
  append(entries: readonly Entry[]): void {
    const at = this.#clock.now()
    this.#database.transaction(() => this.#writer.entries(entries, at))
  }

  /** Paths as they are before this run touches them; what was saved before stays. Durable when it returns. */
  savePaths(paths: Iterable<{ documentId: string; column: string; rowId: string; path: string }>): void {
    this.#database.transaction(() => {
      for (const { documentId, column, rowId, path } of paths) this.#writer.path(documentId, column, rowId, path)
    })
  }

  /** Movable items that have no outcome yet, in order, a page at a time. */
  remaining(): Generator<Standing[]> {
    return standings(this.query, 'o.seq IS NULL')
  }

  /** All movable items, or those of some documents, and how far each has got, in order, a page at a time. */
  standings(selection: UndoSelection = {}): Generator<Standing[]> {
    const { sql, values } = selected(selection)
    return standings(this.query, sql, values)
  }

  /** What this run can undo by itself, last first, a page at a time. */
  copied(): Generator<Restorable[]> {
    return ownRestorables(this)
  }

  /** What this run goes back over and has not done yet, last first, a page at a time. */
  inherited(): Generator<Restorable[]> {
    return inheritedItems(this.query)
  }

  /** What this run goes back over and has this local file, done or not. */
  sharing(source: string): Restorable[] {
    return itemsSharing(this.query, source)
  }

  /** The unfinished upload in parts of an item; null when there is none. */
  openUpload(seq: number): OpenUpload | null {
    return openUpload(this.query, seq)
  }

  /** One item by its place. */
  item(seq: number): Item {
    return itemRow.parse(this.query.prepare('SELECT * FROM item WHERE seq = ?').get(seq))
  }

  /** The last line of a kind, for the run or for one item; null when there is none. */
  last<S extends Step>(step: S, seq?: number): DataOf<S> | null {
    return seq === undefined
      ? lastOf(this.query, step, 'WHERE step = ?', step)
      : lastOf(this.query, step, 'WHERE step = ? AND seq = ?', step, seq)
  }

  /**
   * How the last session of the run ended; null when it was never started, or has not ended, or went on since. Whether a
   * session has ended that only puts right what a comparison has found is of no account.
   */
  ending(): DataOf<'finished'> | null {
    return lastOf(
      this.query,
      'finished',
      `WHERE step = 'finished' AND id > coalesce((SELECT max(k.id) FROM journal k
         WHERE k.step = 'started' AND ${fieldOf('k.data', '$.mends')} IS NULL), 0)`,
    )
  }

  /** How long all sessions of the run took that have ended, but repairs; null when none has. */
  get seconds(): number | null {
    const row = this.query.row(
      z.object({ seconds: z.number().nullable() }),
      `SELECT sum(${fieldOf('f.data', '$.seconds')}) AS seconds FROM journal f WHERE f.step = 'finished'
         AND (SELECT ${fieldOf('s.data', '$.mends')} FROM journal s
           WHERE s.step = 'started' AND s.id < f.id ORDER BY s.id DESC LIMIT 1) IS NULL`,
    )
    return row?.seconds ?? null
  }

  /** How often the run was begun or gone on with, a repair included. */
  get sessions(): number {
    return this.query.number(`SELECT count(*) AS count FROM journal WHERE step = 'started'`)
  }

  /** What ended the latest session, or the plan where there is none yet; null when nothing did. */
  trouble(): DataOf<'error'> | null {
    return lastOf(
      this.query,
      'error',
      `WHERE step = 'error' AND id > coalesce((SELECT max(id) FROM journal WHERE step = 'started'), 0)`,
    )
  }

  /** An item got another outcome after the last session had ended: a later run went back over it. */
  get wentOn(): boolean {
    return this.query.has(
      `SELECT 1 FROM journal WHERE seq IS NOT NULL
         AND id > (SELECT max(id) FROM journal WHERE step = 'finished') LIMIT 1`,
    )
  }

  /** Whether the latest validation has passed; null when there was none since the run last went on. */
  get isValidated(): boolean | null {
    const latest = this.last('validated')
    const isOutdated = this.query.has(
      `SELECT 1 WHERE (SELECT max(id) FROM journal WHERE step = 'started')
         > (SELECT max(id) FROM journal WHERE step = 'validated')`,
    )
    return latest === null || isOutdated ? null : latest.passed
  }

  /** Brings all lines into the file itself, so that it can be read from where nothing can be written. */
  #settle(): void {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)')
    } catch {
      // A full disk, or somebody who reads: the log beside the file has the lines.
    }
  }

  close(): void {
    if (this.#access === 'write') this.#settle()
    this.#database.close()
    this.onClose()
  }
}

/** What the last of these lines says; null when there is none. */
function lastOf<S extends Step>(query: Queries, step: S, which: string, ...values: unknown[]): DataOf<S> | null {
  const [data] = query.texts(`SELECT data FROM journal ${which} ORDER BY id DESC LIMIT 1`, ...values)
  return data === undefined ? null : dataOf(step, data)
}
