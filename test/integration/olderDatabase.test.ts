import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { driftOf, filesOf, Migrated } from './migrated.ts'
import { Outside } from './outside.ts'

let here: Migrated
afterEach(() => here.close())

const withoutQuarantine = async (): Promise<string[]> => {
  await rm(join(here.readur.uploadsDir, 'quarantine'), { recursive: true, force: true })
  return here.readur.differencesFromBefore()
}

/** A run whose first object lay in the bucket before it: none that it has made. */
async function migratedOverAnObject(): Promise<void> {
  here = await Migrated.of(3, async (readur) => {
    using bucket = new Outside(readur.s3)
    const [first] = readur.expectations
    if (!first?.key) throw new Error('nothing was planted')
    const { key, rowId } = first
    await bucket.put(key, await readFile(join(readur.uploadsDir, `documents/${rowId}.txt`)))
    readur.before = await readur.snapshot()
  })
}

describe('a database that was restored to before its migration', () => {
  it.each<[string, string[], Record<string, number>]>([
    ['put aside', [], { filesToReturn: 3, filesToFetch: 0 }],
    ['deleted', ['--delete-quarantine'], { filesToReturn: 0, filesToFetch: 3 }],
  ])('gets its local files back, which were %s', async (_story, further, preview) => {
    await migratedOverAnObject()
    const { readur, run } = here
    await readur.run('free', run, '--yes')
    for (const option of further) await readur.run('free', run, option, '--yes')
    await here.putRowsBack()
    expect(driftOf(await here.check())).toEqual(['FILE_MISSING rollback 3', 'ROW_LOCAL rollback 3'])
    const plan = await readur.run('rollback', run, '--dry-run')
    expect(plan.report.preview).toMatchObject({ rows: 0, objects: 2, conflicts: 0, ...preview })
    const undone = await readur.run('rollback', run, '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 3, failed: 0, skipped: 0 } })
    expect(readur.runs.summary(run)).toMatchObject({ status: 'rolled back', restored: 3 })
    expect(await withoutQuarantine()).toEqual([])
    expect(driftOf(await here.check())).toEqual([])
  })
})

describe('a database that was restored to before a rollback', () => {
  it('is rolled back once more: its rows point at objects that are gone', async () => {
    here = await Migrated.of(3)
    const { readur, run } = here
    await readur.query('CREATE TABLE kept AS SELECT id, file_path FROM documents')
    await readur.run('rollback', run, '--yes')
    await readur.query('UPDATE documents d SET file_path = k.file_path FROM kept k WHERE k.id = d.id')
    await readur.query('DROP TABLE kept')
    expect(driftOf(await here.check())).toEqual(['OBJECT_MISSING rollback 3', 'ROW_UNRECORDED rollback 3'])
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 3 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})

describe('a database that was restored to before a document was uploaded', () => {
  it('leaves the only copy of it in the bucket, and goes back when the row is there again', async () => {
    here = await Migrated.of(3)
    const { readur, run } = here
    await readur.run('free', run, '--yes')
    await readur.run('free', run, '--delete-quarantine', '--yes')
    const rows = (await readur.query('SELECT to_jsonb(d) AS row FROM documents d WHERE id = $1', [here.id(0)])) as {
      row: unknown
    }[]
    await here.deleteRow(0)
    expect(driftOf(await here.check())).toEqual([
      '(LOCAL_GONE none 2)',
      'OBJECT_UNNEEDED none 1',
      'ROW_VANISHED mark-gone 1',
    ])
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 2, skipped: 1 } })
    expect(Object.keys(await here.bucket.listed())).toEqual([here.key(0)])
    await readur.call('repair', run, '--mark-gone', '--env-file', readur.envFile)
    await readur.query('INSERT INTO documents SELECT * FROM jsonb_populate_record(NULL::documents, $1)', [rows[0]?.row])
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 1 } })
    expect(await withoutQuarantine()).toEqual([])
    expect(filesOf(await readur.snapshot())).toEqual(filesOf(readur.before))
  })

  it('gives its object away while the bytes are in the quarantine', async () => {
    here = await Migrated.of(2)
    const { readur, run } = here
    await readur.run('free', run, '--yes')
    await here.deleteRow(0)
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0 })
    expect(await here.bucket.listed()).toEqual({})
    expect(Object.values(filesOf(await readur.snapshot())).sort()).toEqual(Object.values(filesOf(readur.before)).sort())
  })
})
