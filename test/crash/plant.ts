import { join } from 'node:path'
import { Client } from 'pg'
import { writeLargeFile } from '../../src/sandbox/documents/large.ts'
import { createRandom } from '../../src/sandbox/documents/random.ts'
import type { Expectation } from '../../src/sandbox/expectations.ts'
import { plantDocuments, type PlantOptions } from '../../src/sandbox/plant.ts'
import { itemOf, keyOf, uploadPath } from '../../src/sandbox/plant/plantSite.ts'
import { finishOcr, insertUploads, type DocumentRow } from '../../src/sandbox/plant/rows.ts'

export interface Scale {
  /** Rows of `documents`, the special ones included; the large ones are added to them. */
  documents: number
  /** Bytes of each large file. */
  large: readonly number[]
}

/** The sandbox's documents of all kinds, with more large files than it usually has. */
export async function plantWithLarge(
  place: Omit<PlantOptions, 'documents' | 'largeFileBytes'>,
  { documents, large: [first = 0, ...more] }: Scale,
): Promise<Expectation[]> {
  const expectations = await plantDocuments({ ...place, documents, largeFileBytes: first })
  const client = new Client({ connectionString: place.databaseUrl })
  await client.connect()
  try {
    const { rows: users } = await client.query<{ id: string }>('SELECT id FROM users ORDER BY id')
    const random = createRandom('large files')
    const rows: DocumentRow[] = []
    for (const [index, size] of more.entries()) {
      const row = await writeLarge(place.uploadsDir, random.uuid(), users[index % users.length]?.id ?? '', size)
      rows.push(row)
      expectations.push({ ...itemOf(row), outcome: 'committed', key: keyOf(row), size, sha256: row.sha256 })
    }
    // An older Readur recorded no hash: then the file is read twice.
    const recorded = rows.map((row, index) => (index === 0 ? { ...row, sha256: null } : row))
    await insertUploads(client, recorded)
    await finishOcr(client, recorded)
  } finally {
    await client.end()
  }
  return expectations
}

async function writeLarge(uploadsDir: string, id: string, userId: string, size: number) {
  const sha256 = await writeLargeFile(join(uploadsDir, 'documents', `${id}.zip`), id, size)
  return {
    id,
    userId,
    filename: `Archive ${id}.zip`,
    path: `${uploadPath}/documents/${id}.zip`,
    size,
    sha256,
    mimeType: 'application/zip',
    createdAt: '2023-04-05T06:07:08Z',
    ocrText: 'nothing to read',
  }
}
