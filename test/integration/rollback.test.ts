import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Outside } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})
const planted = async (scale?: Parameters<typeof World.planted>[0]): Promise<World> =>
  (world = await World.planted(scale))
const bulk = async (documents: number): Promise<World> => (world = await World.bulk(documents))

describe('rolling a run back', () => {
  it('puts every row back and takes every object of ours away, in a run of its own', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate')
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(undone.report).toMatchObject({
      kind: 'rollback',
      parent: report.runId,
      status: 'completed',
      restored: report.committed,
      remaining: 0,
    })
    expect(undone.code).toBe(0)
    expect(addsUp(undone.report)).toBe(true)
    expect(await readur.differencesFromBefore()).toEqual([])
    expect(readur.runs.summary(report.runId ?? '')).toMatchObject({ status: 'rolled back', committed: 0 })
  })

  it('shows first what it would do, and changes nothing for that', async () => {
    const readur = await planted()
    const { report } = await readur.run('migrate')
    const after = await readur.snapshot()
    const preview = await readur.run('rollback', report.runId ?? '', '--dry-run')
    expect(preview.report).toMatchObject({
      status: 'planned',
      preview: { rows: report.committed, filesSound: report.committed, filesToFetch: 0, conflicts: 0 },
    })
    expect(await readur.snapshot()).toEqual(after)
  })

  it('says of a bucket with versions that they stay, before it asks', async () => {
    const readur = await bulk(3)
    const { report } = await readur.run('migrate')
    const plain = await readur.run('rollback', report.runId ?? '', '--dry-run')
    expect(plain.err).not.toContain('versions')
    using bucket = new Outside(readur.s3)
    await bucket.keepVersions()
    const versioned = await readur.run('rollback', report.runId ?? '', '--dry-run')
    expect(versioned.err).toContain('Removed objects stay as old versions and are billed (3 objects).')
    expect(versioned.report.problems).toContainEqual(expect.objectContaining({ code: 'VERSIONS_STAY', count: 3 }))
    const kept = await readur.run('rollback', report.runId ?? '', '--dry-run', '--keep-objects')
    expect(kept.err).not.toContain('versions')
  })

  it('asks, and without an answer changes nothing', async () => {
    const readur = await bulk(5)
    const { report } = await readur.run('migrate')
    const after = await readur.snapshot()
    const asked = await readur.run('rollback', report.runId ?? '')
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('CONFIRMATION_NEEDED')
    expect(asked.err).toContain('5 rows to switch back to the local path')
    expect(await readur.snapshot()).toEqual(after)
  })

  it('of one document, or one user, leaves the others where they are', async () => {
    const readur = await bulk(6)
    const { report } = await readur.run('migrate')
    const [first, second] = Object.keys(readur.before.rows.documents)
    const undone = await readur.run(
      ...(['rollback', report.runId ?? '', '--document', first ?? '', '--document', second ?? '', '--yes'] as const),
    )
    expect(undone.report).toMatchObject({ status: 'completed', restored: 2 })
    expect(readur.runs.summary(report.runId ?? '')).toMatchObject({
      status: 'partly rolled back',
      committed: 4,
      restored: 2,
    })
    expect(await readur.brokenPointers()).toEqual([])
    const rest = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(rest.report).toMatchObject({ status: 'completed', restored: 4, skipped: 2 })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('fetches local files that are gone or damaged, and puts the damaged aside', async () => {
    const readur = await bulk(8)
    const { report } = await readur.run('migrate')
    const [gone = '', damaged = ''] = readur.localFiles
    await rm(join(readur.uploadsDir, gone))
    await writeFile(join(readur.uploadsDir, damaged), 'damaged')
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(undone.report).toMatchObject({ status: 'completed', restored: 8 })
    const aside = join(readur.uploadsDir, 'quarantine', undone.report.runId ?? '', damaged)
    expect(await readFile(aside, 'utf8')).toBe('damaged')
    await rm(join(readur.uploadsDir, 'quarantine'), { recursive: true })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('stops at rows that somebody has changed since, and does the others', async () => {
    const readur = await bulk(4)
    const { report } = await readur.run('migrate')
    const [changed] = Object.keys(readur.before.rows.documents)
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [changed, 's3://elsewhere'])
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(undone).toMatchObject({ code: 1, report: { status: 'completed with failures', restored: 3, failed: 1 } })
    expect(codesOf(undone.report)).toContain('ROW_CHANGED 1')
    const objects = Object.keys((await readur.snapshot()).objects)
    expect(objects).toHaveLength(1)
  })

  it('keeps the objects where that is wished', async () => {
    const readur = await bulk(3)
    const { report } = await readur.run('migrate')
    await readur.run('rollback', report.runId ?? '', '--keep-objects', '--yes')
    expect(Object.keys((await readur.snapshot()).objects)).toHaveLength(3)
    expect(await readur.query(`SELECT 1 FROM documents WHERE file_path LIKE 's3://%'`)).toEqual([])
  })

  it('can itself be undone: its documents are migrated again', async () => {
    const readur = await bulk(5)
    const { report } = await readur.run('migrate')
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    const again = await readur.run('rollback', undone.report.runId ?? '', '--yes')
    expect(again.report).toMatchObject({
      kind: 'migrate',
      parent: undone.report.runId,
      status: 'completed',
      committed: 5,
    })
    expect(await readur.check(again.report.runId)).toMatchObject({ ok: true, differences: [] })
  })

  it('of an interrupted run takes away what was copied and not switched', async () => {
    const readur = await bulk(600)
    const child = readur.spawn('migrate', '--batch-size', '50')
    await child.reached('committed', 100)
    child.kill('SIGKILL')
    await child.ended
    const id = readur.latest?.runId ?? ''
    expect(readur.latest?.status).toBe('interrupted')
    const undone = await readur.run('rollback', id, '--yes')
    expect(undone.report).toMatchObject({ status: 'completed', failed: 0, remaining: 0 })
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
