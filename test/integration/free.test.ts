import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/sandbox/snapshot.ts'
import { idOf, Outside } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

/** A Readur whose documents are all on S3. */
async function migrated(documents: number): Promise<{ readur: World; run: string; ids: string[] }> {
  const readur = (world = await World.bulk(documents))
  const run = idOf(await readur.run('migrate'))
  return { readur, run, ids: readur.expectations.map(({ rowId }) => rowId) }
}

const fileOf = (id: string): string => `documents/${id}.txt`
/** Files by their path with what is in them; folders do not count. */
const filesOf = ({ files }: Snapshot): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, { kind, sha256 = '' }]) => (kind === 'file' ? [[path, sha256]] : [])),
  )
/** As a run has put them aside. */
const aside = (files: Record<string, string>, run: string): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, sha256]) => [`quarantine/${run}/${path}`, sha256]))

describe('freeing local space', () => {
  it('shows first what it would do, and changes nothing for that', async () => {
    const { readur, run } = await migrated(6)
    const before = await readur.snapshot()
    const preview = await readur.run('free', run, '--dry-run')
    expect(preview).toMatchObject({
      code: 0,
      report: { kind: 'free', parent: run, status: 'planned', remaining: 6, freed: 0 },
    })
    const asked = await readur.call('free', run, '--env-file', readur.envFile)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('6 files to move into the quarantine, 384 B; each after its object was read back')
    expect(await readur.snapshot()).toEqual(before)
  })

  it('moves the files into a quarantine of its own below uploads, and touches neither rows nor objects', async () => {
    const { readur, run } = await migrated(6)
    const before = await readur.snapshot()
    const free = await readur.run('free', run, '--yes')
    expect(free).toMatchObject({
      code: 0,
      report: { status: 'completed', freed: 6, failed: 0, remaining: 0, bytes: 6 * 64 },
    })
    expect(addsUp(free.report)).toBe(true)
    const after = await readur.snapshot()
    expect(after.rows).toEqual(before.rows)
    expect(after.objects).toEqual(before.objects)
    expect(filesOf(after)).toEqual(aside(filesOf(before), idOf(free)))
    expect(await readur.run('free', run, '--yes')).toMatchObject({ code: 0, report: { freed: 0, skipped: 6 } })
  })

  it('of documents of all kinds, images and shared files among them, leaves what is not on S3', async () => {
    const readur = (world = await World.planted())
    const { report } = await readur.run('migrate')
    const { rows } = await readur.snapshot()
    const free = await readur.run('free', report.runId ?? '', '--yes')
    expect(free).toMatchObject({ code: 0, report: { status: 'completed', freed: report.committed, failed: 0 } })
    expect((await readur.snapshot()).rows).toEqual(rows)
    expect(await readur.brokenPointers()).toEqual([])
    const undone = await readur.run('rollback', report.runId ?? '', '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: report.committed } })
    expect((await readur.differencesFromBefore()).filter((name) => !name.startsWith('file quarantine'))).toEqual([])
  })
})

describe('a local file stays', () => {
  it.each(['/app/uploads/documents/', './uploads/documents/', 'uploads/', './uploads/', 'documents/', ''])(
    'while another row still names it as “%s…”',
    async (spelling) => {
      const { readur, run, ids } = await migrated(3)
      const [shared = ''] = ids
      await readur.query(
        `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
         SELECT $1, user_id, 'same.txt', 'same.txt', $2, 64, 'text/plain' FROM documents LIMIT 1`,
        [randomUUID(), `${spelling}${shared}.txt`],
      )
      const free = await readur.run('free', run, '--yes')
      expect(free).toMatchObject({ code: 1, report: { status: 'completed with failures', freed: 2, failed: 1 } })
      expect(codesOf(free.report)).toEqual(['FILE_STILL_NAMED 1'])
      expect(filesOf(await readur.snapshot())).toHaveProperty([fileOf(shared)])
    },
  )

  it('while its document waits for OCR, or a worker is at it', async () => {
    const { readur, run, ids } = await migrated(4)
    for (const [at, status] of ['pending', 'processing', 'completed'].entries()) {
      await readur.query('INSERT INTO ocr_queue (document_id, priority, status) VALUES ($1, 5, $2)', [ids[at], status])
    }
    const free = await readur.run('free', run, '--yes')
    expect(free.report).toMatchObject({ freed: 2, failed: 2 })
    expect(codesOf(free.report)).toEqual(['AWAITS_OCR 2'])
    expect(Object.keys(filesOf(await readur.snapshot()))).toEqual(expect.arrayContaining(ids.slice(0, 2).map(fileOf)))
  })

  it('when its object is gone or another, its row is elsewhere, or the file itself was changed', async () => {
    const { readur, run, ids } = await migrated(7)
    const [gone, replaced] = readur.expectations.map(({ key = '' }) => key)
    using bucket = new Outside(readur.s3)
    await bucket.remove(gone ?? '')
    await bucket.remove(replaced ?? '')
    await bucket.put(replaced ?? '', 'x'.repeat(64), await bucket.metadata(readur.expectations[2]?.key ?? ''))
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [
      ids[2],
      `/app/uploads/${fileOf(ids[2] ?? '')}`,
    ])
    await readur.query(`UPDATE documents SET file_path = 's3://elsewhere' WHERE id = $1`, [ids[3]])
    await readur.query('DELETE FROM documents WHERE id = $1', [ids[4]])
    await writeFile(join(readur.uploadsDir, fileOf(ids[5] ?? '')), 'y'.repeat(64))
    const before = await readur.snapshot()
    const free = await readur.run('free', run, '--yes')
    expect(free).toMatchObject({ code: 1, report: { freed: 1, failed: 6 } })
    expect(codesOf(free.report)).toEqual([
      'OBJECT_DIFFERS 1',
      'OBJECT_MISSING 1',
      'ROW_CHANGED 2',
      'ROW_VANISHED 1',
      'SOURCE_CHANGED 1',
    ])
    const { rows, objects, files } = await readur.snapshot()
    expect([rows, objects]).toEqual([before.rows, before.objects])
    expect(ids.slice(0, 6).filter((id) => files[fileOf(id)] === undefined)).toEqual([])
  })
})

