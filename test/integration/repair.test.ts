import { writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
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

describe('repair', () => {
  it('sends again what a row points at and writes down what is gone; then all is clean', async () => {
    const here = await migrated(6)
    const { readur, run, bucket } = here
    await here.deleteRow(2)
    for (const at of [0, 1, 2]) await bucket.remove(here.key(at))
    const { rows } = await readur.snapshot()
    expect(await readur.run('repair', run, '--re-upload')).toMatchObject({ code: 2 })
    expect(driftOf(await here.check())).toEqual(['OBJECT_MISSING re-upload 2', 'ROW_VANISHED mark-gone 1'])

    expect(await readur.run('repair', run, '--re-upload', '--yes')).toMatchObject({ code: 0 })
    expect(driftOf(await here.check('--level', 'readback'))).toEqual(['ROW_VANISHED mark-gone 1'])
    const gone = await readur.run('repair', run, '--mark-gone', '--yes')
    expect(gone).toMatchObject({ code: 0, report: { status: 'completed', committed: 5, skipped: 1 } })
    expect(await here.check('--level', 'readback')).toMatchObject({ code: 0, sound: 6, drift: [] })
    expect((await readur.snapshot()).rows).toEqual(rows)
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0, report: { restored: 5 } })
    expect(await bucket.listed()).toEqual({})
  })

  it('takes the file from the quarantine, where it was put aside', async () => {
    const here = await migrated(4)
    const { readur, run, bucket } = here
    await readur.run('free', run, '--yes')
    expect(await here.check('--level', 'readback')).toMatchObject({ code: 0, sound: 4, drift: [] })
    await bucket.remove(here.key(0))
    expect(driftOf(await here.check())).toEqual(['OBJECT_MISSING re-upload 1'])
    expect(await readur.run('repair', run, '--re-upload', '--yes')).toMatchObject({ code: 0 })
    expect(await here.check('--level', 'readback')).toMatchObject({ code: 0, sound: 4 })
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('writes down images whose rows are gone, though their document is not', async () => {
    const readur = (world = await World.planted())
    const { report } = await readur.run('migrate')
    const [image = ''] = readur.expectations.flatMap(({ kind, rowId, outcome }) =>
      kind === 'processed_image' && outcome === 'committed' ? [rowId] : [],
    )
    await readur.query('DELETE FROM processed_images WHERE id = $1', [image])
    expect(driftOf(await readur.verify(report.runId))).toContain('ROW_VANISHED mark-gone 1')
    const { out } = await readur.call(
      'repair',
      report.runId ?? '',
      '--mark-gone',
      '--yes',
      '--env-file',
      readur.envFile,
    )
    expect(out.join('\n')).toContain('0 objects uploaded again, 1 file of deleted documents recorded as gone')
    expect(driftOf(await readur.verify(report.runId))).not.toContain('ROW_VANISHED mark-gone 1')
  })

  it('says when it could not mend everything', async () => {
    const here = await migrated(3)
    const { readur, run, bucket } = here
    await bucket.remove(here.key(0))
    await writeFile(here.file(0), '#'.repeat(64))
    const { code, report, err } = await readur.run('repair', run, '--re-upload', '--yes')
    expect(report.problems).toMatchObject([{ code: 'OBJECT_MISSING', count: 1 }])
    expect(err).toContain('File not found in the bucket')
    expect(code).toBe(1)
    expect(await bucket.listed()).not.toHaveProperty([here.key(0)])
  })

  it('of a run that was rolled back in part does not make more of it', async () => {
    const here = await migrated(4)
    const { readur, run, bucket } = here
    await readur.run('rollback', run, '--document', here.id(0), '--yes')
    await bucket.remove(here.key(1))
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

describe('who does what verify-state says', () => {
  /** The command lines that it offers. */
  const offered = async ({ readur, run }: Migrated): Promise<string[][]> => {
    const { out } = await readur.call('verify-state', run, '--level', 'readback', '--env-file', readur.envFile)
    return [...out.join('\n').matchAll(/Fix with: (.+)/g)].map(([, line = '']) => line.split(' '))
  }

  it('has a document back that was damaged in the bucket, and the others where they are', async () => {
    const here = await migrated(5)
    const { readur } = here
    await here.replace(0, await here.bucket.metadata(here.key(0)))
    const [line = []] = await offered(here)
    expect(line).toEqual(['rollback', here.run, '--document', here.id(0)])
    expect(await readur.call(...line, '--yes', '--env-file', readur.envFile)).toMatchObject({ code: 0 })
    const { rows, files } = await readur.snapshot()
    expect(rows.documents[here.id(0)]?.columns.file_path).toBe(`/app/uploads/${here.place(0)}`)
    expect(files[here.place(0)]?.sha256).toBe(readur.before.files[here.place(0)]?.sha256)
    expect(readur.runs.summary(here.run)).toMatchObject({ committed: 4, restored: 1 })
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('has every kind of drift mended that can be', async () => {
    const here = await migrated(6)
    const { readur } = here
    await here.goLocal(0)
    await here.bucket.remove(here.key(1))
    await here.deleteRow(2)
    for (const line of await offered(here)) {
      expect(line[0]).toMatch(/^(migrate|repair|rollback)$/)
      const yes = line[0] === 'migrate' ? [] : ['--yes']
      expect(await readur.call(...line, ...yes, '--env-file', readur.envFile)).toMatchObject({ code: 0 })
    }
    expect(await here.check('--level', 'readback')).toMatchObject({ code: 0, drift: [] })
    expect(await readur.brokenPointers()).toEqual([`document ${here.id(2)}: points at null`])
    expect(Object.keys(await here.bucket.listed()).sort()).toEqual(here.keys.filter((_, at) => at !== 2).sort())
  })
})
