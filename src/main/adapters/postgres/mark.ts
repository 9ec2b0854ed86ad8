import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import { leaseMs } from '../../engine/ownership/permit.ts'
import type { DatabaseMark, RunLock } from '../../engine/ports.ts'
import { assertHeld, holdsLock } from './holder.ts'

/**
 * What this program leaves in the database: a row for each Readur server in it (they live in schemas of their own), in a
 * schema that neither Readur nor its migrations look at. It is removed with `DROP SCHEMA readur_migrate CASCADE`.
 */
const table = 'readur_migrate.mark'

const createMark = `
  CREATE SCHEMA IF NOT EXISTS readur_migrate;
  CREATE TABLE IF NOT EXISTS ${table} (
    readur_schema text PRIMARY KEY,
    id uuid NOT NULL,
    identity text NOT NULL,
    nonce text NOT NULL,
    next_nonce text,
    removing_until timestamptz
  );
  -- Whoever may use the database may work here under another account than the first time.
  GRANT USAGE ON SCHEMA readur_migrate TO PUBLIC;
  GRANT SELECT, INSERT, UPDATE ON ${table} TO PUBLIC`

/** SQL: the schema that an identity ends with, or the usual one (see facts.ts). */
const schemaOfIdentity = `CASE WHEN identity ~ '/[0-9]+$' THEN 'public' ELSE substring(identity FROM '[^/]*$') END`

/**
 * Until November the table had one row, for all Readur servers of the database. The statement by which the programs of
 * then write their mark fails on the new table, so that none of them takes the mark of another server for its own.
 */
const carryOver = `
  ALTER TABLE ${table} ADD COLUMN readur_schema text;
  UPDATE ${table} SET readur_schema = ${schemaOfIdentity};
  ALTER TABLE ${table} DROP COLUMN only_row, ADD PRIMARY KEY (readur_schema)`

const markRow = z.object({
  id: z.string(),
  identity: z.string(),
  nonce: z.string(),
  nextNonce: z.string().nullable(),
})

/** `isEarlier`: it has the one row of before. */
const formRow = z.object({ isUsable: z.boolean(), isEarlier: z.boolean(), isOwned: z.boolean() })

/** Sessions that were found to be able to use a mark of today's form: it stays, and a proof must cost one statement. */
const usedBy = new WeakSet<Client>()

/** The mark that this account can read and change, if there is one. */
async function usable(client: Client): Promise<Pick<z.infer<typeof formRow>, 'isEarlier' | 'isOwned'> | null> {
  if (usedBy.has(client)) return { isEarlier: false, isOwned: false }
  const { rows } = await client.query(
    `SELECT coalesce(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT, UPDATE'), false) AS "isUsable",
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'only_row') AS "isEarlier",
       pg_has_role(c.relowner, 'USAGE') AS "isOwned"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'readur_migrate' AND c.relname = 'mark'`,
  )
  const [form] = z.array(formRow).parse(rows)
  if (!form?.isUsable) return null
  if (!form.isEarlier) usedBy.add(client)
  return form
}

/** Whether this account can leave a mark, or change the one that is there. */
export async function mayMark(client: Client): Promise<boolean> {
  const form = await usable(client)
  if (form) return !form.isEarlier || form.isOwned
  const { rows } = await client.query(
    `SELECT has_database_privilege(current_database(), 'CREATE') AND to_regnamespace('readur_migrate') IS NULL AS may`,
  )
  return z.array(z.object({ may: z.boolean() })).parse(rows)[0]?.may === true
}

/** The mark of the Readur server whose schema this session works in. */
export async function readMark(client: Client): Promise<DatabaseMark | null> {
  const form = await usable(client)
  if (!form) return null
  const { rows } = await client.query(
    `SELECT id::text, identity, nonce, next_nonce AS "nextNonce" FROM ${table}
     WHERE ${form.isEarlier ? schemaOfIdentity : 'readur_schema'} = current_schema()`,
  )
  return z.array(markRow).parse(rows)[0] ?? null
}

