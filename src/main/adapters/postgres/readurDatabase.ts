import type { Client } from 'pg'
import type { DocumentCounts } from '../../../shared/documentCounts.ts'
import type { DatabaseFacts, DocumentRow, Mention, ReadurDatabase, RunLock } from '../../engine/ports.ts'
import { checkPolicy, withRetry, type RetryPolicy } from '../retry.ts'
import { listenToEach } from '../silence.ts'
import { classify, connect, connectionsOfRun, hangUp, withClient, type PostgresSettings } from './connection.ts'
import {
  readAwaitingOcr,
  readCounts,
  readDocuments,
  readDocumentsById,
  readMentions,
  readRandomDocuments,
  readUserNames,
} from './documents.ts'
import { readFacts } from './facts.ts'
import { LookupSession } from './lookupSession.ts'
import { databaseRetryPolicy, takeRunLock } from './runLock.ts'

/** The server has an error for anything else; here, it just is no document. */
const isUuid = (id: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)

/**
 * Readur's database in PostgreSQL. Connections are opened for what they are needed for, and closed after it; the many
 * small look-ups of a run share one.
 */
export class PostgresDatabase implements ReadurDatabase {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy
  readonly #lookups: LookupSession

  /** `policy`: for rows that others have locked, and for a database that restarts. */
  constructor(settings: PostgresSettings, policy: RetryPolicy = databaseRetryPolicy) {
    this.#settings = { ...settings, known: settings.known ?? { schema: null, isPinned: false } }
    this.#policy = policy
    this.#lookups = new LookupSession(this.#settings, policy)
  }

  facts(signal: AbortSignal): Promise<DatabaseFacts> {
    return this.#once(signal, (client) => readFacts(client, this.#settings.label))
  }

  documents(filter: { userId?: string | undefined }, signal: AbortSignal): AsyncGenerator<DocumentRow[]> {
    return this.#pages(signal, (client) => readDocuments(client, filter))
  }

  mentions(signal: AbortSignal): AsyncGenerator<Mention[]> {
    return this.#pages(signal, readMentions)
  }

  /** On a connection of its own, which is made once more where it broke off. */
  #once<T>(signal: AbortSignal, question: (client: Client) => Promise<T>): Promise<T> {
    return this.#tryAgain(signal, () => withClient(this.#settings, signal, question))
  }

  /** On a connection of their own: what reads them may take hours. */
  async *#pages<T>(signal: AbortSignal, read: (client: Client) => AsyncGenerator<T[]>): AsyncGenerator<T[]> {
    const client = await this.#tryAgain(signal, () => connect(this.#settings, signal, { isLong: true }))
    try {
      yield* listenToEach(this.#settings.hearing ?? {}, signal, () => read(client))
    } catch (error) {
      throw classify(error, this.#settings, signal)
    } finally {
      await hangUp(client)
    }
  }

  #tryAgain<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    return withRetry(checkPolicy(this.#policy), signal, () => undefined, call)
  }

  documentsById(ids: readonly string[], signal: AbortSignal): Promise<DocumentRow[]> {
    return this.#lookups.read(signal, (client) => readDocumentsById(client, ids.filter(isUuid)))
  }

  randomDocuments(count: number, signal: AbortSignal): Promise<DocumentRow[]> {
    return this.#once(signal, (client) => readRandomDocuments(client, count))
  }

  userNames(ids: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    return this.#lookups.read(signal, (client) => readUserNames(client, ids.filter(isUuid)))
  }

  awaitingOcr(ids: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    return this.#lookups.read(signal, (client) => readAwaitingOcr(client, ids.filter(isUuid)))
  }

  counts(signal: AbortSignal): Promise<DocumentCounts> {
    return this.#once(signal, readCounts)
  }

  lock(signal: AbortSignal): Promise<RunLock> {
    const others = connectionsOfRun - 1 - (this.#lookups.isOpen ? 1 : 0)
    return takeRunLock(this.#settings, this.#policy, others, signal)
  }

  close(): Promise<void> {
    return this.#lookups.close()
  }
}
