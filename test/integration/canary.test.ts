import { randomUUID } from 'node:crypto'
import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startReadur, type FakeReadur, type ReadurBacking } from '../services/readur.ts'
import { Outside } from './outside.ts'
import { World } from './world.ts'

const documents = 12

let world: World
let readur: FakeReadur
let bucket: Outside
/** Whether Readur was restarted with the S3 settings. */
let isOnS3 = false
beforeEach(async () => {
  isOnS3 = false
  world = await World.bulk(documents)
  bucket = new Outside(world.s3)
  readur = await startReadur()
  readur.backing = backing
  await appendFile(world.envFile, `READUR_URL=${readur.url}\nREADUR_TOKEN=${readur.token}\n`)
  await world.query('CREATE TABLE switched (id uuid, to_path text)')
  await world.query(
    `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO switched VALUES (NEW.id, NEW.file_path); RETURN NEW; END $$`,
  )
  await world.query('CREATE TRIGGER note AFTER UPDATE OF file_path ON documents FOR EACH ROW EXECUTE FUNCTION note()')
})
afterEach(async () => {
  bucket[Symbol.dispose]()
  await readur.stop()
  await world.close()
})

const fileOf = (path: string): string => join(world.uploadsDir, path.replace('/app/uploads/', ''))
async function pathOf(id: string): Promise<string> {
  const [row] = (await world.query(`SELECT file_path AS path FROM documents WHERE id = '${id}'`)) as { path: string }[]
  return row?.path ?? ''
}

/** As its source has it: new documents go where its settings say; an `s3://` row is served by Readur on S3 alone. */
const backing: ReadurBacking = {
  store: async (filename, bytes) => {
    const id = randomUUID()
    const key = `documents/user/2026/11/${id}.txt`
    const path = isOnS3 ? `s3://${key}` : `/app/uploads/documents/${id}.txt`
    if (isOnS3) await bucket.put(key, bytes)
    else await writeFile(fileOf(path), bytes)
    await world.query(
      `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type, user_id)
       SELECT '${id}', '${filename}', '${filename}', '${path}', ${bytes.byteLength}, 'text/plain', user_id FROM documents LIMIT 1`,
    )
    return id
  },
  read: async (id) => {
    const path = await pathOf(id)
    if (!path.startsWith('s3://')) return readFile(fileOf(path))
    return isOnS3 ? bucket.get(path.slice('s3://'.length)) : null
  },
  remove: async (id) => {
    const path = await pathOf(id)
    await world.query(`DELETE FROM documents WHERE id = '${id}'`)
    if (path.startsWith('s3://')) await bucket.remove(path.slice('s3://'.length))
    else await rm(fileOf(path))
  },
}

/** Documents that a user gets an error for. */
async function unreachable(): Promise<string[]> {
  const ids = world.expectations.map(({ documentId }) => documentId)
  const found = await Promise.all(ids.map((id) => backing.read(id).catch(() => null)))
  return ids.filter((_, at) => found[at] === null)
}
const switched = async (): Promise<number> => (await world.query('SELECT id FROM switched')).length

describe('a cutover', () => {
  it('switches no row while Readur still works locally, and all of them once it is on S3', async () => {
    const copied = await world.run('migrate', '--copy-only')
    const run = copied.report.runId ?? ''
    const refused = await world.run('cutover', run, '--yes')
    expect(refused.code).toBe(130)
    const [problem] = refused.report.problems
    expect(problem).toMatchObject({ code: 'CANARY_FAILED', kind: 'run' })
    expect(problem?.examples[0]?.message).toContain('It still stores documents in its own folder')
    expect([await switched(), await unreachable()]).toEqual([0, []])

    isOnS3 = true
    const done = await world.run('cutover', run, '--yes')
    expect(done).toMatchObject({ code: 0, report: { status: 'completed', committed: documents } })
    expect([await switched(), await unreachable()]).toEqual([documents, []])
    // Nothing of ours is left, neither in rows nor in the bucket.
    expect(await world.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('can be done without', async () => {
    const copied = await world.run('migrate', '--copy-only')
    const done = await world.run('cutover', copied.report.runId ?? '', '--yes', '--no-canary')
    expect(done).toMatchObject({ code: 0, report: { committed: documents } })
    expect(readur.asked.filter((path) => path.startsWith('/api/documents'))).toEqual([])
  })
})

describe('a migration with --canary', () => {
  it('copies nothing and switches no row before Readur serves documents from the bucket', async () => {
    const refused = await world.run('migrate', '--canary')
    expect(refused.report.problems).toEqual([expect.objectContaining({ code: 'CANARY_FAILED' })])
    expect([await switched(), await unreachable()]).toEqual([0, []])
    isOnS3 = true
    expect(await world.run('resume')).toMatchObject({ code: 0, report: { committed: documents } })
    expect([await switched(), await unreachable()]).toEqual([documents, []])
  })
})
