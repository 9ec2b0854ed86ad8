import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { aside, filesOf, Migrated } from './migrated.ts'
import { idOf } from './outside.ts'
import { codesOf } from './world.ts'

let site: Migrated | null = null
afterEach(async () => {
  await site?.close()
  site = null
})
const migrated = async (documents: number): Promise<Migrated> => (site = await Migrated.of(documents))

/** The local files of a run, put aside. */
async function freed(documents: number): Promise<{ here: Migrated; free: string; folder: string }> {
  const here = await migrated(documents)
  const free = idOf(await here.readur.run('free', here.run, '--yes'))
  return { here, free, folder: join(here.readur.uploadsDir, 'quarantine', free, 'documents') }
}

describe('what was put aside', () => {
  it('comes back as it was when the freeing is rolled back', async () => {
    const { readur, run } = await migrated(5)
    const before = await readur.snapshot()
    const free = await readur.run('free', run, '--yes')
    const back = await readur.run('rollback', idOf(free), '--yes')
    expect(back).toMatchObject({
      code: 0,
      report: { kind: 'return', parent: idOf(free), status: 'completed', restored: 5 },
    })
    const after = await readur.snapshot()
    expect([after.rows, after.objects, filesOf(after)]).toEqual([before.rows, before.objects, filesOf(before)])
    expect(readur.runs.summary(idOf(free))).toMatchObject({ status: 'rolled back', freed: 0, restored: 5 })
    expect(await readur.run('free', run, '--yes')).toMatchObject({ code: 0, report: { freed: 5 } })
  })

  it('is deleted by a later run only, and nothing else with it', async () => {
    const here = await migrated(4)
    const { readur, run } = here
    expect(await readur.run('free', run, '--delete-quarantine', '--yes')).toMatchObject({
      report: { freed: 0, skipped: 4 },
    })
    await here.awaitOcr(0)
    const free = idOf(await readur.run('free', run, '--yes'))
    const foreign = join(readur.uploadsDir, 'quarantine', free, 'notes.txt')
    await writeFile(foreign, 'Not of this run.')
    await readur.query('DELETE FROM ocr_queue')

    const deleted = await readur.run('free', run, '--delete-quarantine', '--yes')
    expect(deleted).toMatchObject({ code: 0, report: { status: 'completed', freed: 3, skipped: 1 } })
    expect(codesOf(deleted.report)).toEqual(['NOT_SET_ASIDE 1'])
    const files = Object.keys(filesOf(await readur.snapshot()))
    expect(files.sort()).toEqual([here.place(0), `quarantine/${free}/notes.txt`])
    expect(await readFile(foreign, 'utf8')).toBe('Not of this run.')
    const undone = await readur.run('rollback', idOf(deleted), '--yes')
    expect(codesOf(undone.report)).toEqual(['RUN_NOT_STARTABLE 1'])
    expect(undone.report.problems[0]?.examples[0]?.message).toContain('roll back the migration')
    expect(readur.runs.ids()[0]).toBe(idOf(deleted))
    expect(await readur.brokenPointers()).toEqual([])
  })

  it('is deleted only while object and row still are what they were', async () => {
    const { here, folder } = await freed(4)
    await here.bucket.remove(here.key(0))
    await here.setPath(1, `./uploads/${here.id(1)}.txt`)
    await writeFile(join(folder, `${here.id(2)}.txt`), '#'.repeat(64))
    const deleted = await here.readur.run('free', here.run, '--delete-quarantine', '--yes')
    expect(deleted).toMatchObject({ code: 1, report: { freed: 1, failed: 3 } })
    expect((await readdir(folder)).sort()).toEqual(
      here.ids
        .slice(0, 3)
        .map((id) => `${id}.txt`)
        .sort(),
    )
  })

  it('is taken when the migration is rolled back, without a download', async () => {
    const { here, folder } = await freed(5)
    const { readur, run } = here
    const preview = await readur.run('rollback', run, '--dry-run')
    expect(preview.report.preview).toMatchObject({ rows: 5, filesSound: 5, filesToFetch: 0 })
    const undone = await readur.run('rollback', run, '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 5 } })
    expect((await readur.differencesFromBefore()).filter((name) => !name.startsWith('file quarantine'))).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('and deleted is downloaded, verified and put in place when the migration is rolled back', async () => {
    const { here } = await freed(5)
    const { readur, run } = here
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

  it('and damaged there is not taken: the document is downloaded', async () => {
    const { here, folder } = await freed(2)
    await writeFile(join(folder, `${here.id(0)}.txt`), '#'.repeat(64))
    expect(await here.readur.run('rollback', here.run, '--yes')).toMatchObject({ code: 0, report: { restored: 2 } })
    await rm(join(here.readur.uploadsDir, 'quarantine'), { recursive: true })
    expect(await here.readur.differencesFromBefore()).toEqual([])
  })

  it('does not write over a file that somebody has put where it was', async () => {
    const { here, free } = await freed(3)
    await writeFile(here.file(0), 'Somebody else needs this.')
    const back = await here.readur.run('rollback', free, '--yes')
    expect(back).toMatchObject({ code: 1, report: { restored: 2, failed: 1 } })
    expect(codesOf(back.report)).toEqual(['FILE_TAKEN 1'])
    expect(await readFile(here.file(0), 'utf8')).toBe('Somebody else needs this.')
    await rename(here.file(0), `${here.file(0)}.mine`)
    expect(await here.readur.run('rollback', free, '--yes')).toMatchObject({ code: 0, report: { restored: 1 } })
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
    expect(readur.latest).toMatchObject({ kind: 'quarantine', status: 'interrupted' })
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
    expect(await readur.run('resume')).toMatchObject({ code: 0, report: { kind: 'return', restored: 120 } })
    expect(filesOf(await readur.snapshot())).toEqual(before)
  })
})
