import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { z } from 'zod'
import type { DocumentCounts } from '../../../shared/documentCounts.ts'
import type { DocumentRow, Mention, ProcessedImageRow } from '../../engine/ports.ts'

const rowsPerPage = 2000

/** Last instant whose year has four digits. */
const latest = Date.UTC(9999, 11, 31)

/** What is asked of a document: all but its text. Times in whole milliseconds: keys are made of them, so they are never rounded up. */
const columns = `id, user_id, filename, file_path, file_size, file_hash, mime_type,
  CASE WHEN isfinite(created_at) THEN floor(extract(epoch FROM created_at) * 1000)::int8 END AS created_ms`

const documentRow = z
  .object({
    id: z.string(),
    user_id: z.string().nullable(),
    filename: z.string(),
    file_path: z.string(),
    file_size: z.coerce.number().nullable(),
    file_hash: z.string().nullable(),
    mime_type: z.string().nullable(),
    created_ms: z.coerce.number().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    userId: row.user_id,
    filename: row.filename,
    filePath: row.file_path,
    fileSize: row.file_size,
    fileHash: row.file_hash,
    mimeType: row.mime_type,
    // timestamptz may be long before Christ: no month can be had of that, nor of an infinite one, null by now.
    createdAt: row.created_ms !== null && row.created_ms >= 0 && row.created_ms < latest ? row.created_ms : null,
  }))

const imageRow = z.object({
  id: z.string(),
  document_id: z.string(),
  processed_image_path: z.string(),
  original_image_path: z.string(),
})

/**
 * All documents in pages, one consistent view of them, never the text columns. Ordered by position in the page, then
 * by page: rows that are neighbours in the result lie in different heap pages, so that each page has room for the one
 * new version that a batch makes there (heap-only updates; measured 19 s against 3 s for 5,000 rows). First come the
 * few whose path Readur finds only while it stores locally, so that they are switched before all others.
 */
export async function* readDocuments(
  client: Client,
  filter: { userId?: string | undefined },
): AsyncGenerator<DocumentRow[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  await client.query(
    `DECLARE plan NO SCROLL CURSOR FOR
     SELECT ${columns} FROM documents WHERE $1::uuid IS NULL OR user_id = $1::uuid
     ORDER BY file_path !~ '^(/|s3://|([.]/+)*uploads/)' DESC, (ctid::text::point)[1], (ctid::text::point)[0]`,
    [filter.userId ?? null],
  )
  for (;;) {
    const { rows } = await client.query(`FETCH ${rowsPerPage} FROM plan`)
    if (rows.length === 0) break
    yield await withImages(client, rows)
  }
  await client.query('COMMIT')
}

/** Those of these documents that exist. */
export async function readDocumentsById(client: Client, ids: readonly string[]): Promise<DocumentRow[]> {
  const { rows } = await client.query(`SELECT ${columns} FROM documents WHERE id = ANY($1::uuid[])`, [ids])
  return withImages(client, rows)
}

/**
 * Documents after random places in the order of their ids, which are random themselves: as good as a lot, without
 * reading the table. Where that gives too few, the first ones fill up.
 */
export async function readRandomDocuments(client: Client, count: number): Promise<DocumentRow[]> {
  const { rows } = await client.query(
    `WITH chosen AS (
       SELECT DISTINCT d.id FROM unnest($1::uuid[]) AS place(id)
       CROSS JOIN LATERAL (SELECT id FROM documents WHERE documents.id >= place.id ORDER BY id LIMIT 1) AS d
     ), filled AS (
       SELECT id, true AS chosen FROM chosen
       UNION ALL
       (SELECT id, false FROM documents WHERE id NOT IN (SELECT id FROM chosen) ORDER BY id LIMIT $2::int)
     )
     SELECT ${columns} FROM documents WHERE id IN (SELECT id FROM filled ORDER BY chosen DESC LIMIT $2::int)`,
    [Array.from({ length: count }, () => randomUUID()), count],
  )
  return withImages(client, rows)
}

const countsRow = z.object({
  local: z.coerce.number(),
  onS3: z.coerce.number(),
  stuck: z.coerce.number(),
  localBytes: z.coerce.number(),
})

/** Where all documents are. One pass over the rows; their long texts lie elsewhere and are not read. */
export async function readCounts(client: Client): Promise<DocumentCounts> {
  const { rows } = await client.query(
    `SELECT count(*) FILTER (WHERE NOT is_s3) AS local, count(*) FILTER (WHERE is_s3) AS "onS3",
       count(*) FILTER (WHERE NOT is_s3 AND (user_id IS NULL OR file_path = '')) AS stuck,
       coalesce(sum(file_size) FILTER (WHERE NOT is_s3), 0) AS "localBytes"
     FROM (SELECT user_id, file_path, file_size, file_path LIKE 's3://%' AS is_s3 FROM documents) AS d`,
  )
  return countsRow.parse(rows[0])
}

/** Names of these users by their ids. */
export async function readUserNames(client: Client, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await client.query('SELECT id, username AS name FROM users WHERE id = ANY($1::uuid[])', [ids])
  const users = z.array(z.object({ id: z.string(), name: z.string() })).parse(rows)
  return new Map(users.map(({ id, name }) => [id, name]))
}

/** Those of these documents that wait for OCR, or that a worker is at. */
export async function readAwaitingOcr(client: Client, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query(
    `SELECT document_id AS id FROM ocr_queue
     WHERE document_id = ANY($1::uuid[]) AND status::text IN ('pending', 'processing')`,
    [ids],
  )
  return new Set(
    z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id),
  )
}

const mentionRows = z.array(z.object({ table: z.enum(['failed_documents', 'ignored_files']), path: z.string() }))

/** Paths in tables that remember files without having a document, in pages. */
export async function* readMentions(client: Client): AsyncGenerator<Mention[]> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  await client.query(
    `DECLARE mentions NO SCROLL CURSOR FOR
     SELECT 'failed_documents' AS table, file_path AS path FROM failed_documents WHERE file_path <> ''
     UNION ALL SELECT 'ignored_files', file_path FROM ignored_files WHERE file_path <> ''`,
  )
  for (;;) {
    const { rows } = await client.query(`FETCH ${rowsPerPage} FROM mentions`)
    if (rows.length === 0) break
    yield mentionRows.parse(rows)
  }
  await client.query('COMMIT')
}

async function withImages(client: Client, rows: readonly unknown[]): Promise<DocumentRow[]> {
  const documents = z.array(documentRow).parse(rows)
  const images = await imagesOf(
    client,
    documents.map(({ id }) => id),
  )
  return documents.map((row) => ({ ...row, images: images.get(row.id) ?? [] }))
}

async function imagesOf(client: Client, ids: string[]): Promise<Map<string, ProcessedImageRow[]>> {
  const { rows } = await client.query(
    `SELECT id, document_id, processed_image_path, original_image_path FROM processed_images
     WHERE document_id = ANY($1::uuid[]) ORDER BY document_id, id`,
    [ids],
  )
  const images = new Map<string, ProcessedImageRow[]>()
  for (const row of z.array(imageRow).parse(rows)) {
    const image = { id: row.id, processedPath: row.processed_image_path, originalPath: row.original_image_path }
    images.set(row.document_id, [...(images.get(row.document_id) ?? []), image])
  }
  return images
}