/** Makes the mark, or changes the one that `was` there; see RunLock. */
export async function writeMark(
  client: Client,
  { id, identity, nonce, nextNonce }: DatabaseMark,
  was: DatabaseMark | null,
): ReturnType<RunLock['writeMark']> {
  if (!(await mayMark(client))) return 'refused'
  const form = await usable(client)
  if (form === null) await client.query(createMark)
  else if (form.isEarlier) await client.query(carryOver)
  const { rowCount } = await client.query(
    `INSERT INTO ${table} AS mark (readur_schema, id, identity, nonce, next_nonce)
     VALUES (current_schema(), $1::uuid, $2, $3, $4)
     ON CONFLICT (readur_schema) DO UPDATE SET id = excluded.id, identity = excluded.identity, nonce = excluded.nonce,
       next_nonce = excluded.next_nonce WHERE mark.nonce = $5 AND mark.next_nonce IS NOT DISTINCT FROM $6`,
    [id, identity, nonce, nextNonce, was?.nonce ?? null, was?.nextNonce ?? null],
  )
  return rowCount === 1 ? 'written' : 'changed'
}

/**
 * The lock is the whole database's, and so is the lease: it is in every row. No longer than a lease is good for: the
 * server's clock may have been set back since it was given.
 */
export async function leaseLeft(client: Client): Promise<number> {
  if ((await usable(client)) === null) return 0
  const { rows } = await client.query(
    `SELECT greatest(0, ceil(extract(epoch FROM max(removing_until) - clock_timestamp()) * 1000))::float8 AS ms FROM ${table}`,
  )
  return Math.min(leaseMs, z.array(z.object({ ms: z.number().nullable() })).parse(rows)[0]?.ms ?? 0)
}

/** What was proved is over and done with: the next session need not wait. */
export async function endLease(client: Client): Promise<void> {
  if (await usable(client)) await client.query(`UPDATE ${table} SET removing_until = NULL`)
}

/** Paths that a row of any table holds, of those in $1. */
export const referencedPaths = `
  SELECT file_path AS path FROM documents WHERE file_path = ANY($1)
  UNION SELECT processed_image_path FROM processed_images WHERE processed_image_path = ANY($1)
  UNION SELECT original_image_path FROM processed_images WHERE original_image_path = ANY($1)
  UNION SELECT file_path FROM failed_documents WHERE file_path = ANY($1)
  UNION SELECT file_path FROM ignored_files WHERE file_path = ANY($1)`

const proof = z.object({ leased: z.number(), paths: z.array(z.string()) })

/**
 * Holder, mark and rows in one statement, so that all of it is true at one moment. Throws DB_LOST when this session does
 * not hold the lock.
 */
export async function prove(
  client: Client,
  { nonce, leaseMs: forMs }: Omit<Parameters<RunLock['prove']>[0], 'epoch'>,
  paths: readonly string[],
  subject: string,
): Promise<Set<string>> {
  const isMarked = (await usable(client)) !== null
  const leased = `leased AS (
    UPDATE ${table} SET removing_until = clock_timestamp() + make_interval(secs => $2 / 1000.0)
    WHERE (SELECT held FROM holder) RETURNING nonce, next_nonce),
    fitting AS (SELECT FROM leased WHERE $3::text IS NULL OR nonce = $3 OR next_nonce = $3)`
  const { rows } = await client.query(
    `WITH holder AS (SELECT ${holdsLock} AS held)${isMarked ? `, ${leased}` : ''}
     SELECT (SELECT held FROM holder) AS held, ${isMarked ? '(SELECT count(*)::int FROM fitting)' : '0'} AS leased,
       ARRAY(${referencedPaths}) AS paths`,
    [paths, ...(isMarked ? [forMs, nonce] : [])],
  )
  assertHeld(rows[0], subject)
  const { leased: count, paths: referenced } = proof.parse(rows[0])
  if (nonce !== null && count === 0) {
    throw new MigrateError('OBJECT_NOT_OURS', {
      message: 'The mark in the database was changed by another program or restored from a backup.',
    })
  }
  return new Set(referenced)
}
