import { randomUUID } from 'node:crypto'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
let outside: Outside | null = null
afterEach(async () => {
  outside?.[Symbol.dispose]()
  await world?.close()
  world = outside = null
})

/** A Readur whose documents a run has copied and not switched. */
async function copied(documents: number): Promise<{ readur: World; bucket: Outside; run: string }> {
  const readur = (world = await World.bulk(documents))
  const bucket = (outside = new Outside(readur.s3))
  return { readur, bucket, run: idOf(await readur.run('migrate', '--copy-only')) }
}

/** A user uploads a document while Readur still is on local files. */
async function upload(readur: World): Promise<string> {
  const id = randomUUID()
  await writeFile(join(readur.uploadsDir, 'documents', `${id}.txt`), 'new')
  await readur.query(
    `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
     SELECT $1, user_id, 'new.txt', 'new.txt', $2, 3, 'text/plain' FROM documents LIMIT 1`,
    [id, `/app/uploads/documents/${id}.txt`],
  )
  return id
}

const pathOf = async (readur: World, id: string): Promise<unknown> =>
  (await readur.snapshot()).rows.documents[id]?.columns.file_path

describe('copying without switching', () => {
  it('writes no row at all, and every object is there', async () => {
    const readur = (world = await World.planted())
    const { code, report } = await readur.run('migrate', '--copy-only')
    const movable = readur.expectations.filter(({ outcome }) => outcome === 'committed')
    // The faulty ones fail, as they do in every run.
    expect(code).toBe(1)
    expect(report).toMatchObject({ status: 'copied', committed: 0, copied: movable.length, remaining: movable.length })
    expect(addsUp(report)).toBe(true)
    const { rows, files, objects } = await readur.snapshot()
    expect(rows).toEqual(readur.before.rows)
    expect(files).toEqual(readur.before.files)
    const copies = movable.map(({ key = '', sha256, size }) => [key, { sha256, size }] as const)
    expect(objects).toEqual({ ...readur.before.objects, ...Object.fromEntries(copies) })
  })

  it('ends with 0 when nothing failed, and says what comes next', async () => {
    world = await World.bulk(3)
    const { code, out } = await world.call('migrate', '--copy-only', '--env-file', world.envFile)
    expect(code).toBe(0)
    expect(out.join('\n')).toContain(`then run: switch ${world.latest?.runId ?? ''}`)
    expect(world.latest).toMatchObject({ status: 'copied', remaining: 3, committed: 0 })
  })
})

