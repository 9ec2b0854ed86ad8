import type { Client } from 'pg'
import { z } from 'zod'
import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError } from '../../engine/errors.ts'
import { sleepFor } from '../../engine/timers.ts'
import type {
  ChangeOutcome,
  DatabaseMark,
  PathChange,
  PathOutcome,
  RunLock,
  SavedDocument,
} from '../../engine/ports.ts'
import { checkPolicy, withRetry, type RetryPolicy } from '../retry.ts'
import { listenTo } from '../silence.ts'
import { assertRoom, classify, connect, hangUp, type PostgresSettings } from './connection.ts'
import { readSaved, writeSaved } from './documentRows.ts'
import { classifyPostgresError } from './postgresErrors.ts'
import { assertHeld, endHolder, holdsLock, tryLock, type SessionId } from './holder.ts'
import { endLease, leaseLeft, prove, readMark, referencedPaths, writeMark } from './mark.ts'
import { lockTables, lookAtRows, makeChanges, makeFreeChanges } from './pathChanges.ts'
import { isPooled } from './pooler.ts'
import { begin, commit, idOfTransaction, isThere, wasCommitted } from './transaction.ts'

/** Waits for a database that restarts, about half a minute in all. */
export const databaseRetryPolicy: RetryPolicy = { retries: 6, firstDelayMs: 250, longestDelayMs: 10_000 }

/** Each try waits as long as a lock may take (see connect): ten seconds in all. */
const triesForLocks = 3

/**
 * Takes the lock of this database, and sees that `others` more connections can be had. Throws DB_BUSY when another run
 * has it, DB_TOO_MANY_CONNECTIONS, DB_POOL_MODE.
 */
export async function takeRunLock(
  settings: PostgresSettings,
  policy: RetryPolicy,
  others: number,
  signal: AbortSignal,
): Promise<RunLock> {
  return withRetry(
    checkPolicy(policy),
    signal,
    () => undefined,
    async () => {
      const held = await connectLocked(settings, signal, null)
      try {
        await assertRoom(held.client, settings, others, signal)
      } catch (error) {
        await hangUp(held.client)
        throw error
      }
      return new SessionLock(settings, policy, held)
    },
  )
}

/** The session that holds the lock. `id` is null where a pooler may give it to somebody else after us. */
interface HeldSession {
  client: Client
  id: SessionId | null
}

/**
 * `old`: the session that we had the lock in before; the server may not have missed it yet. The signal counts until the
 * lock is held: a transaction is never cut off.
 */
async function connectLocked(
  settings: PostgresSettings,
  signal: AbortSignal,
  old: SessionId | null,
): Promise<HeldSession> {
  const giveUp = new AbortController()
  const relay = (): void => giveUp.abort(signal.reason)
  signal.addEventListener('abort', relay)
  try {
    signal.throwIfAborted()
    return await takeLock(settings, giveUp.signal, old)
  } finally {
    signal.removeEventListener('abort', relay)
  }
}

async function takeLock(settings: PostgresSettings, signal: AbortSignal, old: SessionId | null): Promise<HeldSession> {
  const client = await connect(settings, signal)
  try {
    if (old) await endHolder(client, old)
    const { locked, ...id } = await tryLock(client)
    if (locked) return { client, id: isPooled(client, id.pid) ? null : id }
    throw new MigrateError('DB_BUSY', {
      message: `Another run holds the lock of “${settings.label}”.`,
      subject: settings.label,
    })
  } catch (error) {
    await hangUp(client)
    throw classify(error, settings, signal)
  }
}

interface Transaction<T> {
  /** Of the lock, where what is done rests on what was proved under it. */
  epoch?: number
  isRepeatable?: boolean
  work: (client: Client) => Promise<T>
  /** The answer to its COMMIT was lost, and it was made: what came of it, or null where it has to be made once more. */
  confirm: (client: Client, done: T) => Promise<T | null>
}

/**
 * The lock lives in a session, and rows are changed in that very session, which shows in each transaction that it holds
 * the lock: a lost lock takes the ability to write with it. After a lost connection both are sought again.
 */
class SessionLock implements RunLock {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy
  #held: HeldSession | null
  /** Of the last session that was lost. */
  #old: SessionId | null = null
  #turn: Promise<unknown> = Promise.resolve()
  #released = false
  epoch = 1

