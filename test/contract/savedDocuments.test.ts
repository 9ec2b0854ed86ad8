import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RunLock, SavedDocument } from '../../src/main/engine/ports.ts'
import { openReadur, type Readur } from './readur.ts'

const never = new AbortController().signal
const tables = [
  'documents',
  'processed_images',
  'ocr_queue',
  'failed_documents',
  'labels',
  'label_notes',
  '"Odd table"',
] as const

let readur: Readur
let database: PostgresDatabase
let lock: RunLock
beforeEach(async () => {
  readur = await openReadur()
  // As Readur's labels and shares do, and as somebody may have added.
  await readur.client.query(`
    CREATE TABLE labels (document_id uuid REFERENCES documents ON DELETE CASCADE, label text, at timestamptz,
      weight double precision, size int GENERATED ALWAYS AS (length(label)) STORED, PRIMARY KEY (document_id, label));
    CREATE TABLE label_notes (id int GENERATED ALWAYS AS IDENTITY, document_id uuid, label text, note bytea,
      FOREIGN KEY (document_id, label) REFERENCES labels ON DELETE CASCADE);
    CREATE TABLE "Odd table" ("Key" int PRIMARY KEY, "the document" uuid REFERENCES documents ON DELETE SET NULL);`)
  database = new PostgresDatabase(readur.settings)
  lock = await database.lock(never)
})
afterEach(async () => {
  await lock.release()
  await database.close()
  await readur.close()
})

/** All rows of all tables, as PostgreSQL writes them. */
async function everything(): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {}
  for (const table of tables) {
    const { rows } = await readur.client.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t ORDER BY 1`)
    found[table] = rows.map(({ row }) => row)
  }
  return found
}

async function plant(): Promise<string> {
  const userId = await readur.addUser()
  const id = await readur.addDocument({ userId, filePath: 'gone.pdf' })
  await readur.addImage(id, { id: randomUUID(), processedPath: 'a.png', originalPath: 'gone.pdf' })
  await readur.client.query(
    `UPDATE documents SET ocr_text = E'line\\n"quoted", (odd) \\\\ NULL', content = '', ocr_confidence = 33.3,
       tags = '{"a,b",NULL,"c\\"d"}', source_metadata = 'null', created_at = 'infinity', file_permissions = -1,
       original_created_at = '2024-02-29 12:34:56.123456+13' WHERE id = $1`,
    [id],
  )
  await readur.client.query('INSERT INTO ocr_queue (document_id) VALUES ($1)', [id])
  await readur.client.query(
    `INSERT INTO failed_documents (filename, failure_reason, failure_stage, ingestion_source, existing_document_id)
     VALUES ('a', 'other', 'ocr', 'web', $1)`,
    [id],
  )
  await readur.client.query(`INSERT INTO labels VALUES ($1, 'red', now(), 0.1), ($1, 'blue', '-infinity', 'NaN')`, [id])
  await readur.client.query(`INSERT INTO label_notes (document_id, label, note) VALUES ($1, 'red', '\\x00ff')`, [id])
  await readur.client.query(`INSERT INTO "Odd table" SELECT (SELECT count(*) FROM "Odd table"), $1`, [id])
  return id
}

async function saved(id: string): Promise<SavedDocument> {
  const found = await lock.saveDocument(id, never)
  if (!found) throw new Error('The document was not found.')
  return found
}

describe('a document that is deleted with what depends on it', () => {
  it('comes back exactly as it was, whatever its rows hold, in every table', async () => {
    const id = await plant()
    await plant()
    const before = await everything()
    const copy = await saved(id)
    expect(await everything()).toEqual(before)
    expect(await lock.deleteDocument(copy, never)).toBe('deleted')
    const between = await everything()
    expect(between.documents).toHaveLength(1)
    for (const table of ['processed_images', 'ocr_queue', 'labels', 'label_notes'] as const) {
      expect(between[table]?.length).toBe((before[table]?.length ?? 0) / 2)
    }
    expect(between.failed_documents).not.toEqual(before.failed_documents)
    expect(between['"Odd table"']).not.toEqual(before['"Odd table"'])
    expect(await lock.restoreDocument(copy, never)).toBe('restored')
    expect(await everything()).toEqual(before)
  })

  it.each([
    ['a row that depends on it was changed', `UPDATE labels SET weight = 2 WHERE label = 'red'`],
    ['a row was added', `INSERT INTO labels SELECT id, 'green' FROM documents`],
    [
      'a note two tables away was added',
      `INSERT INTO label_notes (document_id, label) SELECT document_id, label FROM labels`,
    ],
    ['a pointer was added', `INSERT INTO "Odd table" SELECT 3, id FROM documents`],
  ])('stays when %s since it was saved', async (_story, sql) => {
    const copy = await saved(await plant())
    await readur.client.query(sql)
    const before = await everything()
    expect(await lock.deleteDocument(copy, never)).toBe('differs')
    expect(await everything()).toEqual(before)
  })

  it('comes back as a whole or not at all', async () => {
    const copy = await saved(await plant())
    await lock.deleteDocument(copy, never)
    const before = await everything()
    await readur.client.query(`ALTER TABLE labels ADD CONSTRAINT no_red CHECK (label <> 'red')`)
    await expect(lock.restoreDocument(copy, never)).rejects.toMatchObject({ code: 'DB_REJECTED', scope: 'item' })
    expect(await everything()).toEqual(before)
    await readur.client.query('ALTER TABLE labels DROP CONSTRAINT no_red')
    expect(await lock.restoreDocument(copy, never)).toBe('restored')
  })

  it('is not put back into tables that have changed since', async () => {
    const copy = await saved(await plant())
    await lock.deleteDocument(copy, never)
    await readur.client.query('ALTER TABLE labels ADD COLUMN colour text')
    await expect(lock.restoreDocument(copy, never)).rejects.toThrow(/“?"?labels"?”? has other columns/)
  })

  it('trusts no name that was saved', async () => {
    const copy = await saved(await plant())
    await lock.deleteDocument(copy, never)
    const before = await everything()
    const evil = { ...copy, rows: copy.rows.replaceAll('"labels"', '"labels; DROP TABLE labels"') }
    await expect(lock.restoreDocument(evil, never)).rejects.toMatchObject({ code: 'DB_REJECTED' })
    expect(await everything()).toEqual(before)
  })

  it('is not touched by a user who could not put it back', async () => {
    const id = await plant()
    await lock.release()
    const role = `limited_${randomUUID().slice(0, 8)}`
    const url = new URL(readur.settings.url)
    await readur.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`)
    await readur.client.query(`GRANT SELECT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`)
    url.username = role
    url.password = 'x'
    const limited = new PostgresDatabase({ ...readur.settings, url: url.href })
    const other = await limited.lock(never)
    try {
      await expect(other.saveDocument(id, never)).rejects.toMatchObject({ code: 'DB_PRIVILEGE', scope: 'run' })
    } finally {
      await other.release()
      await limited.close()
      await readur.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
    }
  })
})
