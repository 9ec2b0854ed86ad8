import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import type { DatabaseFacts } from '../../engine/ports.ts'
import { mayMark, readMark } from './mark.ts'

/** Tables and columns that the engine reads or writes. */
export const needed: Record<string, string[]> = {
  documents: ['id', 'user_id', 'filename', 'file_path', 'file_size', 'file_hash', 'mime_type', 'created_at'],
  processed_images: ['id', 'document_id', 'processed_image_path', 'original_image_path'],
  failed_documents: ['file_path'],
  ignored_files: ['file_path'],
  ocr_queue: ['document_id', 'status'],
  sources: ['name', 'source_type', 'enabled', 'config'],
}
const updated: [table: string, column: string][] = [
  ['documents', 'file_path'],
  ['processed_images', 'processed_image_path'],
  ['processed_images', 'original_image_path'],
]

const identityRow = z.object({
  schema: z.string().nullable(),
  oid: z.coerce.string(),
  version: z.string(),
  started: z.string(),
})

/** Where Readur's tables are unless somebody has chosen. */
const usualSchema = 'public'
const sourceConfig = z.object({
  bucket_name: z.string().catch(''),
  watch_folders: z.array(z.string()).catch([]),
})

/** What there is to know about the database before a run. Reads the catalogue and a few small tables. */
export async function readFacts(client: Client, label: string): Promise<DatabaseFacts> {
  const missing = await missingParts(client)
  const identity = identityRow.parse(
    (
      await client.query(
        `SELECT current_schema() AS schema, oid, version() AS version,
           extract(epoch FROM pg_postmaster_start_time())::text AS started
         FROM pg_database WHERE datname = current_database()`,
      )
    ).rows[0],
  )
  // One database may hold several Readurs.
  const id = [await clusterOf(client, label), identity.oid, ...otherSchema(identity.schema)].join('/')
  const facts = {
    label,
    identity: id,
    instance: { identity: id, address: label, startedAt: identity.started, filesSince: await filesSince(client) },
    mark: await readMark(client),
    mayMark: await mayMark(client),
    version: identity.version,
    missing,
    notUpdatable: [],
    s3Sources: [],
    ocrPending: 0,
    userNames: {},
  }
  if (missing.length > 0) return facts
  await assertAllVisible(client, label)
  return {
    ...facts,
    notUpdatable: await notUpdatable(client),
    s3Sources: await s3Sources(client),
    ocrPending: await ocrPending(client),
    userNames: await userNames(client),
  }
}

const otherSchema = (schema: string | null): string[] => (schema === null || schema === usualSchema ? [] : [schema])

/** Throws DB_ROWS_HIDDEN where policies would show us fewer rows than there are. */
async function assertAllVisible(client: Client, label: string): Promise<void> {
  const { rows } = await client.query(
    'SELECT name FROM unnest($1::text[]) AS t(name) WHERE row_security_active(name)',
    [Object.keys(needed)],
  )
  const hidden = z.array(z.object({ name: z.string() })).parse(rows)
  if (hidden.length === 0) return
  const message = `Row-level security applies to this user on ${hidden.map(({ name }) => name).join(', ')}.`
  throw new MigrateError('DB_ROWS_HIDDEN', { message, subject: label })
}

async function missingParts(client: Client): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT t.name AS "table", to_regclass(t.name) IS NOT NULL AS "exists",
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(t.name) AND attnum > 0 AND NOT attisdropped) AS columns
     FROM unnest($1::text[]) AS t(name)`,
    [Object.keys(needed)],
  )
  const found = z.array(z.object({ table: z.string(), exists: z.boolean(), columns: z.array(z.string()) })).parse(rows)
  return found.flatMap(({ table, exists, columns }) =>
    exists
      ? (needed[table] ?? []).filter((column) => !columns.includes(column)).map((column) => `${table}.${column}`)
      : [table],
  )
}

/** The cluster's own number where we may read it, else its address. */
async function clusterOf(client: Client, label: string): Promise<string> {
  try {
    const { rows } = await client.query('SELECT system_identifier::text AS id FROM pg_control_system()')
    return z.object({ id: z.string() }).parse(rows[0]).id
  } catch {
    return label
  }
}

/**
 * When the first file of the data folder came to be where it is: it is written once, so a folder that was copied has
 * another time. Superusers and pg_read_server_files may ask.
 */
async function filesSince(client: Client): Promise<string | null> {
  try {
    const { rows } = await client.query(
      `SELECT extract(epoch FROM coalesce(change, creation))::text AS since FROM pg_stat_file('PG_VERSION')`,
    )
    return z.object({ since: z.string().nullable() }).parse(rows[0]).since
  } catch {
    return null
  }
}

async function notUpdatable(client: Client): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT t || '.' || c AS name FROM unnest($1::text[], $2::text[]) AS u(t, c) WHERE NOT has_column_privilege(t, c, 'UPDATE')`,
    [updated.map(([table]) => table), updated.map(([, column]) => column)],
  )
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map((row) => row.name)
}

async function s3Sources(client: Client): Promise<DatabaseFacts['s3Sources']> {
  const { rows } = await client.query(`SELECT name, config FROM sources WHERE source_type::text = 's3' AND enabled`)
  return z
    .array(z.object({ name: z.string(), config: sourceConfig }))
    .parse(rows)
    .map(({ name, config }) => ({ name, bucket: config.bucket_name, folders: config.watch_folders }))
}

const userRow = z.object({ id: z.string(), username: z.string() })

/** A login that may only see documents is enough for a run: names are for people. */
async function userNames(client: Client): Promise<Record<string, string>> {
  try {
    const { rows } = await client.query('SELECT id::text, username::text FROM users')
    return Object.fromEntries(
      z
        .array(userRow)
        .parse(rows)
        .map(({ id, username }) => [id, username]),
    )
  } catch {
    return {}
  }
}

async function ocrPending(client: Client): Promise<number> {
  const { rows } = await client.query(
    `SELECT count(*)::int AS n FROM ocr_queue WHERE status::text IN ('pending', 'processing')`,
  )
  return z.object({ n: z.number() }).parse(rows[0]).n
}
