import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

type Check = Awaited<ReturnType<World['verify']>>

/** `CODE repair count`, notes in brackets. */
const driftOf = ({ drift }: Check): string[] =>
  drift
    .map(({ code, repair, note, count }) => (note ? `(${code} ${repair} ${count})` : `${code} ${repair} ${count}`))
    .sort()

interface Migrated {
  readur: World
  run: string
  ids: string[]
  keys: string[]
  bucket: Outside
}

async function migrated(documents: number): Promise<Migrated> {
  const readur = (world = await World.bulk(documents))
  const run = idOf(await readur.run('migrate'))
  const ids = readur.expectations.map(({ rowId }) => rowId)
  const keys = readur.expectations.map(({ key = '' }) => key)
  return { readur, run, ids, keys, bucket: new Outside(readur.s3) }
}

const fileOf = ({ readur, ids }: Migrated, at: number): string =>
  join(readur.uploadsDir, 'documents', `${ids[at] ?? ''}.txt`)
const setPath = ({ readur, ids }: Migrated, at: number, path: string): Promise<unknown> =>
  readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [ids[at], path])
const goLocal = (site: Migrated, at: number): Promise<unknown> =>
  setPath(site, at, `/app/uploads/documents/${site.ids[at] ?? ''}.txt`)
/** Other bytes of the same size. */
const replace = async ({ bucket, keys }: Migrated, at: number, metadata = {}): Promise<void> => {
  await bucket.remove(keys[at] ?? '')
  await bucket.put(keys[at] ?? '', '#'.repeat(64), metadata)
}

/** Compares, and makes sure that nothing was changed for it. */
async function check({ readur, run }: Migrated, ...options: string[]): Promise<Check & { code: number }> {
  const before = await readur.snapshot()
  const found = await readur.verify(run, ...options)
  const { code } = await readur.call('verify-state', run, ...options, '--env-file', readur.envFile)
  expect(await readur.snapshot()).toEqual(before)
  return { ...found, code }
}

/** Each kind of drift, planted from outside: what is found, and what is offered to mend it. */
const kinds: [story: string, plant: (site: Migrated) => Promise<unknown>, level: string, found: string[]][] = [
  [
    'a row that somebody put back',
    (s) => goLocal(s, 0),
    'checksum',
    ['(OBJECT_UNNEEDED rollback 1)', 'ROW_LOCAL migrate 1'],
  ],
  ['a row that points elsewhere', (s) => setPath(s, 0, 's3://elsewhere'), 'exists', ['ROW_CHANGED none 1']],
  [
    'a document that was deleted',
    ({ readur, ids }) => readur.query('DELETE FROM documents WHERE id = $1', [ids[0]]),
    'exists',
    ['OBJECT_UNNEEDED rollback 1', 'ROW_VANISHED mark-gone 1'],
  ],
  [
    'an object that is gone',
    ({ bucket, keys }) => bucket.remove(keys[0] ?? ''),
    'exists',
    ['OBJECT_MISSING re-upload 1'],
  ],
  [
    'an object that is gone with its local file',
    async (s) => Promise.all([s.bucket.remove(s.keys[0] ?? ''), rm(fileOf(s, 0))]),
    'exists',
    ['(LOCAL_GONE none 1)', 'OBJECT_MISSING none 1'],
  ],
  [
    'an object of another size',
    async ({ bucket, keys }) => {
      await bucket.remove(keys[0] ?? '')
      await bucket.put(keys[0] ?? '', 'short')
    },
    'exists',
    ['OBJECT_DIFFERS rollback 1'],
  ],
  ['other bytes in an object', (s) => replace(s, 0), 'checksum', ['OBJECT_DIFFERS rollback 1']],
  [
    'other bytes in an object that still says it is ours',
    async (s) => replace(s, 0, await s.bucket.metadata(s.keys[0] ?? '')),
    'readback',
    ['OBJECT_DIFFERS rollback 1'],
  ],
  [
    'a row that was put back, and its file gone',
    async (s) => Promise.all([goLocal(s, 0), rm(fileOf(s, 0))]),
    'exists',
    ['(OBJECT_UNNEEDED rollback 1)', 'FILE_MISSING none 1', 'ROW_LOCAL migrate 1'],
  ],
  [
    'a row that was put back, and its file damaged',
    async (s) => Promise.all([goLocal(s, 0), writeFile(fileOf(s, 0), '#'.repeat(64))]),
    'checksum',
    ['(OBJECT_UNNEEDED rollback 1)', 'HASH_MISMATCH none 1', 'ROW_LOCAL migrate 1'],
  ],
]

