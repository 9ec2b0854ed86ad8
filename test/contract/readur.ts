import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import type { PostgresSettings } from '../../src/main/adapters/postgres/connection.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { createDatabase } from '../services/database.ts'
import type { NewDocument, NewImage } from './readurDatabase.suite.ts'

/** A Readur database of its own for one test, and a session of Readur in it. */
export interface Readur {
  settings: PostgresSettings
  /** Readur's own session, to look and to meddle with. */
  client: Client
  addUser: () => Promise<string>
  addDocument: (row: NewDocument) => Promise<string>
  addImage: (documentId: string, image: NewImage) => Promise<void>
  close: () => Promise<void>
}

/** `tables: false`: an empty database that knows nothing of Readur. */
export async function openReadur({ tables = true } = {}): Promise<Readur> {
  const database = await createDatabase()
  const client = new Client({ connectionString: database.url })
  client.on('error', () => undefined)
  await client.connect()
  if (tables) await createReadurTables(client)
  return {
    settings: { url: database.url, label: 'test', timeoutMs: 5_000 },
    client,
    addUser: async () => {
      const id = randomUUID()
      await client.query(`INSERT INTO users (id, username, email, password_hash) VALUES ($1, $2, $2, 'x')`, [id, id])
      return id
    },
    addDocument: (row) => addDocument(client, row),
    addImage: async (documentId, { id, processedPath, originalPath }) => {
      await client.query(
        `INSERT INTO processed_images (id, document_id, user_id, original_image_path, processed_image_path,
                                       image_width, image_height, file_size)
         SELECT $1, id, user_id, $3, $4, 10, 10, 100 FROM documents WHERE id = $2`,
        [id, documentId, originalPath, processedPath],
      )
    },
    close: async () => {
      await client.end().catch(() => undefined)
      await database.drop()
    },
  }
}

async function addDocument(client: Client, row: NewDocument): Promise<string> {
  const id = row.id ?? randomUUID()
  const {
    userId = null,
    filename = 'a.txt',
    filePath = 'a.txt',
    fileSize = 1,
    fileHash = null,
    mimeType = 'text/plain',
  } = row
  const createdAt = row.createdAt ?? null
  await client.query(
    `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, file_hash, mime_type,
                            created_at)
     VALUES ($1, $2, $3, $3, $4, $5, $6, $7, $8)`,
    [id, userId, filename, filePath, fileSize, fileHash, mimeType, createdAt === null ? null : new Date(createdAt)],
  )
  return id
}
