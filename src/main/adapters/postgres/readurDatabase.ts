import type { DatabaseFacts, DocumentRow, ReadurDatabase, RunLock } from '../../engine/ports.ts'
import { connect, withClient, type PostgresSettings } from './connection.ts'
import { readDocuments } from './documents.ts'
import { classifyPostgresError } from './errors.ts'
import { readFacts } from './facts.ts'
import { takeRunLock } from './runLock.ts'

/** Readur's database in PostgreSQL. Connections are opened for what they are needed for, and closed after it. */
export class PostgresDatabase implements ReadurDatabase {
  readonly #settings: PostgresSettings

  constructor(settings: PostgresSettings) {
    this.#settings = settings
  }

  facts(): Promise<DatabaseFacts> {
    return withClient(this.#settings, (client) => readFacts(client, this.#settings.label))
  }

  async *documents(filter: { userId?: string | undefined }, signal: AbortSignal): AsyncGenerator<DocumentRow[]> {
    const client = await connect(this.#settings)
    try {
      for await (const page of readDocuments(client, filter)) {
        signal.throwIfAborted()
        yield page
      }
    } catch (error) {
      throw classifyPostgresError(error, this.#settings.label)
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  lock(): Promise<RunLock> {
    return takeRunLock(this.#settings)
  }
}
