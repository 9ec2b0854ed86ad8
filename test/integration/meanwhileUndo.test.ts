import { randomUUID } from 'node:crypto'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { idOf, Outside } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

/** A rollback takes rows back a hundred at a time, last first. */
const documents = 250

let readur: World
let run: string
/** Ids in the order of the plan: the first are rolled back last. */
let ids: string[]
let session: Client
beforeEach(async () => {
  readur = await World.bulk(documents)
  run = idOf(await readur.run('migrate'))
  ids = readur.runs.with(run, ({ query }) =>
    z
      .array(z.object({ id: z.string() }))
      .parse(query.prepare('SELECT row_id AS id FROM item ORDER BY seq').all())
      .map(({ id }) => id),
  )
  session = new Client({ connectionString: readur.databaseUrl })
  await session.connect()
})
afterEach(async () => {
  await session.end()
  await readur.close()
})

/** Somebody keeps the row of a document locked until the returned function is called. */
async function hold(id: string | undefined): Promise<() => Promise<unknown>> {
  await session.query('BEGIN')
  await session.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [id])
  return () => session.query('COMMIT')
}

async function upload(path: (id: string) => string): Promise<string> {
  const id = randomUUID()
  await readur.query(
    `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
     SELECT $1, user_id, 'new.txt', 'new.txt', $2, 3, 'text/plain' FROM documents LIMIT 1`,
    [id, path(id)],
  )
  return id
}

/** Documents that were planted and are still there, whose row does not lead to their bytes. */
async function lost(except: readonly string[] = []): Promise<string[]> {
  const { rows, files, objects } = await readur.snapshot()
  return ids.flatMap((id) => {
    const row = rows.documents[id]
    if (!row || except.includes(id)) return []
    const path = String(row.columns.file_path)
    const found = path.startsWith('s3://') ? objects[path.slice(5)] : files[path.replace('/app/uploads/', '')]
    return found?.sha256 === readur.before.files[`documents/${id}.txt`]?.sha256 ? [] : [`${id} at ${path}`]
  })
}

describe('users who go on working while a run is rolled back', () => {
  it('what they delete, change and add is listed or left alone, and nothing is lost', async () => {
    const [deleted, edited, again] = [ids.slice(0, 5), ids.slice(5, 8), ids.slice(8, 10)]
    const release = await hold(ids[documents - 150])
    const undoing = readur.run('rollback', run, '--yes')
    // The second hundred waits for the row that is held.
    await readur.reached('restore-intent', 2)
    await readur.query('DELETE FROM documents WHERE id = ANY($1)', [deleted])
    await readur.query(`UPDATE documents SET file_path = 's3://elsewhere' WHERE id = ANY($1)`, [edited])
    for (const id of again) {
      await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id, `/app/uploads/documents/${id}.txt`])
    }
    const local = await upload((id) => `/app/uploads/documents/${id}.txt`)
    await writeFile(join(readur.uploadsDir, 'documents', `${local}.txt`), 'new')
    const born = await upload((id) => `s3://documents/new/2026/01/${id}.txt`)
    using bucket = new Outside(readur.s3)
    await bucket.put(`documents/new/2026/01/${born}.txt`, 'new')
    await release()
    const { code, report } = await undoing

    expect(code).toBe(1)
    expect(report).toMatchObject({ status: 'completed with failures', failed: 3, remaining: 0 })
    expect(addsUp(report)).toBe(true)
    expect(codesOf(report)).toEqual(['ROLLBACK_BLOCKED 3', 'ROW_VANISHED 5'])
    expect(report).toMatchObject({ restored: documents - 8, skipped: 5 })
    const { rows, objects, files } = await readur.snapshot()
    expect(rows.documents[local]?.columns.file_path).toBe(`/app/uploads/documents/${local}.txt`)
    expect(rows.documents[born]?.columns.file_path).toBe(`s3://documents/new/2026/01/${born}.txt`)
    for (const id of edited) expect(rows.documents[id]?.columns.file_path).toBe('s3://elsewhere')
    expect(await lost(edited)).toEqual([])
    // Copies of the edited ones stay, whatever becomes of them; those of the deleted ones are of no use.
    const kept = readur.expectations.filter(({ rowId }) => edited.includes(rowId)).map(({ key }) => key)
    expect(Object.keys(objects).sort()).toEqual([...kept, `documents/new/2026/01/${born}.txt`].sort())
    expect(Object.keys(files)).toEqual(expect.arrayContaining(Object.keys(readur.before.files)))
  })

  it('a row that stays locked is left on S3, whole, and goes back the next time', async () => {
    await appendFile(readur.envFile, 'DATABASE_TIMEOUT=1\n')
    const release = await hold(ids[100])
    const undone = await readur.run('rollback', run, '--yes')
    await release()
    expect(undone).toMatchObject({ code: 1, report: { restored: documents - 1, failed: 1 } })
    const blocked = undone.report.problems.find(({ code }) => code === 'ROLLBACK_BLOCKED')
    expect(blocked?.examples[0]).toMatchObject({ documentId: ids[100] })
    expect(blocked?.examples[0]?.message).toBe('Another session still holds the row.')
    expect(await lost()).toEqual([])
    expect(readur.runs.summary(run)).toMatchObject({ status: 'partly rolled back', committed: 1 })
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 1 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('what they did while it lay killed is seen when it is resumed', async () => {
    const child = readur.spawn('rollback', run, '--yes')
    await child.reached('restored', 100)
    child.kill('SIGKILL')
    await child.ended
    const back = ids.at(-1) ?? ''
    const [deleted = '', edited = ''] = ids
    await readur.query('DELETE FROM documents WHERE id = $1', [deleted])
    await readur.query(`UPDATE documents SET file_path = './uploads/moved.txt' WHERE id = ANY($1)`, [[edited, back]])
    const { code, report } = await readur.run('resume')
    expect(code).toBe(1)
    expect(report).toMatchObject({ kind: 'rollback', parent: run, failed: 1, remaining: 0 })
    expect(addsUp(report)).toBe(true)
    const { rows } = await readur.snapshot()
    for (const id of [edited, back]) expect(rows.documents[id]?.columns.file_path).toBe('./uploads/moved.txt')
    expect(await lost([edited, back])).toEqual([])
  })

  it('a database that ends all sessions in the middle is waited for, and the rollback completes', async () => {
    const undoing = readur.run('rollback', run, '--yes')
    await readur.reached('restored', 100)
    await readur.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'readur-migrate'`,
    )
    expect(await undoing).toMatchObject({ code: 0, report: { status: 'completed', restored: documents } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
