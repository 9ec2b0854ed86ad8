import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { Client } from 'pg'
import { MigrateError } from '../../engine/errors.ts'
import { boundAnswers } from './answers.ts'
import { classifyPostgresError } from './errors.ts'
import { isTlsError, mayTryOtherWay, tlsPlan } from './tls.ts'

/** How to reach the database. */
export interface PostgresSettings {
  /** A `postgres://` address; may hold the password, so it is never shown. */
  url: string
  /** Host, port and name, for people. */
  label: string
  /** For connecting and for each statement. */
  timeoutMs: number
  /** A stream that connects to where the address says, instead of a socket of this computer; see streamOpener. */
  openStream?: ((signal: AbortSignal) => Promise<Duplex>) | undefined
}

/** Nobody should have to wait for us longer than this, nor we for them: while we wait, we hold the rows before. */
const longestLockWaitMs = 3_000

/** A connected client, cut off as soon as the signal fires. Throws DB_*, SSH_*, or the signal's reason. */
export async function connect(settings: PostgresSettings, signal: AbortSignal): Promise<Client> {
  const { url, attempts } = await tlsPlan(settings.url)
  for (const [at, ssl] of attempts.entries()) {
    try {
      return await connectOnce(settings, url, ssl, signal)
    } catch (error) {
      const isLast = at === attempts.length - 1
      if (isLast || signal.aborted || !mayTryOtherWay(error)) throw classify(error, settings, signal)
    }
  }
  throw new MigrateError('INTERNAL', { message: 'No way to connect was tried.', scope: 'run' })
}

async function connectOnce(
  settings: PostgresSettings,
  url: string,
  ssl: ConnectionOptions | false,
  signal: AbortSignal,
): Promise<Client> {
  const { timeoutMs } = settings
  signal.throwIfAborted()
  const stream = (await settings.openStream?.(signal)) ?? new Socket()
  signal.throwIfAborted()
  const cutOff = (): void => void stream.destroy()
  signal.addEventListener('abort', cutOff, { once: true })
  stream.once('close', () => signal.removeEventListener('abort', cutOff))
  const client = new Client({
    connectionString: url,
    stream: () => stream,
    ssl,
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
  boundAnswers(client, settings.label)
  try {
    await client.connect()
    return client
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
}

/** What went wrong, or why we were told to stop if that is what ended the connection. */
export function classify(error: unknown, settings: PostgresSettings, signal: AbortSignal): MigrateError {
  if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
  if (isTlsError(error)) {
    return new MigrateError('DB_TLS', { message: error.message, subject: settings.label, scope: 'run', cause: error })
  }
  const known = classifyPostgresError(error, settings.label)
  return known.code === 'ROW_LOCKED' ? tableLocked(known, settings.label) : known
}

/** Who only reads waits for no row: a table as a whole is held, and that concerns the run. */
export const tableLocked = (error: MigrateError, subject: string): MigrateError =>
  new MigrateError('DB_TIMEOUT', {
    message: `A table of Readur is locked by another session: ${error.message}`,
    subject,
    scope: 'run',
    retryable: true,
    cause: error,
  })

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
