import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { createRandom, type Random } from './documents/random.ts'
import { words } from './documents/text.ts'
import type { Expectation } from './expectations.ts'
import { itemOf, keyOf, sha256, uploadPath } from './plant/plantSite.ts'
import { finishOcr, insertUploads, insertUsers, type DocumentRow } from './plant/rows.ts'

interface BulkOptions {
  /** How many documents. */
  documents: number
  /** Size of each file. At least 64. */
  bytes: number
  /** Words of OCR text in each row. */
  textWords: number
  /** Owners to share them among. Default 3. */
  users?: number | undefined
  /** Another seed gives other documents, so that several lots fit into one database. Default `bulk`. */
  seed?: string | undefined
}

const batch = 500
const openFiles = 64

/**
 * Adds many small documents, all of them right, to a database that has Readur's tables and to an uploads folder.
 * Inserted in batches and then updated by OCR, as in real life. Returns the owners and what a migration must come to.
 */
export async function plantBulk(
  databaseUrl: string,
  uploadsDir: string,
  options: BulkOptions,
): Promise<{ userIds: string[]; expectations: Expectation[] }> {
  const { documents, bytes, textWords, seed = 'bulk' } = options
  if (bytes < 64) throw new Error('A bulk document has at least 64 bytes')
  const random = createRandom(seed)
  const userIds = Array.from({ length: options.users ?? 3 }, () => random.uuid())
  const expectations: Expectation[] = []
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await mkdir(join(uploadsDir, 'documents'), { recursive: true })
    await insertUsers(
      client,
      userIds.map((id) => ({ id, username: `bulk-${id}` })),
    )
    // One big pending list is merged faster than many small ones.
    await client.query(`SET gin_pending_list_limit = '64MB'; SET work_mem = '128MB'; SET synchronous_commit = off`)
    for (let start = 0; start < documents; start += batch) {
      const count = Math.min(batch, documents - start)
      const lot = Array.from({ length: count }, () => makeDocument(random, random.pick(userIds), bytes, textWords))
      for (let first = 0; first < count; first += openFiles) {
        await Promise.all(
          lot
            .slice(first, first + openFiles)
            .map(({ row, content }) => writeFile(join(uploadsDir, 'documents', `${row.id}.txt`), content)),
        )
      }
      const rows = lot.map(({ row }) => row)
      await insertUploads(client, rows)
      await finishOcr(client, rows)
      for (const row of rows) {
        expectations.push({
          ...itemOf(row),
          outcome: 'committed',
          key: keyOf(row),
          size: row.size,
          ...(row.sha256 !== null && { sha256: row.sha256 }),
        })
      }
    }
    await client.query('RESET gin_pending_list_limit; RESET work_mem; RESET synchronous_commit')
    await client.query('VACUUM (ANALYZE) documents')
  } finally {
    await client.end()
  }
  return { userIds, expectations }
}

function makeDocument(random: Random, userId: string, bytes: number, textWords: number) {
  const id = random.uuid()
  const content = Buffer.alloc(bytes, `${id} ${random.bytes(24).toString('base64')}\n`)
  const row: DocumentRow = {
    id,
    userId,
    filename: `${id}.txt`,
    path: `${uploadPath}/documents/${id}.txt`,
    size: content.length,
    sha256: sha256(content),
    mimeType: 'text/plain',
    createdAt: new Date(Date.UTC(2022, random.integer(0, 35), random.integer(1, 28), 12)).toISOString(),
    ocrText: words(random, textWords),
  }
  return { row, content }
}
