import type { Client } from 'pg'
import { z } from 'zod'
import type { BlockedSession, DatabaseCondition, DatabaseSession } from '../../engine/doctor/ports.ts'
import { checkPolicy, withRetry, type RetryPolicy } from '../retry.ts'
import { withClient, type PostgresSettings } from './connection.ts'
import { isRunLock } from './holder.ts'
import { databaseRetryPolicy } from './runLock.ts'

const queryLength = 120
const idsShown = 10
/** Of rows without a path; so many are as bad as more. */
const mostCounted = 1_000

/** Texts in a statement are documents of somebody: they stay out. */
const shortened = (query: string): string => {
  const plain = query
    .replace(/'(?:[^']|'')*('|$)/g, '‘…’')
    .replace(/\s+/g, ' ')
    .trim()
  return plain.length > queryLength ? `${plain.slice(0, queryLength)}…` : plain
}

const sessionRow = z
  .object({
    pid: z.number(),
    started_at: z.string(),
    user: z.string().nullable(),
    application: z.string().nullable(),
    client: z.string().nullable(),
    state: z.string().nullable(),
    transaction_ms: z.number().nullable(),
    query: z.string().nullable(),
  })
  .transform((row): DatabaseSession => ({
    pid: row.pid,
    startedAt: row.started_at,
    user: row.user ?? '',
    application: row.application ?? '',
    client: row.client,
    state: row.state ?? '',
    transactionMs: row.transaction_ms ?? 0,
    query: shortened(row.query ?? ''),
  }))

const session = `a.pid, a.backend_start::text AS started_at, a.usename::text AS user, a.application_name AS application,
  host(a.client_addr) AS client, a.state, (extract(epoch FROM now() - a.xact_start) * 1000)::float8 AS transaction_ms, a.query`

/** The database's own tables about itself. What others' sessions do is shown to their user and to pg_monitor alone. */
export class PostgresCondition implements DatabaseCondition {
  readonly #settings: PostgresSettings
  readonly #policy: RetryPolicy

  constructor(settings: PostgresSettings, policy: RetryPolicy = databaseRetryPolicy) {
    this.#settings = settings
    this.#policy = policy
  }

