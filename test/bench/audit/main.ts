import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startPostgres } from '../../../src/sandbox/postgres.ts'
import { startS3 } from '../../services/s3.ts'
import { measured, mebibytes, say } from '../measured.ts'
import { lots } from './faults.ts'
import { finding } from './lot.ts'
import { plant } from './plant.ts'

/**
 * `npm run bench:audit`: an audit of many documents with each kind of fault on one of a hundred, on real PostgreSQL, files
 * and S3 (Ceph RGW). Compares what is found with what was planted, one by one, and measures time and memory. Prints one
 * JSON object; ends with 1 when anything was found that was not planted, or not found that was.
 */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '200000' },
    /** How many of them are on S3. */
    migrated: { type: 'string', default: '50000' },
    /** Each fault befalls one of so many. */
    every: { type: 'string', default: '100' },
    level: { type: 'string', default: 'checksum' },
    /** Limit of V8's heap, in MiB, to see what is needed and what is only taken. */
    heap: { type: 'string' },
  },
})
const documents = Number(values.documents)

/** What is younger than a minute is recent; so everything else has to be older. */
const settleMinutes = 1

const line = z.object({
  code: z.string(),
  about: z.string(),
  document_id: z.string(),
  row_id: z.string(),
  full_path: z.string(),
})

const dir = await mkdtemp(join(tmpdir(), 'readur-bench-audit-'))
const uploads = join(dir, 'uploads')
await mkdir(uploads)
const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: { fsync: 'off' } })
const s3 = await startS3()
try {
  const result = await bench()
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  if (result.missed.length + result.unexpected.length > 0) process.exitCode = 1
} finally {
  await s3.stop()
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
}

async function bench() {
  say(`Planting ${documents} documents, ${values.migrated} of them on S3`)
  const plantedAt = Date.now()
  const planted = await plant(
    { databaseUrl: postgres.url, uploads, s3 },
    lots({
      documents,
      onS3: Number(values.migrated),
      every: Number(values.every),
      areRead: values.level !== 'exists',
    }),
    async () => {
      say('Waiting until nothing of it is recent')
      await new Promise((done) => setTimeout(done, settleMinutes * 60_000 + 1_000))
    },
  )
  const plantSeconds = Math.round((Date.now() - plantedAt) / 1000)
  say('Auditing')
  const file = join(dir, 'found.json')
  const heap = values.heap === undefined ? {} : { NODE_OPTIONS: `--max-old-space-size=${values.heap}` }
  const { text, seconds, peakKiB } = await measured(
    ['audit', '--level', values.level, '--settle', String(settleMinutes), '--report', file, '--json'],
    { ...environment(), ...heap },
  )
  const report = z
    .looseObject({ status: z.string(), seconds: z.number(), totals: z.record(z.string(), z.number()) })
    .parse(JSON.parse(text))
  const found = await findings(file)
  const missed = [...planted.expected].filter((one) => !found.has(one))
  const unexpected = [...found].filter((one) => !planted.expected.has(one))
  return {
    documents,
    level: values.level,
    heapMiB: values.heap === undefined ? null : Number(values.heap),
    planted: { rows: planted.rows, files: planted.files, objects: planted.objects, seconds: plantSeconds },
    status: report.status,
    seconds: report.seconds,
    secondsWithStart: seconds,
    peakMiB: mebibytes(peakKiB),
    totals: report.totals,
    findings: found.size,
    byCode: byCode(found),
    missed: missed.slice(0, 20),
    unexpected: unexpected.slice(0, 20),
  }
}

function environment(): NodeJS.ProcessEnv {
  return {
    READUR_MIGRATE_HOME: join(dir, 'home'),
    DATABASE_URL: postgres.url,
    READUR_UPLOADS_DIR: uploads,
    S3_BUCKET_NAME: s3.bucket,
    S3_REGION: s3.region,
    S3_ENDPOINT_URL: s3.endpoint,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
  }
}

/** Everything that the report has, one finding a line. The same finding twice would be one too many. */
async function findings(file: string): Promise<Set<string>> {
  const found = new Set<string>()
  const lines = createInterface({ input: createReadStream(file) })
  lines.on('line', (text) => {
    if (!text.startsWith('    {"code"')) return
    const {
      code,
      about,
      document_id: id,
      row_id: row,
      full_path: path,
    } = line.parse(JSON.parse(text.trim().replace(/,$/, '')))
    const name = about === 'document' ? id : about === 'processed_image' ? row : relative(path)
    const one = finding(code, about, name)
    found.add(found.has(one) ? `${one} once more` : one)
  })
  await once(lines, 'close')
  return found
}

function relative(path: string): string {
  return path.replace(`${uploads}/`, '').replace(`s3://${s3.bucket}/`, '')
}

function byCode(found: ReadonlySet<string>): Record<string, number> {
  const counts = new Map<string, number>()
  for (const one of found) {
    const [code = ''] = one.split(' ')
    counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort())
}
