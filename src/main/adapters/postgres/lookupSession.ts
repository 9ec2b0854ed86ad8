import type { Client } from 'pg'
import { MigrateError } from '../../engine/errors.ts'
import { withRetry, type RetryPolicy } from '../retry.ts'
import { listenTo } from '../silence.ts'
import { classify, connect, hangUp, type PostgresSettings } from './connection.ts'

/**
 * One connection for many small reads, opened for the first of them and again when it was lost. Reads take turns, each
 * in a transaction that can change nothing and sees one state of all tables.
 */
export class LookupSession {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy
  #client: Client | null = null
  /** Cuts off the present connection, which outlives the signals of single reads. */
  #cut = new AbortController()
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(settings: PostgresSettings, policy: RetryPolicy) {
    this.#settings = settings
    this.#policy = policy
  }

  /** It takes one of the connections that there may be. */
  get isOpen(): boolean {
    return this.#client !== null
  }

  /** Tried again after a lost connection. */
  read<T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new MigrateError('INTERNAL', { message: 'The database was closed.', scope: 'run' }))
    }
    const reading = this.#turn.then(() =>
      withRetry(
        this.#policy,
        signal,
        () => undefined,
        () => this.#attempt(signal, work),
      ),
    )
    this.#turn = reading.catch(() => undefined)
    return reading
  }

  /** Once the reads under way are done. Never throws. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#turn
    const client = this.#client
    this.#client = null
    if (client) await hangUp(client)
  }

  async #attempt<T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> {
    const cutOff = (): void => this.#cut.abort(signal.reason)
    signal.addEventListener('abort', cutOff)
    try {
      signal.throwIfAborted()
      const client = await this.#session()
      return await listenTo(this.#settings.hearing ?? {}, signal, async () => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
        const result = await work(client)
        await client.query('COMMIT')
        return result
      })
    } catch (error) {
      // Whatever state it is in, and without a goodbye that nobody may answer.
      this.#cut.abort()
      this.#client = null
      throw classify(error, this.#settings, signal)
    } finally {
      signal.removeEventListener('abort', cutOff)
    }
  }

  async #session(): Promise<Client> {
    if (this.#client) return this.#client
    this.#cut = new AbortController()
    this.#client = await connect(this.#settings, this.#cut.signal)
    return this.#client
  }
}
