import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Client } from 'pg'
import { z } from 'zod'
import { plantBulk } from '../../src/sandbox/bulk.ts'
import { checkPointers } from '../../src/sandbox/check.ts'
import { startPostgres } from '../../src/sandbox/postgres.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { startS3, type S3Server } from '../services/s3.ts'
import { measured, mebibytes, say } from './measured.ts'

/**
 * `npm run bench`: what planning and migrating many small documents costs on this machine, beside a plain loop that
 * copies one file after another and verifies nothing. Real PostgreSQL, real S3 (Ceph RGW). Prints one JSON object.
 */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '1024' },
    loop: { type: 'string', default: '1000' },
  },
})
const documents = Number(values.documents)
const loopDocuments = Number(values.loop)
const bytes = Number(values.bytes)

const reportSchema = z.looseObject({ status: z.string(), committed: z.number(), seconds: z.number() })

const dir = await mkdtemp(join(tmpdir(), 'readur-bench-'))
const uploads = join(dir, 'uploads')
await mkdir(uploads)
const postgres = await startPostgres({ dir: join(dir, 'postgres') })
const s3 = await startS3()
try {
  process.stdout.write(`${JSON.stringify(await bench(), null, 2)}\n`)
} finally {
  await s3.stop()
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
}

async function bench() {
  const admin = new Client({ connectionString: postgres.url })
  await admin.connect()
  try {
    return await measure(admin)
  } finally {
    await admin.end()
  }
}

async function measure(admin: Client) {
  await createReadurTables(admin)

  say(`Planting ${loopDocuments} documents for the plain loop`)
  await plantBulk(postgres.url, uploads, { documents: loopDocuments, bytes, textWords: 100, seed: 'loop' })
  const loopSeconds = await plainLoop(admin, s3)

  say(`Planting ${documents} documents`)
  const { expectations } = await plantBulk(postgres.url, uploads, { documents, bytes, textWords: 100, seed: 'run' })

  say('Planning')
  const plan = await cli(['plan', '--json'])
  const before = await updates(admin)
  say('Migrating')
  const run = await cli(['migrate', '--json'])
  const after = await updates(admin)
  say('Checking every row and object from outside')
  const wrong = await checkPointers({ databaseUrl: postgres.url, s3, uploadsDir: uploads, expectations })
  const moved = await admin.query(`SELECT count(*)::int AS n FROM documents WHERE file_path LIKE 's3://%'`)

  const committed = run.report.committed
  const filesPerSecond = committed / run.report.seconds
  const loopPerSecond = loopDocuments / loopSeconds
  return {
    documents,
    bytes,
    plan: { seconds: plan.seconds, peakMiB: mebibytes(plan.peakKiB) },
    run: {
      status: run.report.status,
      committed,
      seconds: run.report.seconds,
      filesPerSecond: Math.round(filesPerSecond),
      peakMiB: mebibytes(run.peakKiB),
    },
    heapOnlyShare: Math.round(((after.hot - before.hot) / (after.updated - before.updated)) * 1000) / 1000,
    plainLoop: { documents: loopDocuments, filesPerSecond: Math.round(loopPerSecond) },
    ratioToPlainLoop: Math.round((filesPerSecond / loopPerSecond) * 10) / 10,
    rowsOnS3: z.object({ n: z.number() }).parse(moved.rows[0]).n,
    wrongPointers: wrong.length,
  }
}

/** Read, put, update, next. What a quick script does. */
async function plainLoop(admin: Client, store: S3Server): Promise<number> {
  const client = new S3Client({
    region: store.region,
    endpoint: store.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  const { rows } = await admin.query('SELECT id, file_path FROM documents')
  const found = z.array(z.object({ id: z.string(), file_path: z.string() })).parse(rows)
  const startedAt = Date.now()
  for (const { id, file_path } of found) {
    const Body = await readFile(join(uploads, file_path.replace('/app/uploads/', '')))
    const Key = `documents/loop/${id}.txt`
    await client.send(new PutObjectCommand({ Bucket: store.bucket, Key, Body }))
    await admin.query('UPDATE documents SET file_path = $1 WHERE id = $2', [`s3://${Key}`, id])
  }
  client.destroy()
  return (Date.now() - startedAt) / 1000
}

async function updates(admin: Client): Promise<{ updated: number; hot: number }> {
  await admin.query('SELECT pg_stat_clear_snapshot()')
  const { rows } = await admin.query(
    `SELECT n_tup_upd::int AS updated, n_tup_hot_upd::int AS hot FROM pg_stat_user_tables WHERE relname = 'documents'`,
  )
  return z.object({ updated: z.number(), hot: z.number() }).parse(rows[0])
}

async function cli(
  args: string[],
): Promise<{ report: z.infer<typeof reportSchema>; seconds: number; peakKiB: number }> {
  const { text, seconds, peakKiB } = await measured(args, {
    READUR_MIGRATE_HOME: join(dir, 'home'),
    DATABASE_URL: postgres.url,
    READUR_UPLOADS_DIR: uploads,
    S3_BUCKET_NAME: s3.bucket,
    S3_REGION: s3.region,
    S3_ENDPOINT_URL: s3.endpoint,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  })
  return { report: reportSchema.parse(JSON.parse(text)), seconds, peakKiB }
}