describe('the cutover', () => {
  it('switches the rows and sends nothing', async () => {
    const { readur, bucket, run } = await copied(40)
    const objects = await bucket.listed()
    const { code, report } = await readur.run('cutover', run, '--yes')
    expect(code).toBe(0)
    expect(report).toMatchObject({ runId: run, status: 'completed', committed: 40, copied: 0, remaining: 0 })
    expect(await bucket.listed()).toEqual(objects)
    expect(await readur.check(run)).toMatchObject({ ok: true, differences: [] })
  })

  it('asks, and without an answer switches nothing', async () => {
    const { readur, run } = await copied(3)
    const before = await readur.snapshot()
    const { code, err } = await readur.run('switch', run)
    expect(code).toBe(2)
    expect(err).toContain('3 rows will be switched to S3')
    expect(err).toContain('CONFIRMATION_NEEDED')
    expect(err).not.toContain('downloaded')
    const longer = await readur.run('switch', run, '--verify', 'readback')
    expect(longer.err).toContain('Every copy is downloaded and compared again first')
    expect(await readur.snapshot()).toEqual(before)
    expect(readur.latest).toMatchObject({ status: 'copied' })
  })

  it('is refused for a run that has nothing to switch', async () => {
    const { readur, run } = await copied(3)
    await readur.run('switch', run, '--yes')
    const after = await readur.snapshot()
    const again = await readur.run('switch', run)
    // Before it asks.
    expect(again.err).not.toContain('rows are switched')
    expect(again).toMatchObject({
      code: 3,
      report: { status: 'not started', problems: [{ code: 'RUN_NOT_STARTABLE' }] },
    })
    expect(again.err).toContain('“completed”')
    expect(await readur.snapshot()).toEqual(after)
    expect(readur.latest).toMatchObject({ status: 'completed', committed: 3 })
  })

  it('leaves a row whose file was written to since; the next migration brings it', async () => {
    const { readur, bucket, run } = await copied(5)
    const [edited] = readur.expectations
    if (!edited) throw new Error('Nothing was planted')
    const { rowId, originalPath, key = '' } = edited
    await appendFile(join(readur.uploadsDir, 'documents', `${rowId}.txt`), 'x')
    await readur.query('UPDATE documents SET file_size = file_size + 1, file_hash = NULL WHERE id = $1', [rowId])
    const { code, report } = await readur.run('switch', run, '--yes')
    expect(code).toBe(1)
    expect(report).toMatchObject({ status: 'completed with failures', committed: 4, failed: 1 })
    expect(codesOf(report)).toEqual(['SOURCE_CHANGED 1'])
    expect(await pathOf(readur, rowId)).toBe(originalPath)
    expect(await bucket.listed()).not.toHaveProperty(key)

    expect(await readur.run('migrate')).toMatchObject({ code: 0, report: { committed: 1, skipped: 4 } })
    const { rows, objects, files } = await readur.snapshot()
    expect(rows.documents[rowId]?.columns.file_path).toBe(`s3://${key}`)
    expect(objects[key]?.sha256).toBe(files[`documents/${rowId}.txt`]?.sha256)
  })

  it('sends an object again that has vanished or been replaced, before it switches the row', async () => {
    const { readur, bucket, run } = await copied(6)
    const [gone = '', other = ''] = Object.keys(await bucket.listed())
    await bucket.remove(gone)
    await bucket.remove(other)
    await bucket.put(other, 'Something else')
    const { code, report } = await readur.run('switch', run, '--yes')
    expect(code).toBe(1)
    expect(report).toMatchObject({ committed: 5, failed: 1 })
    expect(codesOf(report)).toEqual(['OBJECT_DIFFERS 1'])
    expect(await readur.brokenPointers()).toEqual([])
    expect(await bucket.listed()).toHaveProperty([gone])
  })

  it('killed in the middle is gone on with by resume, and again nothing is sent', async () => {
    const { readur, bucket, run } = await copied(300)
    const objects = await bucket.listed()
    const child = readur.spawn('switch', run, '--yes', '--batch-size', '5', '--parallel-uploads', '2')
    await child.reached('committed', 20)
    child.kill('SIGKILL')
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
    expect(await readur.brokenPointers()).toEqual([])
    expect(readur.latest).toMatchObject({ status: 'interrupted' })

    const resumed = await readur.run('resume')
    expect(resumed).toMatchObject({
      code: 0,
      report: { runId: run, status: 'completed', committed: 300, remaining: 0 },
    })
    expect(await bucket.listed()).toEqual(objects)
    expect(await readur.check(run)).toMatchObject({ ok: true, differences: [] })
  })
})

describe('documents that arrive between copy and cutover', () => {
  it('are all that --delta moves', async () => {
    const { readur, bucket, run } = await copied(10)
    const objects = await bucket.listed()
    const id = await upload(readur)
    const delta = await readur.run('migrate', '--delta', '--copy-only')
    expect(delta).toMatchObject({ code: 0, report: { status: 'copied', planned: 11, skipped: 10, copied: 1 } })
    expect(codesOf(delta.report)).toEqual(['AWAITS_CUTOVER 10'])
    expect(await pathOf(readur, id)).toBe(`/app/uploads/documents/${id}.txt`)
    expect(await bucket.listed()).toMatchObject(objects)

    for (const each of [run, idOf(delta)]) expect(await readur.run('switch', each, '--yes')).toMatchObject({ code: 0 })
    const { rows } = await readur.snapshot()
    expect(
      Object.values(rows.documents).filter(({ columns }) => String(columns.file_path).startsWith('s3://')),
    ).toHaveLength(11)
  })

  it('and files that were written to since are brought by --delta too, after the cutover as well', async () => {
    const { readur, run } = await copied(10)
    const [edited = ''] = readur.expectations.map(({ rowId }) => rowId)
    await appendFile(join(readur.uploadsDir, 'documents', `${edited}.txt`), 'x')
    await readur.query('UPDATE documents SET file_size = file_size + 1, file_hash = NULL WHERE id = $1', [edited])
    await readur.run('switch', run, '--yes')
    const id = await upload(readur)
    const delta = await readur.run('migrate', '--delta')
    expect(delta).toMatchObject({ code: 0, report: { status: 'completed', committed: 2, skipped: 9 } })
    expect(await pathOf(readur, id)).toMatch(/^s3:\/\/documents\//)
    expect(await pathOf(readur, edited)).toMatch(/^s3:\/\/documents\//)
  })
})
