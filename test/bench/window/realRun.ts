import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openProfiles } from '../../../src/main/profiles/headless.ts'
import { plantBulk } from '../../../src/sandbox/bulk.ts'
import { startPostgres } from '../../../src/sandbox/postgres.ts'
import { createReadurTables } from '../../../src/sandbox/plant.ts'
import { openWindow } from '../../e2e/window.ts'
import { startS3 } from '../../services/s3.ts'
import { readFrames, readMain, watchFrames, watchMain } from './frames.ts'

const documents = 5_000

/** Frames, and what the main process holds up, while many small documents go to a real S3 (Ceph RGW) as fast as they can. */
export async function measureRun() {
  const dir = await mkdtemp(join(tmpdir(), 'readur-bench-window-'))
  const [uploads, home] = [join(dir, 'uploads'), join(dir, 'home')]
  await mkdir(uploads)
  const postgres = await startPostgres({ dir: join(dir, 'postgres'), settings: { fsync: 'off' } })
  const s3 = await startS3()
  try {
    const admin = new Client({ connectionString: postgres.url })
    await admin.connect()
    await createReadurTables(admin)
    await admin.end()
    await plantBulk(postgres.url, uploads, { documents, bytes: 1024, textWords: 20 })
    const variables = {
      DATABASE_URL: postgres.url,
      READUR_UPLOADS_DIR: uploads,
      S3_BUCKET_NAME: s3.bucket,
      S3_REGION: s3.region,
      S3_ENDPOINT_URL: s3.endpoint,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    }
    const envFile = join(dir, 'readur.env')
    const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`)
    await writeFile(envFile, lines.join(''), { mode: 0o600 })
    openProfiles(home).save({ id: 'bulk', name: 'Bulk', server: null, envFile, variables: {} })
    return await migrateAndWatch(home)
  } finally {
    await s3.stop()
    await postgres.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function migrateAndWatch(home: string) {
  const { app, page, close } = await openWindow(home)
  try {
    const button = (name: string | RegExp) => page.getByRole('button', { name })
    await button('Make a plan for Bulk').click()
    await button(/^Migrate 5,000 documents/).click({ timeout: 120_000 })
    await button('Start migration').click()
    await page.getByRole('progressbar', { name: 'Migration' }).waitFor()
    await watchFrames(page)
    await watchMain(app)
    const startedAt = performance.now()
    await page.getByRole('heading', { level: 1, name: 'Migration completed' }).waitFor({ timeout: 600_000 })
    const seconds = (performance.now() - startedAt) / 1000
    return {
      documentsPerSecond: Math.round(documents / seconds),
      frames: await readFrames(page),
      main: await readMain(app),
    }
  } finally {
    await close()
  }
}