  constructor(settings: PostgresSettings, policy: RetryPolicy, held: HeldSession) {
    this.#settings = settings
    this.#policy = policy
    this.#held = held
  }

  async changePaths(changes: readonly PathChange[], epoch: number, signal: AbortSignal): Promise<ChangeOutcome[]> {
    const transact = (make: typeof makeFreeChanges): Promise<ChangeOutcome[]> =>
      this.#transact(signal, 1, {
        epoch,
        work: async (client) => {
          await lockTables(client)
          return make(client, changes)
        },
        confirm: (client, outcomes) => confirmed(client, changes, outcomes),
      })
    try {
      return await transact(makeChanges)
    } catch (error) {
      // One locked row among many, or two: the others need not wait for it.
      if (!(error instanceof MigrateError) || error.code !== 'ROW_LOCKED') throw error
      return transact(makeFreeChanges)
    }
  }

  async look(changes: readonly PathChange[], signal: AbortSignal): Promise<PathOutcome[]> {
    return this.#transact(signal, triesForLocks, {
      work: (client) => lookAtRows(client, changes),
      confirm: (_client, outcomes) => Promise.resolve(outcomes),
    })
  }

  async referenced(paths: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      const { rows } = await client.query(`SELECT ${holdsLock} AS held, ARRAY(${referencedPaths}) AS paths`, [paths])
      assertHeld(rows[0], this.#settings.label)
      return new Set(z.object({ paths: z.array(z.string()) }).parse(rows[0]).paths)
    })
  }

  async saveDocument(id: string, signal: AbortSignal): Promise<SavedDocument | null> {
    return this.#transact(signal, triesForLocks, {
      isRepeatable: true,
      work: (client) => readSaved(client, id),
      confirm: (_client, saved) => Promise.resolve(saved),
    })
  }

  async deleteDocument(saved: SavedDocument, signal: AbortSignal): ReturnType<RunLock['deleteDocument']> {
    return this.#transact<'deleted' | 'gone' | 'differs'>(signal, triesForLocks, {
      isRepeatable: true,
      work: async (client) => {
        const now = await readSaved(client, saved.documentId)
        if (now === null) return 'gone'
        if (now.rows !== saved.rows) return 'differs'
        await client.query('DELETE FROM documents WHERE id = $1::uuid', [saved.documentId])
        return 'deleted'
      },
      confirm: async (client, done) => (done === 'deleted' && (await isThere(client, saved)) ? null : done),
    })
  }

  async restoreDocument(saved: SavedDocument, signal: AbortSignal): ReturnType<RunLock['restoreDocument']> {
    return this.#transact<'restored' | 'there'>(signal, triesForLocks, {
      isRepeatable: true,
      work: async (client) => {
        if (await isThere(client, saved)) return 'there'
        await writeSaved(client, saved)
        return 'restored'
      },
      confirm: async (client, done) => ((await isThere(client, saved)) ? done : null),
    })
  }

  async prove(
    { epoch, ...claim }: Parameters<RunLock['prove']>[0],
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<Set<string>> {
    return this.#attempt(signal, triesForLocks, async (client) => {
      if (this.epoch !== epoch) throw renewed(this.#settings.label)
      return prove(client, claim, paths, this.#settings.label)
    })
  }

  leaseLeft(signal: AbortSignal): Promise<number> {
    return this.#attempt(signal, triesForLocks, leaseLeft)
  }

  readMark(signal: AbortSignal): Promise<DatabaseMark | null> {
    return this.#attempt(signal, triesForLocks, readMark)
  }

  writeMark(mark: DatabaseMark, was: DatabaseMark | null, signal: AbortSignal): ReturnType<RunLock['writeMark']> {
    return this.#attempt(signal, triesForLocks, (client) => writeMark(client, mark, was))
  }

  async release(isOrderly = false): Promise<void> {
    this.#released = true
    await this.#turn.catch(() => undefined)
    if (isOrderly && this.#held) await endLease(this.#held.client).catch(() => undefined)
    await this.#drop()
  }

  async #drop(): Promise<void> {
    const held = this.#held
    this.#held = null
    if (!held) return
    this.#old = held.id
    await hangUp(held.client)
  }

  /**
   * One transaction of the session that holds the lock. When the answer to its COMMIT is lost, the server is asked what
   * became of that very transaction: what it has done is done, and nothing that others did is taken for it.
   */
  async #transact<T>(
    signal: AbortSignal,
    lockTries: number,
    { epoch, isRepeatable = false, work, confirm }: Transaction<T>,
  ): Promise<T> {
    const { label } = this.#settings
    let inDoubt: { id: string; done: T } | null = null
    return this.#attempt(signal, lockTries, async (client) => {
      if (inDoubt) {
        const { id, done } = inDoubt
        const came = (await wasCommitted(client, id)) ? await confirm(client, done) : null
        if (came !== null) return came
        inDoubt = null
      }
      if (epoch !== undefined && this.epoch !== epoch) throw renewed(label)
      await begin(client, isRepeatable, label)
      const done = await work(client)
      const id = await idOfTransaction(client)
      if (id !== null) inDoubt = { id, done }
      await commit(client, label)
      return done
    })
  }

  /** One session has one transaction: another caller's statements, or its rollback, must not get into it. */
  #attempt<T>(signal: AbortSignal, lockTries: number, work: (client: Client) => Promise<T>): Promise<T> {
    const attempt = this.#turn.then(() => this.#attemptNow(signal, lockTries, work))
    this.#turn = attempt.catch(() => undefined)
    return attempt
  }

  /** Tries again after a lost connection, and up to `lockTries` times in all when others hold a lock. */
  async #attemptNow<T>(signal: AbortSignal, lockTries: number, work: (client: Client) => Promise<T>): Promise<T> {
    const { hearing = {}, label } = this.#settings
    let refused = 0
    return withRetry(
      this.#policy,
      signal,
      () => undefined,
      async () => {
        const client = await this.#session(signal)
        try {
          return await listenTo(hearing, signal, () => work(client))
        } catch (cause) {
          const error = classifyPostgresError(cause, label)
          // A statement that was refused or took too long leaves session and lock as they are.
          if (endsSession.has(error.code)) await this.#drop()
          else await client.query('ROLLBACK').catch(() => this.#drop())
          if (error.scope === 'item') refused += 1
          throw refused >= lockTries ? again(error, false) : error
        }
      },
    )
  }

  async #session(signal: AbortSignal): Promise<Client> {
    if (this.#held) return this.#held.client
    if (this.#released) throw new MigrateError('INTERNAL', { message: 'The lock was released.', scope: 'run' })
    try {
      const held = await connectLocked(this.#settings, signal, this.#old)
      await this.#awaitHolderBetween(held, signal)
      this.#held = held
      this.epoch += 1
      return held.client
    } catch (error) {
      // The server may not have noticed yet that our old session is gone.
      if (!(error instanceof MigrateError) || error.code !== 'DB_BUSY') throw error
      throw again(error, true)
    }
  }

  /** Another run may have had the lock in between, and what it proved may still be under way. */
  async #awaitHolderBetween({ client }: HeldSession, signal: AbortSignal): Promise<void> {
    try {
      await sleepFor(await leaseLeft(client), signal)
      signal.throwIfAborted()
    } catch (error) {
      await hangUp(client)
      throw classify(error, this.#settings, signal)
    }
  }
}

/** After these nobody knows what state the session is in; after INTERRUPTED it is nobody's concern any more. */
const endsSession = new Set<ErrorCode>([
  'DB_LOST',
  'DB_UNREACHABLE',
  'DB_POOLER',
  'DB_TOO_MANY_CONNECTIONS',
  'INTERRUPTED',
])

const renewed = (subject: string): MigrateError =>
  new MigrateError('LOCK_RENEWED', { message: 'The lock was lost and taken again.', subject })

/** The same error, with another view of whether to try again. */
const again = (error: MigrateError, retryable: boolean): MigrateError =>
  new MigrateError(error.code, {
    message: error.message,
    subject: error.subject,
    scope: error.scope,
    retryable,
    cause: error.cause,
  })

/** What was changed, if the rows still say so: users go on meanwhile. */
async function confirmed(
  client: Client,
  changes: readonly PathChange[],
  outcomes: readonly ChangeOutcome[],
): Promise<ChangeOutcome[]> {
  const now = await lookAtRows(client, changes)
  return now.map((outcome, at) => {
    const made = outcomes[at] ?? outcome
    return outcome.result === 'already' || made.result !== 'changed' ? made : outcome
  })
}
