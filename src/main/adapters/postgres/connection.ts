import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { Client } from 'pg'
import type { PostgresAddress } from '../../../shared/postgresAddress.ts'
import { MigrateError } from '../../engine/errors.ts'
import { withinLimit } from '../../engine/timers.ts'
import { limitResults } from './resultLimit.ts'
import { listenTo, type Hearing } from '../silence.ts'
import { classifyPostgresError } from './postgresErrors.ts'
import { addressOf, assertTarget, LoginGuard, loginRules } from './login.ts'
import { askWho, assertPinned, isPooled, notPinned } from './pooler.ts'
import { settle, type KnownDatabase } from './sessionSettings.ts'
import { isTlsError, mayTryOtherWay, tlsPlan, type TlsPlan } from './tls.ts'

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
  hearing?: Hearing | undefined
  /** Authorities of the user’s own, trusted where the address names none (S3_CA_FILE). */
  authorities?: { file: string; certificates: readonly string[] } | undefined
  /** What is known of the database by now, where several connections are made to it. */
  known?: KnownDatabase | undefined
}

/** Nobody should have to wait for us longer than this, nor we for them: while we wait, we hold the rows before. */
const longestLockWaitMs = 3_000
/** How long a goodbye may take before the connection is cut off. */
const goodbyeMs = 1_000
/** How long other connections are waited for that have to be there for a run to go on at all. */
const roomWaitMs = { least: 3_000, most: 10_000 }

/** Connections that a run has at the same time: for lock and row changes, for look-ups, and for reading all rows. */
export const connectionsOfRun = 3

interface SessionUse {
  /** A transaction of ours goes on for as long as its reader takes; otherwise only while a statement follows the other. */
  isLong?: boolean
}

const streams = new WeakMap<Client, Duplex>()
/** Sessions that somebody else gets after us. */
const lent = new WeakSet<Client>()

/**
 * A connected client whose session is as we need it, cut off as soon as the signal fires. Throws DB_*, SSH_*, or the
 * signal's reason.
 */
export async function connect(
  settings: PostgresSettings,
  signal: AbortSignal,
  { isLong = false }: SessionUse = {},
): Promise<Client> {
  const { timeoutMs, known = { schema: null, isPinned: false } } = settings
  const limits = {
    statementMs: timeoutMs,
    // Shorter than the statement's: a locked row concerns one item, a timeout the whole run.
    lockMs: Math.min(Math.ceil(timeoutMs / 2), longestLockWaitMs),
    // Rows that we hold are not held for longer, should this program be stopped in the middle.
    transactionIdleMs: isLong ? 0 : timeoutMs,
  }
  const client = await connectPlain(settings, signal)
  try {
    await listenTo(settings.hearing ?? {}, signal, async () => {
      const { pid, path } = await askWho(client)
      if (isPooled(client, pid)) {
        if (!known.isPinned) await assertRoom(client, settings, connectionsOfRun - 1, signal)
        known.isPinned = true
        lent.add(client)
      }
      await settle(client, path, limits, known)
      if ((await askWho(client)).pid !== pid) throw notPinned(settings.label)
    })
    return client
  } catch (error) {
    await hangUp(client)
    throw classify(error, settings, signal)
  }
}

/**
 * Sees that so many more connections can be had, and that the client's session is its own meanwhile. Throws
 * DB_TOO_MANY_CONNECTIONS, DB_POOL_MODE.
 */
export async function assertRoom(
  client: Client,
  settings: PostgresSettings,
  others: number,
  signal: AbortSignal,
): Promise<void> {
  const opened: Client[] = []
  const wait = Math.min(roomWaitMs.most, Math.max(roomWaitMs.least, settings.timeoutMs / 2))
  try {
    await withinLimit(
      wait,
      () => noRoom(settings),
      signal,
      async (limited) => {
        const open = async (): Promise<Client> => {
          const other = await connectPlain(settings, limited)
          opened.push(other)
          return other
        }
        try {
          await assertPinned(client, Array<typeof open>(others).fill(open), settings.label)
        } catch (cause) {
          const error = classify(cause, settings, limited)
          throw error.code === 'DB_TOO_MANY_CONNECTIONS' && error.cause !== undefined ? noRoom(settings, error) : error
        }
      },
    )
  } finally {
    await Promise.all(opened.map(hangUp))
  }
}

