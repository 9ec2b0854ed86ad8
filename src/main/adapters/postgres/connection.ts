import { Socket } from 'node:net'
import { Client } from 'pg'
import { MigrateError } from '../../engine/errors.ts'
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

/** A connected client, cut off as soon as the signal fires. Throws DB_*, or the signal's reason. */
export async function connect(settings: PostgresSettings, signal: AbortSignal): Promise<Client> {
  const { url, timeoutMs } = settings
  signal.throwIfAborted()
  const socket = new Socket()
  const cutOff = (): void => void socket.destroy()
  signal.addEventListener('abort', cutOff, { once: true })
  socket.once('close', () => signal.removeEventListener('abort', cutOff))
  const client = new Client({
    connectionString: url,
    stream: () => socket,
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
    throw classify(error, settings, signal)
  }
}

/** What went wrong, or why we were told to stop if that is what ended the connection. */
export function classify(error: unknown, settings: PostgresSettings, signal: AbortSignal): MigrateError {
  if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
  return classifyPostgresError(error, settings.label)
}

/** Connects, works, and closes whatever happens. */
export async function withClient<T>(
  settings: PostgresSettings,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connect(settings, signal)
  try {
    return await work(client)
  } catch (error) {
    throw classify(error, settings, signal)
  } finally {
    await client.end().catch(() => undefined)
  }
}
