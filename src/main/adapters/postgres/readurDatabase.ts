import type { DatabaseFacts, DocumentRow, ReadurDatabase, RunLock } from '../../engine/ports.ts'
import type { RetryPolicy } from '../retry.ts'
import { classify, connect, withClient, type PostgresSettings } from './connection.ts'
import { readDocuments } from './documents.ts'
import { readFacts } from './facts.ts'
import { databaseRetryPolicy, takeRunLock } from './runLock.ts'

/** Readur's database in PostgreSQL. Connections are opened for what they are needed for, and closed after it. */
export class PostgresDatabase implements ReadurDatabase {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy

  /** `policy`: for rows that others have locked, and for a database that restarts. */
  constructor(settings: PostgresSettings, policy: RetryPolicy = databaseRetryPolicy) {
    this.#settings = settings
    this.#policy = policy
  }

  facts(signal: AbortSignal): Promise<DatabaseFacts> {
    return withClient(this.#settings, signal, (client) => readFacts(client, this.#settings.label))
  }

  async *documents(filter: { userId?: string | undefined }, signal: AbortSignal): AsyncGenerator<DocumentRow[]> {
    const client = await connect(this.#settings, signal)
    try {
      for await (const page of readDocuments(client, filter)) {
        yield page
      }
    } catch (error) {
      throw classify(error, this.#settings, signal)
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  lock(signal: AbortSignal): Promise<RunLock> {
    return takeRunLock(this.#settings, this.#policy, signal)
  }
}
