import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import type { DatabaseMark, PathChange, PathColumn, PathOutcome, RunLock, SavedDocument } from '../../engine/ports.ts'
import { withRetry, type RetryPolicy } from '../retry.ts'
import { classify, connect, tableLocked, type PostgresSettings } from './connection.ts'
import { begin, readSaved, writeSaved } from './documentRows.ts'
import { classifyPostgresError } from './errors.ts'
import { endLease, leaseLeft, prove, readMark, referencedPaths, writeMark } from './mark.ts'

/** Two numbers of our own in PostgreSQL's space of advisory locks, which is per database. */
export const lockKey = [0x52_65_61_64, 0x4d_69_67_72]

/** Waits for a database that restarts, about half a minute in all. */
export const databaseRetryPolicy: RetryPolicy = { retries: 6, firstDelayMs: 250, longestDelayMs: 10_000 }

/** Each try waits as long as a lock may take (see connect): ten seconds in all for one row. */
const triesForLocks = 3

/** Takes the lock of this database. Throws DB_BUSY when another run has it. */
export async function takeRunLock(
  settings: PostgresSettings,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<RunLock> {
  return new SessionLock(settings, policy, await connectLocked(settings, signal))
}

/** The signal counts until the lock is held: a transaction is never cut off. */
async function connectLocked(settings: PostgresSettings, signal: AbortSignal): Promise<Client> {
  const giveUp = new AbortController()
  const relay = (): void => giveUp.abort(signal.reason)
  signal.addEventListener('abort', relay)
  try {
    signal.throwIfAborted()
    return await tryLock(settings, giveUp.signal)
  } finally {
    signal.removeEventListener('abort', relay)
  }
}

async function tryLock(settings: PostgresSettings, signal: AbortSignal): Promise<Client> {
  const client = await connect(settings, signal)
  try {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1, $2) AS locked', lockKey)
    if (z.object({ locked: z.boolean() }).parse(rows[0]).locked) return client
    throw new MigrateError('DB_BUSY', {
      message: `Another run holds the lock of “${settings.label}”.`,
      subject: settings.label,
      scope: 'run',
    })
  } catch (error) {
    await client.end().catch(() => undefined)
    throw classify(error, settings, signal)
  }
}

/**
 * The lock lives in a session, and rows are changed in that very session: a lost lock takes the ability to write with
 * it. After a lost connection both are sought anew.
 */
class SessionLock implements RunLock {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy
  #client: Client | null
  #turn: Promise<unknown> = Promise.resolve()
  #released = false
  epoch = 1

  constructor(settings: PostgresSettings, policy: RetryPolicy, client: Client) {
    this.#settings = settings
    this.#policy = policy
    this.#client = client
  }