  identity(signal: AbortSignal): ReturnType<DatabaseCondition['identity']> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT current_user::text AS user, current_database()::text AS database, current_setting('server_version_num')::int AS version,
           pg_is_in_recovery() AS read_only,
           to_regclass('_sqlx_migrations') IS NOT NULL AS migrations`,
      )
      const row = z
        .object({
          user: z.string(),
          database: z.string(),
          version: z.number(),
          read_only: z.boolean(),
          migrations: z.boolean(),
        })
        .parse(rows[0])
      const schema = row.migrations ? await lastMigration(client) : null
      return { user: row.user, database: row.database, version: row.version, readOnly: row.read_only, schema }
    })
  }

  clockOffset(signal: AbortSignal): Promise<number> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now')
      return z.object({ now: z.number() }).parse(rows[0]).now - Date.now()
    })
  }

  connections(signal: AbortSignal): ReturnType<DatabaseCondition['connections']> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT current_setting('max_connections')::int AS most,
           current_setting('superuser_reserved_connections')::int
             + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
           (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
           ARRAY(SELECT count(*) || ' of ' || coalesce(usename::text, '?') || coalesce(' (' || nullif(application_name, '') || ')', '')
             FROM pg_stat_activity WHERE backend_type = 'client backend'
             GROUP BY usename, application_name ORDER BY count(*) DESC LIMIT 5) AS by_name`,
      )
      const { by_name: byName, ...counts } = z
        .object({ used: z.number(), most: z.number(), reserved: z.number(), by_name: z.array(z.string()) })
        .parse(rows[0])
      return { ...counts, byName }
    })
  }

  blocked(signal: AbortSignal): Promise<BlockedSession[]> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT ${session}, pg_blocking_pids(a.pid) AS by,
           (extract(epoch FROM now() - coalesce(l.since, a.state_change)) * 1000)::float8 AS waiting_ms
         FROM pg_stat_activity a
         LEFT JOIN LATERAL (SELECT min(waitstart) AS since FROM pg_locks WHERE pid = a.pid AND NOT granted) l ON true
         WHERE cardinality(pg_blocking_pids(a.pid)) > 0 AND a.datname = current_database() ORDER BY waiting_ms DESC LIMIT 20`,
      )
      const waits = z.array(z.object({ by: z.array(z.number()), waiting_ms: z.number().nullable() })).parse(rows)
      const blocked = z.array(sessionRow).parse(rows)
      const pids = [...new Set(waits.flatMap(({ by }) => by))]
      const found = await client.query(`SELECT ${session} FROM pg_stat_activity a WHERE a.pid = ANY($1::int[])`, [pids])
      const blockers = z.array(sessionRow).parse(found.rows)
      return blocked.map((it, at) => ({
        ...it,
        waitingMs: waits[at]?.waiting_ms ?? 0,
        blockers: blockers.filter(({ pid }) => waits[at]?.by.includes(pid)),
      }))
    })
  }

  longTransactions(longerMs: number, signal: AbortSignal): Promise<DatabaseSession[]> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT ${session} FROM pg_stat_activity a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
           AND now() - a.xact_start > make_interval(secs => $1::float8 / 1000) ORDER BY a.xact_start LIMIT 20`,
        [longerMs],
      )
      return z.array(sessionRow).parse(rows)
    })
  }

  emptyPaths(signal: AbortSignal): ReturnType<DatabaseCondition['emptyPaths']> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `WITH found AS (
           SELECT id::text AS id FROM documents WHERE file_path IS NULL OR btrim(file_path) = '' LIMIT ${mostCounted}
         ) SELECT count(*)::int AS count, ARRAY(SELECT id FROM found LIMIT ${idsShown}) AS ids FROM found`,
      )
      const { count, ids } = z.object({ count: z.number(), ids: z.array(z.string()) }).parse(rows[0])
      return { count, ids, more: count === mostCounted }
    })
  }

  localOnlyPaths(folders: readonly string[], signal: AbortSignal): ReturnType<DatabaseCondition['localOnlyPaths']> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `WITH found AS (
           SELECT file_path FROM documents
           WHERE btrim(file_path) <> '' AND file_path !~ '^(/|s3://)' AND NOT EXISTS (
             SELECT FROM unnest($1::text[]) AS folder
             WHERE starts_with(regexp_replace(file_path, '^([.]/+)+', ''), folder || '/')
           )
         ) SELECT count(*)::int AS count, ARRAY(SELECT file_path FROM found LIMIT ${idsShown}) AS paths FROM found`,
        [folders],
      )
      return z.object({ count: z.number(), paths: z.array(z.string()) }).parse(rows[0])
    })
  }

  ocrQueue(signal: AbortSignal): ReturnType<DatabaseCondition['ocrQueue']> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT count(*) FILTER (WHERE status::text = 'pending')::int AS pending,
           count(*) FILTER (WHERE status::text = 'processing')::int AS processing FROM ocr_queue`,
      )
      return z.object({ pending: z.number(), processing: z.number() }).parse(rows[0])
    })
  }

  lockHolder(signal: AbortSignal): Promise<DatabaseSession | null> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT ${session} FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE ${isRunLock}`,
      )
      return z.array(sessionRow).parse(rows)[0] ?? null
    })
  }

  endSession(
    { pid, startedAt }: Pick<DatabaseSession, 'pid' | 'startedAt'>,
    signal: AbortSignal,
  ): Promise<'ended' | 'gone'> {
    return this.#ask(signal, async (client) => {
      const { rows } = await client.query(
        `SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2`,
        [pid, startedAt],
      )
      const [row] = z.array(z.object({ ended: z.boolean() })).parse(rows)
      return row?.ended === true ? 'ended' : 'gone'
    })
  }

  #ask<T>(signal: AbortSignal, question: (client: Client) => Promise<T>): Promise<T> {
    return withRetry(
      checkPolicy(this.#policy),
      signal,
      () => undefined,
      () => withClient(this.#settings, signal, question),
    )
  }
}

/** Readur's migrations carry the time of their making, and a name. Null where we may not read them. */
async function lastMigration(client: Client): Promise<string | null> {
  try {
    const { rows } = await client.query(
      'SELECT version::text AS version FROM _sqlx_migrations WHERE success ORDER BY version DESC LIMIT 1',
    )
    return z.array(z.object({ version: z.string() })).parse(rows)[0]?.version ?? null
  } catch {
    return null
  }
}
