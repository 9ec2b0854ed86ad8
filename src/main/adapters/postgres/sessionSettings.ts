import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import { codeOf } from './postgresErrors.ts'
import { needed } from './facts.ts'

/** What the first connection to a database has found out and the others go by; one for all connections to it. */
export interface KnownDatabase {
  /** Where Readur's tables are; null as long as nobody has found them. */
  schema: string | null
  /** A pooler in between was found to keep a session together. */
  isPinned: boolean
}

interface SessionLimits {
  statementMs: number
  lockMs: number
  /** How long a transaction may wait for its next statement; 0: for ever. */
  transactionIdleMs: number
}

/**
 * All that server, database and role may have set, and that would change what a statement does or what its answer looks
 * like. Names as in pg_settings; those that a server does not know yet are left out.
 */
const settings: Record<string, string> = {
  // How values are written and read.
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  TimeZone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmloption: 'content',
  lc_monetary: 'C',
  array_nulls: 'on',
  transform_null_equals: 'off',
  // Names of tables are compared as the catalogue writes them.
  quote_all_identifiers: 'off',
  // What transactions do. Rows that are hidden from us are to be an error, not fewer rows.
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
  row_security: 'off',
  // While objects are copied the session is idle, and holds the lock.
  idle_session_timeout: '0',
  transaction_timeout: '0',
}

/** Only administrators may change these, so they are left alone where they are right. */
const ofAdministrators: Record<string, string> = {
  // Otherwise neither foreign keys nor triggers would be heeded.
  session_replication_role: 'origin',
  // Rows of damaged pages would look like documents that were deleted.
  zero_damaged_pages: 'off',
  ignore_checksum_failure: 'off',
}

/** A commit that was answered survives a crash of the server: objects are removed on the strength of it. */
const lastingCommits = ['on', 'remote_apply']

const foundRow = z.object({ present: z.record(z.string(), z.string()), complete: z.array(z.string()) })

/**
 * Makes the session what it is to be, whatever was set for it. `path`: the schemas that the role looks into, in its
 * order. Throws DB_SETTING, DB_NOT_READUR.
 */
export async function settle(
  client: Client,
  path: readonly string[],
  limits: SessionLimits,
  known: KnownDatabase,
): Promise<void> {
  // From here on nobody's functions and operators but PostgreSQL's own, and time enough.
  await client.query(
    `SET search_path = pg_catalog, pg_temp; SET statement_timeout = ${limits.statementMs}; SET lock_timeout = ${limits.lockMs}`,
  )
  const { rows } = await client.query(
    `SELECT (SELECT json_object_agg(name, setting) FROM pg_settings WHERE name = ANY($2::text[])) AS present,
       ARRAY(SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relname = ANY($1::text[]) AND left(n.nspname, 3) <> 'pg_'
         GROUP BY n.nspname HAVING count(*) = cardinality($1::text[])) AS complete`,
    [Object.keys(needed), [...Object.keys(settings), ...Object.keys(ofAdministrators), 'synchronous_commit']],
  )
  const { present, complete } = foundRow.parse(rows[0])
  known.schema ??= schemaOf(path, complete)
  const wanted = { ...wantedOf(present, limits), search_path: searchPath(path, known.schema) }
  try {
    await client.query(
      `SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS wanted(name, value)`,
      [Object.keys(wanted), Object.values(wanted)],
    )
  } catch (cause) {
    if (codeOf(cause) !== '42501' || !(cause instanceof Error)) throw cause
    throw new MigrateError('DB_SETTING', { message: cause.message, cause })
  }
}

function wantedOf(present: Record<string, string>, limits: SessionLimits): Record<string, string> {
  const lasts = lastingCommits.includes(present.synchronous_commit ?? '')
  return {
    ...Object.fromEntries(Object.entries(settings).filter(([name]) => name in present)),
    ...Object.fromEntries(
      Object.entries(ofAdministrators).filter(([name, value]) => name in present && present[name] !== value),
    ),
    ...(!lasts && { synchronous_commit: 'on' }),
    statement_timeout: String(limits.statementMs),
    lock_timeout: String(limits.lockMs),
    idle_in_transaction_session_timeout: String(limits.transactionIdleMs),
  }
}

/**
 * Readur finds its tables by its role's search_path, and we may come as another role: so they are looked for, and that
 * path only decides between several Readurs in one database. Found once, and then the same for all connections.
 */
function schemaOf(path: readonly string[], complete: readonly string[]): string | null {
  const named = path.find((name) => complete.includes(name))
  if (named !== undefined) return named
  const [only, ...more] = complete
  if (more.length === 0) return only ?? null
  throw new MigrateError('DB_NOT_READUR', {
    message: `The schemas ${complete.join(', ')} all contain Readur’s tables, and the search_path of this user includes none of them.`,
  })
}

/**
 * Readur's schema before all others. Those behind it are for what triggers that others have made call by name: no table
 * of Readur's is ever found there.
 */
function searchPath(path: readonly string[], schema: string | null): string {
  const others = path.filter((name) => name !== schema && name !== 'pg_catalog')
  return [...(schema === null ? [] : [schema]), ...others, 'pg_temp']
    .map((name) => `"${name.replaceAll('"', '""')}"`)
    .join(', ')
}