  async changePaths(changes: readonly PathChange[], epoch: number, signal: AbortSignal): Promise<PathOutcome[]> {
    // One locked row among many: the caller finds it sooner in fewer of them than by waiting with all.
    const lockTries = changes.length === 1 ? triesForLocks : 1
    return this.#attempt(signal, lockTries, async (client) => {
      if (this.epoch !== epoch) throw renewed(this.#settings.label)
      await client.query('BEGIN')
      await lockTables(client)
      const outcomes = await change(client, changes)
      const followers = changes.flatMap((it, at) => (holdsTarget(outcomes[at]) ? it.followers : []))
      await change(client, followers)
      await client.query('COMMIT')
      return outcomes
    })
  }

  async look(changes: readonly PathChange[], signal: AbortSignal): Promise<PathOutcome[]> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      const outcomes = new Map<Change, PathOutcome>()
      for (const [column, some] of byColumn(changes)) await lookAt(client, column, some, outcomes)
      return changes.map((it) => outcomes.get(it) ?? { result: 'gone' })
    })
  }

  async referenced(paths: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      const { rows } = await client.query(referencedPaths, [paths])
      return new Set(
        z
          .array(z.object({ path: z.string() }))
          .parse(rows)
          .map((row) => row.path),
      )
    })
  }

  async saveDocument(id: string, signal: AbortSignal): Promise<SavedDocument | null> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      await begin(client)
      const saved = await readSaved(client, id)
      await client.query('COMMIT')
      return saved
    })
  }

  async deleteDocument(saved: SavedDocument, signal: AbortSignal): ReturnType<RunLock['deleteDocument']> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      await begin(client)
      const now = await readSaved(client, saved.documentId)
      const isSame = now?.rows === saved.rows
      if (isSame) await client.query('DELETE FROM documents WHERE id = $1::uuid', [saved.documentId])
      await client.query('COMMIT')
      if (now === null) return 'gone'
      return isSame ? 'deleted' : 'differs'
    })
  }

  async restoreDocument(saved: SavedDocument, signal: AbortSignal): ReturnType<RunLock['restoreDocument']> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      await begin(client)
      const { rowCount } = await client.query('SELECT 1 FROM documents WHERE id = $1::uuid', [saved.documentId])
      const isThere = (rowCount ?? 0) > 0
      if (!isThere) await writeSaved(client, saved)
      await client.query('COMMIT')
      return isThere ? 'there' : 'restored'
    })
  }

  async prove(
    { epoch, ...claim }: Parameters<RunLock['prove']>[0],
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<Set<string>> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      if (this.epoch !== epoch) throw renewed(this.#settings.label)
      return prove(client, lockKey, claim, paths)
    })
  }

  leaseLeft(signal: AbortSignal): Promise<number> {
    return this.#attempt(signal, triesForLocks, leaseLeft)
  }

  readMark(signal: AbortSignal): Promise<DatabaseMark | null> {
    return this.#attempt(signal, triesForLocks, readMark)
  }

  writeMark(mark: DatabaseMark, signal: AbortSignal): Promise<boolean> {
    return this.#attempt(signal, triesForLocks, (client) => writeMark(client, mark))
  }

  async release(isOrderly = false): Promise<void> {
    this.#released = true
    await this.#turn.catch(() => undefined)
    if (isOrderly && this.#client) await endLease(this.#client).catch(() => undefined)
    await this.#drop()
  }

  async #drop(): Promise<void> {
    await this.#client?.end().catch(() => undefined)
    this.#client = null
  }

  /** One session has one transaction: another caller's statements, or its rollback, must not get into it. */
  #attempt<T>(signal: AbortSignal, lockTries: number, work: (client: Client) => Promise<T>): Promise<T> {
    const attempt = this.#turn.then(() => this.#attemptNow(signal, lockTries, work))
    this.#turn = attempt.catch(() => undefined)
    return attempt
  }

  /**
   * Tries again after a lost connection, and up to `lockTries` times in all when others hold a lock; what was done
   * already shows as `already`.
   */
  async #attemptNow<T>(signal: AbortSignal, lockTries: number, work: (client: Client) => Promise<T>): Promise<T> {
    let refused = 0
    return withRetry(
      this.#policy,
      signal,
      () => undefined,
      async () => {
        const client = await this.#session(signal)
        try {
          return await work(client)
        } catch (cause) {
          const error = classifyPostgresError(cause, this.#settings.label)
          // A statement that was refused or took too long leaves session and lock as they are.
          if (error.code === 'DB_LOST' || error.code === 'DB_UNREACHABLE') await this.#drop()
          else await client.query('ROLLBACK').catch(() => this.#drop())
          if (error.scope === 'item') refused += 1
          throw refused >= lockTries ? again(error, false) : error
        }
      },
    )
  }

  async #session(signal: AbortSignal): Promise<Client> {
    if (this.#client) return this.#client
    if (this.#released) throw new MigrateError('INTERNAL', { message: 'The lock was released.', scope: 'run' })
    try {
      this.#client = await connectLocked(this.#settings, signal)
      this.epoch += 1
      return this.#client
    } catch (error) {
      // The server may not have noticed yet that our old session is gone.
      if (!(error instanceof MigrateError) || error.code !== 'DB_BUSY') throw error
      throw again(error, true)
    }
  }
}

const renewed = (subject: string): MigrateError =>
  new MigrateError('LOCK_RENEWED', { message: 'The lock was lost and taken anew.', subject, scope: 'run' })

/** The same error, with another view of whether to try again. */
const again = (error: MigrateError, retryable: boolean): MigrateError =>
  new MigrateError(error.code, {
    message: error.message,
    subject: error.subject,
    scope: error.scope,
    retryable,
    cause: error.cause,
  })

const holdsTarget = (outcome: PathOutcome | undefined): boolean =>
  outcome?.result === 'changed' || outcome?.result === 'already'

type Change = Omit<PathChange, 'followers'>

/** Columns by name; the only identifiers that ever get into a statement. */
const statements: Record<PathColumn, { update: string; select: string }> = {
  'documents.file_path': statementsFor('documents', 'file_path'),
  'processed_images.processed_image_path': statementsFor('processed_images', 'processed_image_path'),
  'processed_images.original_image_path': statementsFor('processed_images', 'original_image_path'),
}

const idRows = z.array(z.object({ id: z.string() }))
const pathRows = z.array(z.object({ id: z.string(), path: z.string().nullable() }))

function statementsFor(table: string, column: string): { update: string; select: string } {
  return {
    // Only the path: another column, updated_at above all, would rule out heap-only updates.
    update: `UPDATE ${table} t SET ${column} = v.target
             FROM unnest($1::uuid[], $2::text[], $3::text[]) AS v(id, source, target)
             WHERE t.id = v.id AND t.${column} = v.source RETURNING t.id`,
    select: `SELECT id, ${column} AS path FROM ${table} WHERE id = ANY($1::uuid[])`,
  }
}

function byColumn(changes: readonly Change[]): Map<PathColumn, Change[]> {
  const groups = new Map<PathColumn, Change[]>()
  for (const it of changes) groups.set(it.column, [...(groups.get(it.column) ?? []), it])
  return groups
}

/** Makes the changes in the transaction that is open; outcomes in their order. */
async function change(client: Client, changes: readonly Change[]): Promise<PathOutcome[]> {
  const outcomes = new Map<Change, PathOutcome>()
  for (const [column, some] of byColumn(changes)) {
    const values = [some.map((it) => it.id), some.map((it) => it.from), some.map((it) => it.to)]
    const updated = await client.query(statements[column].update, values)
    const changed = new Set(idRows.parse(updated.rows).map((row) => row.id))
    for (const it of some) if (changed.has(it.id)) outcomes.set(it, { result: 'changed' })
    const others = some.filter((it) => !changed.has(it.id))
    if (others.length > 0) await lookAt(client, column, others, outcomes)
  }
  return changes.map((it) => outcomes.get(it) ?? { result: 'gone' })
}

async function lookAt(
  client: Client,
  column: PathColumn,
  changes: readonly Change[],
  outcomes: Map<Change, PathOutcome>,
): Promise<void> {
  const found = await client.query(statements[column].select, [changes.map((it) => it.id)])
  const current = new Map(pathRows.parse(found.rows).map((row) => [row.id, row.path]))
  for (const it of changes) outcomes.set(it, outcomeOf(it, current))
}

/**
 * Waits for the tables before any row, so that a lock on a whole table (an index being built) is not taken for a lock
 * on each of its rows: it concerns the run.
 */
async function lockTables(client: Client): Promise<void> {
  try {
    await client.query('SAVEPOINT tables')
    await client.query('LOCK TABLE documents, processed_images IN ROW EXCLUSIVE MODE')
  } catch (cause) {
    const error = classifyPostgresError(cause, 'documents')
    // Who may update no more than the path may not lock the table; then its lock shows as that of a row.
    if (error.code === 'DB_PRIVILEGE') {
      await client.query('ROLLBACK TO SAVEPOINT tables')
      return
    }
    if (error.code !== 'ROW_LOCKED') throw error
    throw tableLocked(error, 'documents')
  }
}

function outcomeOf(change: Change, current: Map<string, string | null>): PathOutcome {
  const path = current.get(change.id)
  if (path === undefined) return { result: 'gone' }
  return path === change.to ? { result: 'already' } : { result: 'differs', current: path }
}