describe('verify-state', () => {
  it.each(kinds)('finds %s, offers what mends it, and changes nothing', async (_story, plant, level, found) => {
    const site = await migrated(4)
    await plant(site)
    const result = await check(site, '--level', level)
    expect(driftOf(result)).toEqual(found)
    expect(result).toMatchObject({ code: 1, level, checked: 4, of: 4, sound: 3 })
  })

  it('counts a run as sound whose local files are gone or changed, and says so', async () => {
    const site = await migrated(4)
    await rm(fileOf(site, 0))
    await writeFile(fileOf(site, 1), '#'.repeat(64))
    const result = await check(site)
    expect(driftOf(result)).toEqual(['(LOCAL_GONE none 1)', '(SOURCE_CHANGED none 1)'])
    expect(result).toMatchObject({ code: 0, sound: 4 })
  })

  it('finds rows that were switched and not written down, and resume counts them', async () => {
    const readur = (world = await World.bulk(60))
    const child = readur.spawn('migrate', '--parallel-uploads', '1', '--batch-size', '5000')
    await child.reached('verified', 10)
    child.kill('SIGKILL')
    await child.ended
    const run = readur.latest?.runId ?? ''
    const [row, key] = readur.runs.with(run, (store) =>
      Object.values(
        Object(
          store.database
            .prepare(`SELECT i.row_id, i.key FROM item i JOIN journal j ON j.seq = i.seq WHERE j.step = 'verified'`)
            .get(),
        ) as Record<string, string>,
      ),
    )
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [row, `s3://${key ?? ''}`])
    const found = await readur.verify(run)
    expect(driftOf(found)).toEqual(['ROW_UNRECORDED resume 1'])
    expect(found).toMatchObject({ checked: 60, sound: 59 })
    expect(await readur.run('resume')).toMatchObject({ code: 0, report: { committed: 60 } })
    expect(await readur.verify(run)).toMatchObject({ sound: 60, drift: [] })
  })

  it('looks as closely as it is told to', async () => {
    const site = await migrated(6)
    await replace(site, 0)
    await replace(site, 1, await site.bucket.metadata(site.keys[1] ?? ''))
    await writeFile(fileOf(site, 2), '#'.repeat(64))
    expect(driftOf(await check(site, '--level', 'exists'))).toEqual([])
    expect(driftOf(await check(site))).toEqual(['(SOURCE_CHANGED none 1)', 'OBJECT_DIFFERS rollback 1'])
    expect(driftOf(await check(site, '--level', 'readback'))).toEqual([
      '(SOURCE_CHANGED none 1)',
      'OBJECT_DIFFERS rollback 2',
    ])
  })

  it('takes a sample, and writes every difference into a file', async () => {
    const site = await migrated(12)
    for (const key of site.keys) await site.bucket.remove(key)
    expect(await check(site, '--sample', '5')).toMatchObject({ checked: 5, of: 12, sound: 0, code: 1 })
    const file = join(site.readur.home, 'drift.jsonl')
    await site.readur.verify(site.run, '--report', file)
    const lines = (await readFile(file, 'utf8')).trim().split('\n')
    const told = lines.map((line): unknown => JSON.parse(line))
    expect(told).toHaveLength(12)
    expect(told[0]).toMatchObject({ code: 'OBJECT_MISSING', repair: 're-upload', note: false })
    expect(new Set(told.map((it) => Reflect.get(Object(it), 'documentId')))).toEqual(new Set(site.ids))
  })

  it('knows which run is meant when none is named, and what a state file says', async () => {
    const { readur, run } = await migrated(3)
    expect(await readur.call('verify-state', '--env-file', readur.envFile)).toMatchObject({ code: 0 })
    const [file = ''] = (await readur.call('runs', 'export', run)).out
    expect(await readur.verify(file)).toMatchObject({ runId: run, checked: 3, sound: 3 })
  })
})

describe('repair', () => {
  it('sends again what a row points at and writes down what is gone; then all is clean', async () => {
    const site = await migrated(6)
    const { readur, run, ids, keys, bucket } = site
    await bucket.remove(keys[0] ?? '')
    await bucket.remove(keys[1] ?? '')
    await readur.query('DELETE FROM documents WHERE id = $1', [ids[2]])
    await bucket.remove(keys[2] ?? '')
    const { rows } = await readur.snapshot()
    expect(await readur.run('repair', run, '--re-upload')).toMatchObject({ code: 2 })
    expect(driftOf(await check(site))).toEqual(['OBJECT_MISSING re-upload 2', 'ROW_VANISHED mark-gone 1'])

    expect(await readur.run('repair', run, '--re-upload', '--yes')).toMatchObject({ code: 0 })
    expect(driftOf(await check(site, '--level', 'readback'))).toEqual(['ROW_VANISHED mark-gone 1'])
    const gone = await readur.run('repair', run, '--mark-gone', '--yes')
    expect(gone).toMatchObject({ code: 0, report: { status: 'completed', committed: 5, skipped: 1 } })
    expect(await check(site, '--level', 'readback')).toMatchObject({ code: 0, sound: 6, drift: [] })
    expect((await readur.snapshot()).rows).toEqual(rows)
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 5 } })
    expect(await bucket.listed()).toEqual({})
  })

  it('says when it could not mend everything', async () => {
    const site = await migrated(3)
    const { readur, run, keys, bucket } = site
    await bucket.remove(keys[0] ?? '')
    await writeFile(fileOf(site, 0), '#'.repeat(64))
    const { code, report, err } = await readur.run('repair', run, '--re-upload', '--yes')
    expect(report.problems).toMatchObject([{ code: 'OBJECT_MISSING', count: 1 }])
    expect(err).toContain('The object is not in the bucket')
    expect(code).toBe(1)
    expect(await bucket.listed()).not.toHaveProperty([keys[0] ?? ''])
  })

  it('of a run that was rolled back in part does not make more of it', async () => {
    const { readur, run, ids, keys, bucket } = await migrated(4)
    await readur.run('rollback', run, '--document', ids[0] ?? '', '--yes')
    await bucket.remove(keys[1] ?? '')
    await readur.run('repair', run, '--re-upload', '--yes')
    expect(readur.runs.summary(run)).toMatchObject({ status: 'partly rolled back', committed: 3, restored: 1 })
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('is told what to mend', async () => {
    const { readur, run } = await migrated(2)
    const { code, err } = await readur.run('repair', run, '--yes')
    expect(code).toBe(2)
    expect(err).toContain('--re-upload')
  })
})
