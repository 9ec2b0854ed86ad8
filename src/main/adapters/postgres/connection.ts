import { Client } from 'pg'
import { classifyPostgresError } from './errors.ts'

/** How to reach the database. */
export interface PostgresSettings {
  /** A `postgres://` address; may hold the password, so it is never shown. */
  url: string
  /** Host, port and name, for people. */
  label: string
  /** For connecting and for each statement. */
  timeoutMs: number
}

/** Nobody should have to wait for us longer than this, nor we for them: while we wait, we hold the rows before. */
const longestLockWaitMs = 3_000

/** A connected client. Throws DB_*. */
export async function connect(settings: PostgresSettings): Promise<Client> {
  const { url, timeoutMs } = settings
  const client = new Client({
    connectionString: url,
    application_name: 'readur-migrate',
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    // Shorter than the statement's: a locked row concerns one item, a timeout the whole run.
    lock_timeout: Math.min(Math.ceil(timeoutMs / 2), longestLockWaitMs),
    // The server's own limit comes first; this one is for a server that does not answer at all.
    query_timeout: timeoutMs + 5_000,
    keepAlive: true,
  })
  // Without a listener, a connection that breaks while idle would end the process. The next query tells.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw classifyPostgresError(error, settings.label)
  }
}

/** Connects, works, and closes whatever happens. */
export async function withClient<T>(settings: PostgresSettings, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(settings)
  try {
    return await work(client)
  } catch (error) {
    throw classifyPostgresError(error, settings.label)
  } finally {
    await client.end().catch(() => undefined)
  }
}
