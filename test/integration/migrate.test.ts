import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})
const planted = async (scale?: Parameters<typeof World.planted>[0]): Promise<World> =>
  (world = await World.planted(scale))

const movableOf = ({ expectations }: World) => expectations.filter(({ outcome }) => outcome === 'committed')
const blockedOf = ({ expectations }: World) => expectations.filter(({ outcome }) => outcome === 'failed')

describe('migrating a Readur', () => {
  it('moves all that is right, leaves all that is wrong, and says so in one JSON object', async () => {
    const readur = await planted()
    const { code, out, report } = await readur.run('migrate')
    expect(code).toBe(1)
    expect(out).toHaveLength(1)
    expect(report).toMatchObject({
      status: 'completed with failures',
      planned: readur.expectations.length,
      committed: movableOf(readur).length,
      failed: blockedOf(readur).length,
      skipped: 1,
      restored: 0,
      remaining: 0,
    })
    expect(addsUp(report)).toBe(true)
    expect(await readur.check(report.runId)).toMatchObject({ ok: true, differences: [] })
  })

  it('counts the bytes that it moved', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate')
    expect(report.bytes).toBe(movableOf(readur).reduce((sum, { size = 0 }) => sum + size, 0))
  })

  it('leaves a state file in the shape of the reference tool', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate')
    expect(await readdir(join(readur.home, 'states'))).toHaveLength(1)
    const state: unknown = JSON.parse(await readFile(report.stateFile ?? '', 'utf8'))
    const documents = (items: { kind: string }[]) => items.filter(({ kind }) => kind === 'document')
    expect(state).toMatchObject({
      completed_migrations: expect.any(Array) as unknown,
      total_files: report.documents - 1,
      processed_files: report.documents - 1,
    })
    const completed = Reflect.get(Object(state), 'completed_migrations') as { document_id: string; s3_key: string }[]
    const expected = documents(movableOf(readur)) as typeof readur.expectations
    expect(new Map(completed.map((it) => [it.document_id, it.s3_key]))).toEqual(
      new Map(expected.map((it) => [it.documentId, it.key])),
    )
  })

  it.each(['plan', 'migrate --dry-run'])('%s changes nothing anywhere', async (command) => {
    const readur = await planted()
    const { code, report } = command === 'plan' ? await readur.run('plan') : await readur.run('migrate', '--dry-run')
    expect(code).toBe(0)
    expect(report).toMatchObject({ status: 'planned', committed: 0, stateFile: null })
    expect(report.remaining).toBeGreaterThanOrEqual(movableOf(readur).length)
    expect(report.estimate).not.toBeNull()
    expect(addsUp(report)).toBe(true)
    expect(await readur.snapshot()).toEqual(readur.before)
  })

  it('a second time finds everything on S3, and changes nothing', async () => {
    const readur = await planted()
    const first = await readur.run('migrate')
    const after = await readur.snapshot()
    const { report } = await readur.run('migrate')
    expect(report).toMatchObject({
      committed: 0,
      skipped: first.report.committed + first.report.skipped,
      failed: first.report.failed,
      remaining: 0,
    })
    expect(await readur.snapshot()).toEqual(after)
  })

  it('of one user touches nobody else', async () => {
    const readur = await planted()
    const [row] = (await readur.query(
      'SELECT user_id FROM documents WHERE user_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC',
    )) as { user_id: string }[]
    const userId = row?.user_id ?? ''
    const { report } = await readur.run('migrate', '--user-id', userId.toUpperCase())
    expect(report.committed).toBeGreaterThan(5)
    const others = await readur.query(
      `SELECT id FROM documents WHERE file_path LIKE 's3://%' AND user_id <> $1 AND id <> ALL($2)`,
      [userId, readur.expectations.filter(({ outcome }) => outcome === 'skipped').map(({ rowId }) => rowId)],
    )
    expect(others).toEqual([])
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('in lots of a limited size gets on with each, to the end', async () => {
    const readur = await planted()
    const documents = movableOf(readur).filter(({ kind }) => kind === 'document').length
    let moved = 0
    let runs = 0
    for (let done = 1; done > 0 && runs < 20; runs += 1) {
      const { report } = await readur.run('migrate', '--limit', '12')
      done = report.committed
      moved += done
    }
    expect(runs).toBeGreaterThan(documents / 12)
    expect(moved).toBe(movableOf(readur).length)
    expect(await readur.check()).toMatchObject({ ok: true, differences: [] })
  })

  it('with --verify readback downloads every object before its row is changed', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate', '--verify', 'readback')
    expect(await readur.check(report.runId)).toMatchObject({ differences: [] })
    const evidence = readur.runs.with(report.runId ?? '', (store) =>
      store.query
        .prepare(`SELECT DISTINCT json_extract(data, '$.evidence') AS evidence FROM journal WHERE step = 'verified'`)
        .all(),
    )
    expect(evidence).toEqual([{ evidence: 'readback' }])
  })

  it('sends large files in parts, as far as they are larger than the threshold', async () => {
    const readur = await planted({ largeFileBytes: 40 * 1024 ** 2 })
    const { report } = await readur.run('migrate', '--multipart-threshold', '5MiB', '--batch-size', '7')
    expect(await readur.check(report.runId)).toMatchObject({ differences: [] })
    const parts = readur.runs.with(report.runId ?? '', (store) =>
      store.query
        .prepare(
          `SELECT i.size, json_extract(v.data, '$.compositeEtag') AS etag FROM journal j JOIN item i ON i.seq = j.seq
           JOIN journal v ON v.seq = j.seq AND v.step = 'verified' WHERE j.step = 'multipart-intent'`,
        )
        .all(),
    )
    expect(parts).toEqual([{ size: 40 * 1024 ** 2, etag: expect.stringMatching(/^[0-9a-f]{32}-3$/) as unknown }])
  })

  it('with one file at a time and one row a transaction comes to the same', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate', '--parallel-uploads', '1', '--batch-size', '1')
    expect(await readur.check(report.runId)).toMatchObject({ differences: [] })
  })

  it('that is undone when a file fails leaves rows and bucket as they were', async () => {
    const readur = await planted()
    const { code, report } = await readur.run('migrate', '--enable-rollback', '--batch-size', '5')
    expect(code).toBe(4)
    expect(report).toMatchObject({ status: 'rolled back', committed: 0 })
    expect(report.restored).toBeGreaterThan(0)
    expect(addsUp(report)).toBe(true)
    expect(codesOf(report)).toEqual(expect.arrayContaining([expect.stringMatching(/^(OBJECT_DIFFERS|HASH_MISMATCH) /)]))
    const after = await readur.snapshot()
    expect(after.objects).toEqual(readur.before.objects)
    expect(after.files).toEqual(readur.before.files)
    const columns = ({ rows }: typeof after) =>
      Object.fromEntries(Object.entries(rows.documents).map(([id, row]) => [id, row.columns]))
    expect(columns(after)).toEqual(columns(readur.before))
  })
})
