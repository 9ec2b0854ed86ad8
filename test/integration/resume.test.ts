import { cpSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { createRandom } from '../../src/sandbox/documents/random.ts'
import { idOf, Outside } from './outside.ts'
import { entriesOf, move, stateOf, writeState } from './referenceTool.ts'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

/** Slow enough to be met in the middle. */
const slowly = ['--parallel-uploads', '1', '--batch-size', '10']

/** Begins a migration and kills it as soon as so many rows are switched. */
async function killed(readur: World, committed: number, command = 'migrate'): Promise<string> {
  const child = readur.spawn(command, ...slowly)
  await child.reached('committed', committed)
  child.kill('SIGKILL')
  expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
  expect(await readur.brokenPointers()).toEqual([])
  return readur.latest?.runId ?? ''
}

describe('resume', () => {
  it('goes on as often as it is killed, and sends nothing twice', async () => {
    const readur = (world = await World.bulk(150))
    using bucket = new Outside(readur.s3)
    const run = await killed(readur, 10)
    let sent = await bucket.listed()
    const seed = new Date().toISOString()
    const random = createRandom(seed)
    for (const least of [20, 60, 100]) {
      await killed(readur, least + random.integer(0, 29), 'resume')
      const now = await bucket.listed()
      expect(now, `seed ${seed}`).toMatchObject(sent)
      sent = now
    }
    expect(readur.latest).toMatchObject({ runId: run, status: 'interrupted' })
    const last = await readur.run('resume')
    expect(last).toMatchObject({ code: 0, report: { runId: run, status: 'completed', committed: 150, remaining: 0 } })
    expect(addsUp(last.report)).toBe(true)
    expect(await bucket.listed()).toMatchObject(sent)
    expect(await readur.check(run)).toMatchObject({ ok: true, differences: [] })
    expect(await readur.verify(run)).toMatchObject({ sound: 150, drift: [] })
  })

  it('without a name finds the latest unfinished run of this database, not of another', async () => {
    const readur = (world = await World.bulk(60))
    const other = await World.bulk(60)
    const run = await killed(readur, 10)
    const theirs = await killed(other, 10)
    // At once: SQLite may take its log away meanwhile.
    cpSync(join(other.home, 'runs'), join(readur.home, 'runs'), { recursive: true })
    other.home = readur.home
    expect(await readur.run('resume')).toMatchObject({ code: 0, report: { runId: run, committed: 60 } })
    expect(await other.run('resume')).toMatchObject({ code: 0, report: { runId: theirs, committed: 60 } })
    expect(await other.run('resume')).toMatchObject({ code: 2, report: { problems: [{ code: 'RUN_NOT_FOUND' }] } })
    await other.close()
  })

  it('says what is wrong with a run that cannot be gone on with', async () => {
    const readur = (world = await World.bulk(3))
    const done = idOf(await readur.run('migrate'))
    for (const [name, code, problem] of [
      [done, 3, 'RUN_NOT_STARTABLE'],
      ['20200101-000000-abcd', 2, 'RUN_NOT_FOUND'],
      ['/no/such/file.json', 2, 'RUN_NOT_FOUND'],
    ] as const) {
      expect(await readur.run('resume', name)).toMatchObject({ code, report: { problems: [{ code: problem }] } })
    }
    const other = await World.bulk(3)
    other.home = readur.home
    const undone = idOf(await other.run('migrate', '--dry-run'))
    expect(await readur.run('resume', undone)).toMatchObject({ code: 3, report: { status: 'not started' } })
    await other.close()
  })

  it('with the reference tool’s state file moves what that has left', async () => {
    const readur = (world = await World.bulk(6))
    using bucket = new Outside(readur.s3)
    const entries = (await entriesOf(readur)).slice(0, 2)
    await move(readur, bucket, entries)
    const file = await writeState(readur, stateOf(entries))
    expect(await readur.run('resume', file)).toMatchObject({ code: 0, report: { committed: 4, skipped: 2 } })
    expect(await readur.run('migrate', '--resume-from', file)).toMatchObject({ code: 0, report: { skipped: 6 } })
    const local = await readur.query(`SELECT 1 FROM documents WHERE file_path NOT LIKE 's3://%'`)
    expect(local).toEqual([])
  })
})

describe('objects that were sent and not written down', () => {
  it('are used by the next run as they are, and belong to neither of the two from then on', async () => {
    const readur = (world = await World.bulk(80))
    using bucket = new Outside(readur.s3)
    const child = readur.spawn('migrate', '--parallel-uploads', '4', '--batch-size', '5000')
    await child.reached('verified', 20)
    child.kill('SIGKILL')
    await child.ended
    const earlier = readur.latest?.runId
    const sent = await bucket.listed()
    expect(Object.keys(sent).length).toBeGreaterThanOrEqual(20)

    const fresh = await readur.run('migrate', '--fresh-start')
    expect(fresh).toMatchObject({ code: 0, report: { status: 'completed', committed: 80 } })
    expect(fresh.report.runId).not.toBe(earlier)
    expect(fresh.err).not.toContain('unfinished')
    expect(await bucket.listed()).toMatchObject(sent)
    const [key = ''] = Object.keys(sent)
    expect(await bucket.metadata(key)).toMatchObject({ 'readur-run-id': earlier })
    expect(readur.runs.summary(earlier ?? '')).toMatchObject({ status: 'interrupted', planned: 80 })
    const list = await readur.call('runs', 'list')
    expect(list.out.join('\n').split('\n')).toHaveLength(2)

    expect(await readur.run('rollback', idOf(fresh), '--yes')).toMatchObject({ code: 0, report: { restored: 80 } })
    expect(await bucket.listed()).toEqual(sent)
    const left = Object.keys(sent).map((key) => `object ${key}`)
    expect((await readur.differencesFromBefore()).sort()).toEqual(left.sort())
  })
})

describe('what failed', () => {
  it('is tried again on request when its cause was mended, in a run of its own', async () => {
    const readur = (world = await World.bulk(12))
    using bucket = new Outside(readur.s3)
    const [gone = '', damaged = ''] = readur.localFiles.map((path) => join(readur.uploadsDir, path))
    const taken = readur.expectations.find(({ rowId }) => !gone.includes(rowId) && !damaged.includes(rowId))?.key ?? ''
    const bytes = [await readFile(gone), await readFile(damaged)] as const
    await rm(gone)
    await writeFile(damaged, '#'.repeat(64))
    await bucket.put(taken, 'Somebody else needs this')
    const first = await readur.run('migrate')
    expect(first).toMatchObject({ code: 1, report: { committed: 9, failed: 3 } })
    expect(codesOf(first.report)).toEqual(['FILE_MISSING 1', 'HASH_MISMATCH 1', 'OBJECT_DIFFERS 1'])
    const still = await readur.run('resume', idOf(first), '--retry-failed')
    expect(still).toMatchObject({ code: 1, report: { committed: 0, failed: 3, parent: first.report.runId } })

    const one = await readur.run('resume', idOf(first), '--retry-failed', '--only', 'hash_mismatch')
    expect(one).toMatchObject({ code: 1, report: { planned: 1, failed: 1, parent: first.report.runId } })
    expect(codesOf(one.report)).toEqual(['HASH_MISMATCH 1'])
    const none = await readur.run('resume', idOf(first), '--retry-failed', '--only', 'FILE_EMPTY')
    expect(none.err).toContain('Nothing of it failed with FILE_EMPTY.')

    await writeFile(gone, bytes[0])
    await writeFile(damaged, bytes[1])
    await bucket.remove(taken)
    const again = await readur.run('resume', idOf(first), '--retry-failed')
    expect(again).toMatchObject({
      code: 0,
      report: { kind: 'migrate', parent: first.report.runId, status: 'completed', planned: 3, committed: 3 },
    })
    expect(await readur.check()).toMatchObject({
      differences: [expect.stringContaining('changed'), expect.stringContaining('changed')],
    })
    expect(await readur.brokenPointers()).toEqual([])
    for (const run of [idOf(again), idOf(first)]) expect((await readur.run('rollback', run, '--yes')).code).toBe(0)
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})

describe('the paths of before', () => {
  it('are restored by the SQL that runs paths prints, every one of them', async () => {
    const readur = (world = await World.planted())
    const { report } = await readur.run('migrate')
    const { code, out } = await readur.call('runs', 'paths', report.runId ?? '')
    expect(code).toBe(0)
    const client = new Client({ connectionString: readur.databaseUrl })
    await client.connect()
    await client.query(out.join('\n'))
    await client.query(out.join('\n'))
    await client.end()
    const objects = report.committed
    const differences = await readur.differencesFromBefore()
    expect(differences.filter((name) => !name.startsWith('object '))).toEqual([])
    expect(differences).toHaveLength(objects - 1)
  })
})
