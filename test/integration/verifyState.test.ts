import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { driftOf, Migrated } from './migrated.ts'
import { World } from './world.ts'

let site: Migrated | null = null
let world: World | null = null
afterEach(async () => {
  await site?.close()
  await world?.close()
  site = world = null
})
const migrated = async (documents: number): Promise<Migrated> => (site = await Migrated.of(documents))

/** Each kind of drift, planted from outside: what is found, and what is offered to mend it. */
const kinds: [story: string, plant: (site: Migrated) => Promise<unknown>, level: string, found: string[]][] = [
  ['a row that somebody put back', (s) => s.goLocal(0), 'checksum', ['ROW_LOCAL migrate 1']],
  ['a row that points elsewhere', (s) => s.setPath(0, 's3://elsewhere'), 'exists', ['ROW_CHANGED none 1']],
  [
    'a document that was deleted',
    (s) => s.deleteRow(0),
    'exists',
    ['OBJECT_UNNEEDED rollback 1', 'ROW_VANISHED mark-gone 1'],
  ],
  ['an object that is gone', (s) => s.bucket.remove(s.key(0)), 'exists', ['OBJECT_MISSING re-upload 1']],
  [
    'an object that is gone with its local file',
    async (s) => Promise.all([s.bucket.remove(s.key(0)), rm(s.file(0))]),
    'exists',
    ['(LOCAL_GONE none 1)', 'OBJECT_MISSING none 1'],
  ],
  [
    'an object of another size',
    async (s) => {
      await s.bucket.remove(s.key(0))
      await s.bucket.put(s.key(0), 'short')
    },
    'exists',
    ['OBJECT_DIFFERS rollback 1'],
  ],
  ['other bytes in an object', (s) => s.replace(0), 'checksum', ['OBJECT_DIFFERS rollback 1']],
  [
    'other bytes in an object that still says it is ours',
    async (s) => s.replace(0, await s.bucket.metadata(s.key(0))),
    'readback',
    ['OBJECT_DIFFERS rollback 1'],
  ],
  [
    'a row that was put back, and its file gone',
    async (s) => Promise.all([s.goLocal(0), rm(s.file(0))]),
    'exists',
    ['FILE_MISSING rollback 1', 'ROW_LOCAL rollback 1'],
  ],
  [
    'a row that was put back, and its file damaged',
    async (s) => Promise.all([s.goLocal(0), writeFile(s.file(0), '#'.repeat(64))]),
    'checksum',
    ['HASH_MISMATCH none 1', 'ROW_LOCAL none 1'],
  ],
]

describe('verify-state', () => {
  it.each(kinds)('finds %s, offers what mends it, and changes nothing', async (_story, plant, level, found) => {
    const here = await migrated(4)
    await plant(here)
    const result = await here.check('--level', level)
    expect(driftOf(result)).toEqual(found)
    expect(result).toMatchObject({ code: 1, level, checked: 4, of: 4, sound: 3 })
  })

  it('counts a run as sound whose local files are gone or changed, and says so', async () => {
    const here = await migrated(4)
    await rm(here.file(0))
    await writeFile(here.file(1), '#'.repeat(64))
    const result = await here.check()
    expect(driftOf(result)).toEqual(['(LOCAL_GONE none 1)', '(SOURCE_CHANGED none 1)'])
    expect(result).toMatchObject({ code: 0, sound: 4 })
  })

  it('finds rows that were switched and not written down, and resume counts them', async () => {
    const readur = (world = await World.bulk(60))
    const session = new Client({ connectionString: readur.databaseUrl })
    await session.connect()
    await session.query('BEGIN; SELECT 1 FROM documents FOR UPDATE')
    const child = readur.spawn('migrate', '--parallel-uploads', '1', '--batch-size', '10')
    await child.reached('commit-intent')
    child.kill('SIGKILL')
    await child.ended
    await session.query('COMMIT')
    await session.end()
    const run = readur.latest?.runId ?? ''
    // As if the transaction that waits had come to its end, and the program not to the next line.
    const [{ row_id: row, key } = { row_id: '', key: '' }] = readur.runs.with(run, ({ query }) =>
      z.array(z.object({ row_id: z.string(), key: z.string() })).parse(
        query
          .prepare(
            `SELECT i.row_id, i.key FROM journal j, json_each(j.data, '$.seqs') e JOIN item i ON i.seq = e.value
               WHERE j.step = 'commit-intent'`,
          )
          .all(),
      ),
    )
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [row, `s3://${key}`])
    const found = await readur.verify(run)
    expect(driftOf(found)).toEqual(['ROW_UNRECORDED resume 1'])
    expect(found).toMatchObject({ checked: 60, sound: 59 })
    expect(await readur.run('resume')).toMatchObject({ code: 0, report: { committed: 60 } })
    expect(await readur.verify(run)).toMatchObject({ sound: 60, drift: [] })
  })

  it('names objects that a rollback has left behind, which do no harm', async () => {
    const here = await migrated(3)
    await here.readur.run('rollback', here.run, '--keep-objects', '--yes')
    const result = await here.check()
    expect(driftOf(result)).toEqual(['(OBJECT_UNNEEDED rollback 3)'])
    expect(result).toMatchObject({ code: 0, sound: 3 })
    await here.readur.run('rollback', here.run, '--yes')
    expect(await here.readur.differencesFromBefore()).toEqual([])
  })

  it('looks as closely as it is told to', async () => {
    const here = await migrated(6)
    await here.replace(0)
    await here.replace(1, await here.bucket.metadata(here.key(1)))
    await writeFile(here.file(2), '#'.repeat(64))
    expect(driftOf(await here.check('--level', 'exists'))).toEqual([])
    expect(driftOf(await here.check())).toEqual(['(SOURCE_CHANGED none 1)', 'OBJECT_DIFFERS rollback 1'])
    expect(driftOf(await here.check('--level', 'readback'))).toEqual([
      '(SOURCE_CHANGED none 1)',
      'OBJECT_DIFFERS rollback 2',
    ])
  })

  it('takes a sample, and writes every difference into a file', async () => {
    const here = await migrated(12)
    for (const key of here.keys) await here.bucket.remove(key)
    expect(await here.check('--sample', '5')).toMatchObject({ checked: 5, of: 12, sound: 0, code: 1 })
    const file = join(here.readur.home, 'drift.jsonl')
    await here.readur.verify(here.run, '--report', file)
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const told = lines.map((line): unknown => JSON.parse(line))
    expect(told).toHaveLength(12)
    expect(told[0]).toMatchObject({ code: 'OBJECT_MISSING', repair: 're-upload', note: false })
    expect(new Set(told.map((one): unknown => Reflect.get(Object(one), 'documentId')))).toEqual(new Set(here.ids))
  })

  it('knows which run is meant when none is named, and what a state file says', async () => {
    const { readur, run } = await migrated(3)
    expect(await readur.call('verify-state', '--env-file', readur.envFile)).toMatchObject({ code: 0 })
    const [file = ''] = (await readur.call('runs', 'export', run)).out
    expect(await readur.verify(file)).toMatchObject({ runId: run, checked: 3, sound: 3 })
  })
})
