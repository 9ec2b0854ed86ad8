import { randomUUID } from 'node:crypto'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addsUp, codesOf, World } from './world.ts'

let world: World
beforeEach(async () => {
  world = await World.bulk(150)
})
afterEach(() => world.close())

/** Rows are committed at the end, so that there is time to meddle with them. */
const slowly = ['--parallel-uploads', '1', '--batch-size', '5000']

describe('users who go on working while documents are migrated', () => {
  it('deleted and changed documents are listed, new ones are left for the next run, and nothing leaks', async () => {
    const ids = world.expectations.map(({ rowId }) => rowId)
    const [deleted, changed] = [ids.slice(0, 5), ids.slice(5, 8)]
    const added = randomUUID()
    await writeFile(join(world.uploadsDir, 'documents', `${added}.txt`), 'new')
    await writeFile(join(world.uploadsDir, 'documents', 'elsewhere.txt'), 'changed')

    const running = world.run('migrate', ...slowly)
    await world.reached('send-intent')
    await world.query('DELETE FROM documents WHERE id = ANY($1)', [deleted])
    await world.query(`UPDATE documents SET file_path = '/app/uploads/documents/elsewhere.txt' WHERE id = ANY($1)`, [
      changed,
    ])
    await world.query(
      `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
       SELECT $1, user_id, 'new.txt', 'new.txt', $2, 3, 'text/plain' FROM documents WHERE user_id IS NOT NULL LIMIT 1`,
      [added, `/app/uploads/documents/${added}.txt`],
    )
    const { code, report } = await running

    expect(code).toBe(1)
    expect(report).toMatchObject({ planned: 150, committed: 142, failed: 8, remaining: 0 })
    expect(addsUp(report)).toBe(true)
    expect(codesOf(report)).toEqual(['ROW_CHANGED 3', 'ROW_VANISHED 5'])
    const { objects, rows } = await world.snapshot()
    const paths = Object.values(rows.documents).map(({ columns }) => columns.file_path)
    expect(
      Object.keys(objects)
        .map((key) => `s3://${key}`)
        .sort(),
    ).toEqual(paths.filter((path) => typeof path === 'string' && path.startsWith('s3://')).sort())
    expect(rows.documents[added]?.columns.file_path).toBe(`/app/uploads/documents/${added}.txt`)

    const next = await world.run('migrate')
    expect(next.report).toMatchObject({ skipped: 142, planned: 146 })
    expect((await world.snapshot()).rows.documents[added]?.columns.file_path).toMatch(/^s3:\/\/documents\//)
  })

  it('a row that a session keeps locked is left alone, and holds up no other', async () => {
    const [held = ''] = world.expectations.map(({ rowId }) => rowId)
    const session = new Client({ connectionString: world.databaseUrl })
    await session.connect()
    await session.query('BEGIN')
    await session.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [held])
    await appendFile(world.envFile, 'DATABASE_TIMEOUT=1\n')
    const { report } = await world.run('migrate', '--batch-size', '4')
    await session.query('COMMIT')
    await session.end()
    expect(report).toMatchObject({ committed: 149, failed: 1 })
    expect(codesOf(report)).toEqual(['ROW_LOCKED 1'])
    const next = await world.run('migrate')
    expect(next).toMatchObject({ code: 0, report: { committed: 1 } })
    expect(await world.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('a database that ends all sessions in the middle is waited for, and the run completes', async () => {
    const running = world.run('migrate', '--parallel-uploads', '1', '--batch-size', '10')
    await world.reached('committed', 20)
    await world.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'readur-migrate'`,
    )
    expect(await running).toMatchObject({ code: 0, report: { status: 'completed', committed: 150 } })
    expect(await world.check()).toMatchObject({ ok: true, differences: [] })
  })
})
