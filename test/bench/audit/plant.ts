import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pLimit from 'p-limit'
import { Client } from 'pg'
import { readFacts } from '../../../src/main/adapters/postgres/facts.ts'
import { createReadurTables } from '../../../src/sandbox/plant.ts'
import type { S3Settings } from '../../services/s3.ts'
import { sha256, users, type Lot, type Mark } from './lot.ts'

const lotsAtOnce = 2_000
const requestsAtOnce = 64

export interface Ground {
  databaseUrl: string
  uploads: string
  s3: S3Settings
}

/** Plants lots, and says what an audit has to find. What is `late` comes at the very end, after `beforeLate`. */
export async function plant(
  { databaseUrl, uploads, s3 }: Ground,
  all: Iterable<Lot>,
  beforeLate: () => Promise<void>,
): Promise<{ expected: Set<string>; objects: number; files: number; rows: number }> {
  for (const folder of ['documents', 'processed_images', 'quarantine/earlier']) {
    mkdirSync(join(uploads, folder), { recursive: true })
  }
  symlinkSync('documents', join(uploads, 'older'))
  const database = new Client({ connectionString: databaseUrl })
  await database.connect()
  let store = openStore(s3)
  const planted = { expected: new Set<string>(), objects: 0, files: 0, rows: 0 }
  try {
    const marks = await prepare(database)
    const limit = pLimit(requestsAtOnce)
    const put = async (page: readonly Lot[]): Promise<void> => {
      for (const { expected } of page) for (const one of expected) planted.expected.add(one)
      planted.rows += await insertRows(database, page)
      planted.files += writeFiles(uploads, page)
      const objects = page.flatMap((lot) => [...lot.objects])
      planted.objects += objects.length
      await Promise.all(
        objects.map(([Key, { bytes: Body, mark }]) =>
          limit(() => store.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body, Metadata: marks[mark] }))),
        ),
      )
    }
    const late: Lot[] = []
    let page: Lot[] = []
    for (const lot of all) {
      ;(lot.late ? late : page).push(lot)
      if (page.length < lotsAtOnce) continue
      await put(page)
      page = []
    }
    await put(page)
    await database.query('VACUUM (ANALYZE) documents')
    await beforeLate()
    // Meanwhile the service has hung up.
    store.destroy()
    store = openStore(s3)
    await put(late)
  } finally {
    store.destroy()
    await database.end()
  }
  return planted
}

const openStore = ({ endpoint, region, accessKeyId, secretAccessKey }: S3Settings): S3Client =>
  new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    credentials: { accessKeyId, secretAccessKey },
    requestHandler: { httpAgent: { keepAlive: true, maxSockets: requestsAtOnce } },
  })

/** Readur's tables with what a row needs, and the marks of this database. Its search indexes would take most of the time. */
async function prepare(database: Client): Promise<Record<Mark, Record<string, string>>> {
  await createReadurTables(database)
  await database.query(
    'DROP INDEX idx_documents_content_search, idx_documents_content_trgm, idx_documents_filename_trgm',
  )
  await database.query(
    `INSERT INTO users (id, username, email, password_hash) SELECT id, id::text, id::text, 'x' FROM unnest($1::uuid[]) AS id`,
    [users],
  )
  const { identity } = await readFacts(database, 'bench')
  const mark = (of: string): Record<string, string> => ({ 'readur-database': sha256(Buffer.from(of)).slice(0, 16) })
  return { ours: mark(identity), foreign: mark('another/1'), none: {} }
}

async function insertRows(database: Client, page: readonly Lot[]): Promise<number> {
  const rows = page.flatMap((lot) => lot.rows)
  await database.query(
    `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, file_hash, mime_type, created_at, ocr_status)
     SELECT id, owner, id || '.txt', id || '.txt', path, size, hash, mime, '2024-05-01', 'completed'
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[]) AS t(id, owner, path, size, hash, mime)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ path }) => path),
      rows.map(({ size }) => size),
      rows.map(({ sha256 }) => sha256),
      rows.map(({ mime }) => mime),
    ],
  )
  const images = page.flatMap((lot) => lot.images)
  await database.query(
    `INSERT INTO processed_images (id, document_id, user_id, original_image_path, processed_image_path, processing_parameters,
       processing_steps, image_width, image_height, file_size)
     SELECT id, document, owner, '', path, '{}', '{}', 1, 1, 1 FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[]) AS t(id, document, owner, path)`,
    [
      images.map(({ id }) => id),
      images.map(({ documentId }) => documentId),
      images.map(({ userId }) => userId),
      images.map(({ path }) => path),
    ],
  )
  await database.query(
    `INSERT INTO failed_documents (filename, file_path, failure_reason, failure_stage, ingestion_source)
     SELECT 'x', path, 'other', 'ocr', 'web' FROM unnest($1::text[]) AS path`,
    [page.flatMap((lot) => lot.mentions)],
  )
  return rows.length
}

/** One after the other, without waiting: faster than any number at once. */
function writeFiles(uploads: string, page: readonly Lot[]): number {
  let count = 0
  for (const [path, bytes] of page.flatMap((lot) => [...lot.files])) {
    if (bytes === null) mkdirSync(join(uploads, path))
    else writeFileSync(join(uploads, path), bytes)
    count += 1
  }
  return count
}