const noRoom = ({ label }: PostgresSettings, cause?: MigrateError): MigrateError =>
  new MigrateError('DB_TOO_MANY_CONNECTIONS', {
    message: `A run needs ${connectionsOfRun} connections at the same time, and they aren’t available${cause ? `: ${cause.message}` : '.'}`,
    subject: label,
    retryable: cause !== undefined,
    cause,
  })

/** A connected client, and nothing asked or set yet. */
async function connectPlain(settings: PostgresSettings, signal: AbortSignal): Promise<Client> {
  const address = addressOf(settings.url)
  const plan = await tlsPlan(address, settings.authorities?.certificates)
  const { attempts } = plan
  for (const [at, ssl] of attempts.entries()) {
    try {
      return await connectOnce(settings, address, { ssl, sslnegotiation: plan.negotiation }, signal)
    } catch (error) {
      const isLast = at === attempts.length - 1
      if (isLast || signal.aborted || !mayTryOtherWay(error)) throw classify(error, settings, signal)
    }
  }
  throw new MigrateError('INTERNAL', { message: 'No way to connect was tried.', scope: 'run' })
}

async function connectOnce(
  settings: PostgresSettings,
  address: PostgresAddress,
  tls: { ssl: ConnectionOptions | false; sslnegotiation: TlsPlan['negotiation'] },
  signal: AbortSignal,
): Promise<Client> {
  const { timeoutMs, label } = settings
  const rules = loginRules(address)
  const guard = new LoginGuard(rules, label)
  const { host, port, name, user, password, parameters } = address
  const options = parameters.get('options')
  signal.throwIfAborted()
  const stream = (await settings.openStream?.(signal)) ?? new Socket()
  signal.throwIfAborted()
  const cutOff = (): void => void stream.destroy()
  signal.addEventListener('abort', cutOff, { once: true })
  stream.once('close', () => signal.removeEventListener('abort', cutOff))
  const client = new Client({
    host,
    port,
    ...(name !== '' && { database: name }),
    ...(user !== '' && { user }),
    // Never undefined: pg would look for one in the environment.
    password: guard.password(password),
    ...(options !== undefined && { options }),
    enableChannelBinding: rules.binding !== 'disable',
    stream: () => stream,
    ...tls,
    application_name: 'readur-migrate',
    connectionTimeoutMillis: timeoutMs,
    // The server's own limit comes first (see settle: a pooler takes none as the connection starts); this one is for a
    // server that does not answer at all.
    query_timeout: timeoutMs + 5_000,
    keepAlive: true,
  })
  streams.set(client, stream)
  // Without a listener, a connection that breaks while idle would end the process. The next query tells.
  client.on('error', () => undefined)
  limitResults(client, label)
  guard.watch(client, tls.ssl !== false)
  try {
    await listenTo(settings.hearing ?? {}, signal, async () => {
      await client.connect()
      await assertTarget(client, address, label)
    })
    return client
  } catch (error) {
    await hangUp(client)
    throw error
  }
}

/** Ends a connection; one that nobody answers on is cut off. Never throws. */
export async function hangUp(client: Client): Promise<void> {
  const goodbye = setTimeout(() => streams.get(client)?.destroy(), goodbyeMs)
  // Poolers do so themselves, unless somebody has told them not to.
  if (lent.has(client)) for (const last of ['ROLLBACK', 'DISCARD ALL']) await client.query(last).catch(() => undefined)
  await client.end().catch(() => undefined)
  clearTimeout(goodbye)
  streams.get(client)?.destroy()
}

/** What went wrong, or why we were told to stop if that is what ended the connection. */
export function classify(error: unknown, settings: PostgresSettings, signal: AbortSignal): MigrateError {
  if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
  if (isTlsError(error)) {
    return new MigrateError('DB_TLS', { message: error.message, subject: settings.label, cause: error })
  }
  const known = classifyPostgresError(error, settings.label)
  return known.code === 'ROW_LOCKED' ? tableLocked(known, settings.label) : known
}

/** Who only reads waits for no row: a table as a whole is held, and that concerns the run. */
export const tableLocked = (error: MigrateError, subject: string): MigrateError =>
  new MigrateError('DB_TIMEOUT', {
    message: `A table of Readur is locked by another session: ${error.message}`,
    subject,
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
    return await listenTo(settings.hearing ?? {}, signal, () => work(client))
  } catch (error) {
    throw classify(error, settings, signal)
  } finally {
    await hangUp(client)
  }
}
