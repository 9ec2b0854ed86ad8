import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { addsUp, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})
const bulk = async (documents: number): Promise<World> => (world = await World.bulk(documents))

/** Flips one bit of the first place after `after` where a text stands in the record of a run. */
async function flip(readur: World, runId: string | null, after: string, text: string): Promise<void> {
  const path = readur.runs.storeOf(runId ?? '')
  const bytes = await readFile(path)
  const at = bytes.indexOf(text, bytes.indexOf(after))
  expect(at).toBeGreaterThan(0)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  await writeFile(path, bytes)
}

/** The local path of a document, and its id. */
async function someDocument(readur: World): Promise<{ id: string; path: string }> {
  const [row] = (await readur.query('SELECT id, file_path AS path FROM documents ORDER BY id OFFSET 3 LIMIT 1')) as [
    { id: string; path: string },
  ]
  return row
}

describe('one flipped bit in the record of a run', () => {
  it('in an old path: that document stays on S3, all others go back, and recover brings the rest', async () => {
    const readur = await bulk(12)
    const { id, path } = await someDocument(readur)
    const { report } = await readur.run('migrate')
    // The last sign of the name, in the row of the plan: the snapshot of the paths comes later in the file or not at all.
    await flip(readur, report.runId, `${id}.txt`, path.slice(-8))
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
    await flip(readur, runId, last?.documentId ?? '', 'move')
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
    expect(resumed.err).toContain(`Run ${bad} may be one, but cannot be read`)
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
    await flip(readur, runId, 'started{', 'copyOnly')
    const resumed = await readur.run('resume', runId)
    expect(resumed.code).toBe(3)
    expect(resumed.report.problems).toEqual([expect.objectContaining({ code: 'RECORD_DAMAGED' })])
    expect(await readur.query(`SELECT id FROM documents WHERE file_path LIKE 's3://%'`)).toEqual([])
    const undone = await readur.run('rollback', runId, '--yes')
    expect(undone.code).toBe(0)
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
