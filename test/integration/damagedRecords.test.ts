import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SqliteFile } from '../../src/main/engine/journal/sqliteFile.ts'
import { addsUp, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})
const bulk = async (documents: number): Promise<World> => (world = await World.bulk(documents))

/** Flips a bit in the record of a run: one letter of one value becomes another, and nothing that is computed of it changes. */
function flip(readur: World, runId: string | null, sql: string, ...values: unknown[]): void {
  const store = new SqliteFile(readur.runs.storeOf(runId ?? ''))
  try {
    // The store refuses every change of what is written; a disk does not ask it.
    const guards = z
      .array(z.object({ name: z.string(), sql: z.string() }))
      .parse(store.prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`).all())
    for (const { name } of guards) store.exec(`DROP TRIGGER ${name}`)
    expect(store.prepare(sql).run(...values).changes).toBe(1)
    for (const guard of guards) store.exec(guard.sql)
  } finally {
    store.close()
  }
}

describe('one flipped bit in the record of a run', () => {
  it('in an old path: that document stays on S3, all others go back, and recover brings the rest', async () => {
    const readur = await bulk(12)
    const id = readur.expectations[3]?.documentId ?? ''
    const { report } = await readur.run('migrate')
    flip(readur, report.runId, `UPDATE item SET old_path = replace(old_path, '.txt', '.tyt') WHERE document_id = ?`, id)
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(undone.code).toBe(1)
    expect(undone.report).toMatchObject({ status: 'completed with failures', restored: 11, failed: 1, remaining: 0 })
    expect(undone.report.problems).toEqual([
      expect.objectContaining({
        code: 'RECORD_DAMAGED',
        count: 1,
        remedy: expect.stringContaining('recover') as string,
      }),
    ])
    expect(addsUp(undone.report)).toBe(true)
    expect(await readur.brokenPointers()).toEqual([])
    expect(await readur.query(`SELECT id FROM documents WHERE file_path LIKE 's3://%'`)).toEqual([{ id }])

    const checked = await readur.verify(report.runId)
    expect(checked.drift).toContainEqual(expect.objectContaining({ code: 'RECORD_DAMAGED', count: 1 }))
    const recovered = await readur.run('recover')
    const rest = await readur.run('rollback', recovered.report.runId ?? '', '--yes')
    expect(rest.report).toMatchObject({ status: 'completed', restored: 1 })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('in what is still to be moved: a resume moves all others, and the next migration that one', async () => {
    const readur = await bulk(60)
    const migration = readur.spawn('migrate', '--parallel-uploads', '1', '--batch-size', '5')
    await migration.reached('committed', 5)
    migration.kill('SIGINT')
    await migration.ended
    const runId = readur.latest?.runId ?? ''
    const last = readur.results(runId).at(-1)
    expect(last?.outcome).toBe('pending')
    flip(readur, runId, `UPDATE item SET verdict = 'move' || char(96) WHERE document_id = ?`, last?.documentId)
    const resumed = await readur.run('resume')
    expect(resumed.code).toBe(1)
    expect(resumed.err).toContain(`The record of run ${runId} is damaged: 1 of its files`)
    expect(resumed.report).toMatchObject({ runId, committed: 59, failed: 1, remaining: 0 })
    expect(resumed.report.problems).toContainEqual(expect.objectContaining({ code: 'RECORD_DAMAGED', count: 1 }))
    expect((await readur.run('migrate')).report).toMatchObject({ status: 'completed', committed: 1, skipped: 59 })
    expect(await readur.check()).toMatchObject({ ok: true, differences: [] })
  })
})

describe('a byte that is not UTF-8 in the header of a run', () => {
  it('is one line of the list, and ends neither resume, migrate nor the rollback of another run', async () => {
    const readur = await bulk(6)
    const first = await readur.run('migrate', '--limit', '2')
    const bad = first.report.runId ?? ''
    const path = readur.runs.storeOf(bad)
    const bytes = await readFile(path)
    const at = bytes.indexOf('readur.env')
    expect(at).toBeGreaterThan(0)
    bytes[at] = 0xff
    await writeFile(path, bytes)

    const second = await readur.run('migrate')
    expect(second.report).toMatchObject({ status: 'completed', committed: 4 })
    const listed = await readur.call('runs', 'list')
    expect(listed.code).toBe(0)
    expect(listed.out.join('\n').split('\n')).toEqual([
      expect.stringContaining(second.report.runId ?? '') as string,
      expect.stringMatching(
        new RegExp(`^${bad} .*cannot be read: What “.*” says of the run as a whole is damaged`),
      ) as string,
    ])
    const [, json] = JSON.parse((await readur.call('runs', 'list', '--json')).out.join('')) as unknown[]
    expect(json).toMatchObject({
      runId: bad,
      status: 'unreadable',
      problem: expect.stringContaining('damaged') as string,
    })

    const resumed = await readur.run('resume')
    expect(resumed.code).toBe(2)
    expect(resumed.err).toContain(`Run ${bad} may be unfinished too, but cannot be read`)
    const undone = await readur.run('rollback', second.report.runId ?? '', '--yes')
    expect(undone.report).toMatchObject({ status: 'completed', restored: 4 })
    const refused = await readur.run('rollback', bad, '--yes')
    expect(refused.code).toBe(3)
    expect(refused.report.problems).toEqual([expect.objectContaining({ code: 'RECORD_DAMAGED' })])
  })
})

describe('a damaged line about the run as a whole', () => {
  it('is no reason to guess what was to be done: it is not resumed, and can be rolled back', async () => {
    const readur = await bulk(40)
    const migration = readur.spawn('migrate', '--parallel-uploads', '1', '--batch-size', '5', '--copy-only')
    await migration.reached('verified', 5)
    migration.kill('SIGINT')
    await migration.ended
    const runId = readur.latest?.runId ?? ''
    flip(readur, runId, `UPDATE journal SET data = replace(data, 'copyOnly', 'bopyOnly') WHERE step = 'started'`)
    const resumed = await readur.run('resume', runId)
    expect(resumed.code).toBe(3)
    expect(resumed.report.problems).toEqual([expect.objectContaining({ code: 'RECORD_DAMAGED' })])
    expect(await readur.query(`SELECT id FROM documents WHERE file_path LIKE 's3://%'`)).toEqual([])
    const undone = await readur.run('rollback', runId, '--yes')
    expect(undone.code).toBe(0)
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
