import { randomUUID } from 'node:crypto'
import type { Client } from 'pg'
import { z } from 'zod'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { PathColumn } from '../../src/main/engine/ports.ts'
import { MemoryDatabase } from '../fakes/memoryDatabase.ts'
import { readurDatabaseSuite, type DatabaseHarness } from './readurDatabase.suite.ts'
import { openReadur } from './readur.ts'

readurDatabaseSuite('the in-memory fake', () => {
  const database = new MemoryDatabase()
  return Promise.resolve<DatabaseHarness>({
    database,
    addUser: () => {
      const id = randomUUID()
      database.names.set(id, id)
      return Promise.resolve(id)
    },
    addDocument: (row) => {
      const id = row.id ?? randomUUID()
      database.documentRows.set(id, {
        userId: null,
        filename: 'a.txt',
        filePath: 'a.txt',
        fileSize: 1,
        fileHash: null,
        mimeType: null,
        createdAt: null,
        ...row,
        id,
      })
      return Promise.resolve(id)
    },
    addImage: (documentId, image) => database.imageRows.set(image.id, { ...image, documentId }),
    addOtherPath: (path) => database.otherPaths.add(path),
    queueForOcr: (id) => database.waitingForOcr.add(id),
    setPath: (column, id, path) => database.setPath(column, id, path),
    pathOf: (column, id) => database.pathOf(column, id),
    remove: (id) => database.remove(id),
    close: () => undefined,
  })
})

const pathRow = z.array(z.object({ path: z.string() }))

readurDatabaseSuite('PostgreSQL', async (): Promise<DatabaseHarness> => {
  const readur = await openReadur()
  const { client } = readur
  const database = new PostgresDatabase(readur.settings)
  const split = (column: PathColumn): string[] => column.split('.')
  return {
    database,
    addUser: () => readur.addUser(),
    addDocument: (row) => readur.addDocument(row),
    addImage: (documentId, image) => readur.addImage(documentId, image),
    addOtherPath: (path) => addFailedPath(client, path),
    queueForOcr: (id, status = 'pending') =>
      client.query('INSERT INTO ocr_queue (document_id, status) VALUES ($1, $2)', [id, status]),
    setPath: (column, id, path) => {
      const [table, name] = split(column)
      return client.query(`UPDATE ${table} SET ${name} = $2 WHERE id = $1`, [id, path])
    },
    pathOf: async (column, id) => {
      const [table, name] = split(column)
      const { rows } = await client.query(`SELECT ${name} AS path FROM ${table} WHERE id = $1`, [id])
      return pathRow.parse(rows)[0]?.path
    },
    remove: (id) => client.query('DELETE FROM documents WHERE id = $1', [id]),
    close: async () => {
      await database.close()
      await readur.close()
    },
  }
})

async function addFailedPath(client: Client, path: string): Promise<void> {
  await client.query(
    `INSERT INTO failed_documents (filename, file_path, failure_reason, failure_stage, ingestion_source)
     VALUES ('failed.pdf', $1, 'other', 'ocr', 'upload')`,
    [path],
  )
}