describe('a file that two rows share', () => {
  /** The first two rows have one file. */
  async function shared(): Promise<{ readur: World; run: string; ids: string[]; keys: string[] }> {
    const readur = (world = await World.bulk(6))
    const ids = readur.expectations.map(({ rowId }) => rowId)
    const [first = '', second = ''] = ids
    await readur.query(
      `UPDATE documents d SET file_path = o.file_path, file_hash = NULL FROM documents o WHERE d.id = $1 AND o.id = $2`,
      [second, first],
    )
    await rm(join(readur.uploadsDir, fileOf(second)))
    const run = idOf(await readur.run('migrate'))
    return { readur, run, ids, keys: readur.expectations.map(({ key = '' }) => key) }
  }

  it('goes once, comes back once, and is deleted once', async () => {
    const { readur, run } = await shared()
    const before = filesOf(await readur.snapshot())
    const free = await readur.run('free', run, '--yes')
    expect(free).toMatchObject({ code: 0, report: { status: 'completed', freed: 6 } })
    expect(filesOf(await readur.snapshot())).toEqual(aside(before, idOf(free)))
    expect(await readur.run('rollback', idOf(free), '--yes')).toMatchObject({ code: 0, report: { restored: 6 } })
    expect(filesOf(await readur.snapshot())).toEqual(before)
    await readur.run('free', run, '--yes')
    const deleted = await readur.run('free', run, '--delete-quarantine', '--yes')
    expect(deleted).toMatchObject({ code: 0, report: { status: 'completed', freed: 6 } })
    expect(filesOf(await readur.snapshot())).toEqual({})
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 6 } })
    expect(filesOf(await readur.snapshot())).toEqual(before)
  })

  it.each<[string, string, (readur: World, ids: string[], keys: string[]) => Promise<unknown>]>([
    [
      'waits for OCR',
      'AWAITS_OCR 1',
      (readur, ids) =>
        readur.query(`INSERT INTO ocr_queue (document_id, priority, status) VALUES ($1, 5, 'pending')`, [ids[1]]),
    ],
    [
      'has lost its object',
      'OBJECT_MISSING 2',
      async (readur, _ids, keys) => {
        using bucket = new Outside(readur.s3)
        await bucket.remove(keys[1] ?? '')
      },
    ],
  ])('stays as long as one of them %s', async (_story, code, plant) => {
    const { readur, run, ids, keys } = await shared()
    await plant(readur, ids, keys)
    const free = await readur.run('free', run, '--yes')
    expect(free).toMatchObject({ code: 1, report: { freed: 4, failed: 2 } })
    expect(codesOf(free.report)).toContain(code)
    expect(filesOf(await readur.snapshot())).toHaveProperty([fileOf(ids[0] ?? '')])
  })

  it('stays when one of them went back while the freeing was interrupted', async () => {
    const { readur, run, ids } = await shared()
    const plan = await readur.run('free', run, '--dry-run')
    expect(await readur.run('rollback', run, '--document', ids[1] ?? '', '--yes')).toMatchObject({ code: 0 })
    const late = await readur.run('resume', idOf(plan))
    expect(codesOf(late.report)).toContain('FILE_STILL_NAMED 2')
    expect(filesOf(await readur.snapshot())).toHaveProperty([fileOf(ids[0] ?? '')])
  })
})

