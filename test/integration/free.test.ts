import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { aside, filesOf, Migrated } from './migrated.ts'
import { idOf } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

let site: Migrated | null = null
let world: World | null = null
afterEach(async () => {
  await site?.close()
  await world?.close()
  site = world = null
})
const migrated = async (documents: number, prepare?: (readur: World) => Promise<unknown>): Promise<Migrated> =>
  (site = await Migrated.of(documents, prepare))

describe('freeing local space', () => {
  it('shows first what it would do, and changes nothing for that', async () => {
    const { readur, run } = await migrated(6)
    const before = await readur.snapshot()
    const preview = await readur.run('free', run, '--dry-run')
    expect(preview).toMatchObject({
      code: 0,
      report: { kind: 'quarantine', parent: run, status: 'planned', remaining: 6, freed: 0 },
    })
    const asked = await readur.call('free', run, '--anyway', '--env-file', readur.envFile)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('6 files to move to quarantine, 384 B; each only after its S3 copy has been checked')
    expect(await readur.snapshot()).toEqual(before)
  })

  it('moves the files into a quarantine of its own below uploads, and touches neither rows nor objects', async () => {
    const { readur, run } = await migrated(6)
    const before = await readur.snapshot()
    const free = await readur.run('free', run, '--yes')
    expect(free).toMatchObject({
      code: 0,
      report: { status: 'completed', freed: 6, failed: 0, remaining: 0, bytes: 384 },
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
      const here = await migrated(3)
      const { readur, run } = here
      await readur.query(
        `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
         SELECT $1, user_id, 'same.txt', 'same.txt', $2, 64, 'text/plain' FROM documents LIMIT 1`,
        [randomUUID(), `${spelling}${here.id(0)}.txt`],
      )
      const free = await readur.run('free', run, '--yes')
      expect(free).toMatchObject({ code: 1, report: { status: 'completed with failures', freed: 2, failed: 1 } })
      expect(codesOf(free.report)).toEqual(['FILE_STILL_NAMED 1'])
      expect(filesOf(await readur.snapshot())).toHaveProperty([here.place(0)])
    },
  )

  it.each(['failed_documents', 'ignored_files'])('while a row of %s names it', async (table) => {
    const here = await migrated(2)
    const { readur, run } = here
    await readur.query(
      table === 'failed_documents'
        ? `INSERT INTO failed_documents (filename, file_path, failure_reason, failure_stage, ingestion_source)
           VALUES ('a.txt', $1, 'other', 'ocr', 'web')`
        : `INSERT INTO ignored_files (file_hash, filename, original_filename, file_path, file_size, mime_type, ignored_by)
           SELECT 'x', 'a.txt', 'a.txt', $1, 1, 'text/plain', id FROM users LIMIT 1`,
      [`./uploads/${here.place(0)}`],
    )
    const free = await readur.run('free', run, '--yes')
    expect(codesOf(free.report)).toEqual(['FILE_STILL_NAMED 1'])
    expect(Object.keys(filesOf(await readur.snapshot()))).toContain(here.place(0))
  })

  it('while its document waits for OCR, or a worker is at it', async () => {
    const here = await migrated(4)
    const { readur, run } = here
    for (const [at, status] of ['pending', 'processing', 'completed'].entries()) await here.awaitOcr(at, status)
    const free = await readur.run('free', run, '--yes')
    expect(free.report).toMatchObject({ freed: 2, failed: 2 })
    expect(codesOf(free.report)).toEqual(['AWAITS_OCR 2'])
    expect(Object.keys(filesOf(await readur.snapshot()))).toEqual(
      expect.arrayContaining([here.place(0), here.place(1)]),
    )
  })

  it('when its object is gone or another, its row is elsewhere, or the file itself was changed', async () => {
    const here = await migrated(7)
    const { readur, run } = here
    await here.bucket.remove(here.key(0))
    await here.replace(1, await here.bucket.metadata(here.key(1)))
    await here.goLocal(2)
    await here.setPath(3, 's3://elsewhere')
    await here.deleteRow(4)
    await writeFile(here.file(5), '#'.repeat(64))
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
    expect([0, 1, 2, 3, 4, 5].filter((at) => files[here.place(at)] === undefined)).toEqual([])
  })
})

describe('a file that two rows share', () => {
  /** The first two rows have one file. */
  const shared = (): Promise<Migrated> =>
    migrated(6, async (readur) => {
      const [first, second] = readur.expectations.map(({ rowId }) => rowId)
      await readur.query(
        `UPDATE documents d SET file_path = o.file_path, file_hash = NULL FROM documents o WHERE d.id = $1 AND o.id = $2`,
        [second, first],
      )
      await rm(`${readur.uploadsDir}/documents/${second ?? ''}.txt`)
    })

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

  it.each<[string, string, (here: Migrated) => Promise<unknown>]>([
    ['waits for OCR', 'AWAITS_OCR 1', (here) => here.awaitOcr(1)],
    ['has lost its object', 'OBJECT_MISSING 2', (here) => here.bucket.remove(here.key(1))],
  ])('stays as long as one of them %s', async (_story, code, plant) => {
    const here = await shared()
    await plant(here)
    const free = await here.readur.run('free', here.run, '--yes')
    expect(free).toMatchObject({ code: 1, report: { freed: 4, failed: 2 } })
    expect(codesOf(free.report)).toContain(code)
    expect(filesOf(await here.readur.snapshot())).toHaveProperty([here.place(0)])
  })

  it('stays when one of them went back after the freeing was planned', async () => {
    const here = await shared()
    const { readur, run } = here
    const plan = await readur.run('free', run, '--dry-run')
    await here.setPath(1, `/app/uploads/${here.place(0)}`)
    const late = await readur.run('resume', idOf(plan))
    expect(codesOf(late.report)).toContain('FILE_STILL_NAMED 2')
    expect(filesOf(await readur.snapshot())).toHaveProperty([here.place(0)])
  })
})
