import { Client } from 'pg'
import { z } from 'zod'
import { openBucket, type BucketAccess } from './bucket.ts'
import { fileFacts, snapshotFiles } from './snapshotFiles.ts'

/** Tables that a migration of documents can reach, with the columns too long to keep: their MD5 stands for them. */
const tables = {
  users: [],
  sources: [],
  documents: ['content', 'ocr_text'],
  processed_images: [],
  failed_documents: ['content', 'ocr_text'],
  ignored_files: [],
  ocr_queue: [],
} as const satisfies Record<string, readonly string[]>

const row = z.object({
  /** Transaction that wrote the row (`xmin`): it tells an untouched row from one that was written with equal values. */
  version: z.string(),
  columns: z.record(z.string(), z.unknown()),
})
export type Row = z.infer<typeof row>

const table = z.record(z.string(), row)
const rows = z.object({
  users: table,
  sources: table,
  documents: table,
  processed_images: table,
  failed_documents: table,
  ignored_files: table,
  ocr_queue: table,
})
/** All rows of all tables by their id. */
export type Rows = z.infer<typeof rows>

const object = z.object({ sha256: z.string(), size: z.number() })
export type ObjectFacts = z.infer<typeof object>

export const snapshot = z.object({
  rows,
  /** By path below the uploads folder. */
  files: z.record(z.string(), fileFacts),
  /** By key. */
  objects: z.record(z.string(), object),
})
/** The outer world at one time: what a migration is judged by. */
export type Snapshot = z.infer<typeof snapshot>

const queried = z.array(row.extend({ id: z.string() }))

/** All rows of the tables that a migration can reach, in one consistent view. */
export async function snapshotRows(databaseUrl: string): Promise<Rows> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL timezone = 'UTC'`)
    const read: [string, Record<string, Row>][] = []
    for (const [name, long] of Object.entries(tables)) read.push([name, await readTable(client, name, long)])
    await client.query('COMMIT')
    return rows.parse(Object.fromEntries(read))
  } finally {
    await client.end()
  }
}

async function readTable(client: Client, name: string, long: readonly string[]): Promise<Record<string, Row>> {
  const digests = long.map((column) => `, '${column}', md5(t.${column})`).join('')
  const { rows: found } = await client.query(
    `SELECT t.id::text AS id, t.xmin::text AS version,
            (to_jsonb(t) - $1::text[]) || jsonb_build_object('id', t.id${digests}) AS columns
     FROM ${name} AS t`,
    [long],
  )
  return Object.fromEntries(queried.parse(found).map(({ id, ...rest }) => [id, rest]))
}

/** Every object of the bucket, downloaded and hashed, `parallel` at a time in constant memory. */
export async function snapshotObjects(access: BucketAccess, parallel = 8): Promise<Record<string, ObjectFacts>> {
  const bucket = openBucket(access)
  const found: Record<string, ObjectFacts> = {}
  try {
    const keys = bucket.keys()[Symbol.asyncIterator]()
    const work = async (): Promise<void> => {
      for (let next = await keys.next(); next.done !== true; next = await keys.next()) {
        found[next.value] = await bucket.digest(next.value)
      }
    }
    await Promise.all(Array.from({ length: parallel }, work))
    return found
  } finally {
    bucket.close()
  }
}

/** Rows, files and objects as they are now. */
export async function takeSnapshot(world: {
  databaseUrl: string
  uploadsDir: string
  s3: BucketAccess
}): Promise<Snapshot> {
  return {
    rows: await snapshotRows(world.databaseUrl),
    files: await snapshotFiles(world.uploadsDir),
    objects: await snapshotObjects(world.s3),
  }
}