describe('what was put aside', () => {
  it('comes back as it was when the freeing is rolled back', async () => {
    const { readur, run } = await migrated(5)
    const before = await readur.snapshot()
    const free = await readur.run('free', run, '--yes')
    const back = await readur.run('rollback', idOf(free), '--yes')
    expect(back).toMatchObject({
      code: 0,
      report: { kind: 'rollback', parent: idOf(free), status: 'completed', restored: 5 },
    })
    const after = await readur.snapshot()
    expect([after.rows, after.objects, filesOf(after)]).toEqual([before.rows, before.objects, filesOf(before)])
    expect(readur.runs.summary(idOf(free))).toMatchObject({ status: 'rolled back', freed: 0, restored: 5 })
    expect(await readur.run('free', run, '--yes')).toMatchObject({ code: 0, report: { freed: 5 } })
  })

  it('is deleted by a later run only, and nothing else with it', async () => {
    const { readur, run, ids } = await migrated(4)
    const [kept = ''] = ids
    expect(await readur.run('free', run, '--delete-quarantine', '--yes')).toMatchObject({
      report: { freed: 0, skipped: 4 },
    })
    await readur.query('INSERT INTO ocr_queue (document_id, priority, status) VALUES ($1, 5, $2)', [kept, 'pending'])
    const free = idOf(await readur.run('free', run, '--yes'))
    const foreign = join(readur.uploadsDir, 'quarantine', free, 'notes.txt')
    await writeFile(foreign, 'Not of this run.')
    await readur.query('DELETE FROM ocr_queue')

    const deleted = await readur.run('free', run, '--delete-quarantine', '--yes')
    expect(deleted).toMatchObject({ code: 0, report: { status: 'completed', freed: 3, skipped: 1 } })
    expect(codesOf(deleted.report)).toEqual(['NOT_SET_ASIDE 1'])
    const files = Object.keys(filesOf(await readur.snapshot()))
    expect(files.sort()).toEqual([fileOf(kept), `quarantine/${free}/notes.txt`])
    expect(await readFile(foreign, 'utf8')).toBe('Not of this run.')
    const undone = await readur.run('rollback', idOf(deleted), '--yes')
    expect(undone.report).toMatchObject({ restored: 0, failed: 3 })
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('is deleted only while object and row still are what they were', async () => {
    const { readur, run, ids } = await migrated(4)
    const free = idOf(await readur.run('free', run, '--yes'))
    const folder = join(readur.uploadsDir, 'quarantine', free, 'documents')
    using bucket = new Outside(readur.s3)
    await bucket.remove(readur.expectations[0]?.key ?? '')
    await readur.query(`UPDATE documents SET file_path = $2 WHERE id = $1`, [ids[1], `./uploads/${ids[1] ?? ''}.txt`])
    await writeFile(join(folder, `${ids[2] ?? ''}.txt`), 'z'.repeat(64))
    const deleted = await readur.run('free', run, '--delete-quarantine', '--yes')
    expect(deleted).toMatchObject({ code: 1, report: { freed: 1, failed: 3 } })
    expect((await readdir(folder)).sort()).toEqual(
      ids
        .slice(0, 3)
        .map((id) => `${id}.txt`)
        .sort(),
    )
  })

  it('is taken when the migration is rolled back, without a download', async () => {
    const { readur, run } = await migrated(5)
    const free = idOf(await readur.run('free', run, '--yes'))
    const preview = await readur.run('rollback', run, '--dry-run')
    expect(preview.report.preview).toMatchObject({ rows: 5, filesSound: 5, filesToFetch: 0 })
    const undone = await readur.run('rollback', run, '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 5 } })
    expect((await readur.differencesFromBefore()).filter((name) => !name.startsWith('file quarantine'))).toEqual([])
    expect(await readdir(join(readur.uploadsDir, 'quarantine', free, 'documents'))).toEqual([])
  })

  it('and deleted is downloaded, verified and put in place when the migration is rolled back', async () => {
    const { readur, run } = await migrated(5)
    await readur.run('free', run, '--yes')
    await readur.run('free', run, '--delete-quarantine', '--yes')
    await rm(join(readur.uploadsDir, 'quarantine'), { recursive: true })
    const preview = await readur.run('rollback', run, '--dry-run')
    expect(preview.report.preview).toMatchObject({
      rows: 5,
      filesSound: 0,
      filesToFetch: 5,
      bytesToFetch: 320,
      objects: 5,
    })
    const undone = await readur.run('rollback', run, '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 5 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})

describe('killed in the middle', () => {
  it('a freeing is gone on with by resume: nothing is lost, and each file lies in one place', async () => {
    const { readur, run } = await migrated(120)
    const before = filesOf(await readur.snapshot())
    const child = readur.spawn('free', run, '--yes')
    await child.reached('freed', 30)
    child.kill('SIGKILL')
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' })
    const free = readur.latest?.runId ?? ''
    expect(readur.latest).toMatchObject({ kind: 'free', status: 'interrupted' })
    const { code, err } = await readur.spawn('resume').ended
    expect(code).toBe(0)
    expect(err).not.toContain('Warning')
    expect(readur.latest).toMatchObject({ runId: free, status: 'completed', freed: 120, remaining: 0 })
    expect(filesOf(await readur.snapshot())).toEqual(aside(before, free))
  })

  it('its rollback too', async () => {
    const { readur, run } = await migrated(120)
    const before = filesOf(await readur.snapshot())
    const free = idOf(await readur.run('free', run, '--yes'))
    const child = readur.spawn('rollback', free, '--yes')
    await child.reached('restored', 30)
    child.kill('SIGKILL')
    await child.ended
    expect(await readur.run('resume')).toMatchObject({ code: 0, report: { kind: 'rollback', restored: 120 } })
    expect(filesOf(await readur.snapshot())).toEqual(before)
  })
})

it('a file that somebody has put where one was is not written over by the way back', async () => {
  const { readur, run, ids } = await migrated(3)
  const free = idOf(await readur.run('free', run, '--yes'))
  const [taken = ''] = ids
  const other = join(readur.uploadsDir, fileOf(taken))
  await writeFile(other, 'Somebody else needs this.')
  const back = await readur.run('rollback', free, '--yes')
  expect(back).toMatchObject({ code: 1, report: { restored: 2, failed: 1 } })
  expect(codesOf(back.report)).toEqual(['FILE_TAKEN 1'])
  expect(await readFile(other, 'utf8')).toBe('Somebody else needs this.')
  await rename(other, `${other}.mine`)
  expect(await readur.run('rollback', free, '--yes')).toMatchObject({ code: 0, report: { restored: 1 } })
})
