import { readFile, rm, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { driftOf, filesOf, Migrated } from './migrated.ts'
import { codesOf, World } from './world.ts'

let site: Migrated | null = null
let world: World | null = null
afterEach(async () => {
  await site?.close()
  await world?.close()
  site = world = null
})
const migrated = async (documents: number): Promise<Migrated> => (site = await Migrated.of(documents))

describe('an object that holds the last copy of a document', () => {
  it('stays, or its bytes are put in place first, when rows were put back although the files were deleted', async () => {
    const here = await migrated(5)
    const { readur, run } = here
    await readur.run('free', run, '--yes')
    await readur.run('free', run, '--delete-quarantine', '--yes')
    await here.putRowsBack()
    expect(filesOf(await readur.snapshot())).toEqual({})
    const preview = await readur.run('rollback', run, '--dry-run')
    expect(preview.report.preview).toMatchObject({ rows: 0, filesToFetch: 5, objects: 5, conflicts: 0 })
    await readur.run('rollback', run, '--yes')
    await rm(`${readur.uploadsDir}/quarantine`, { recursive: true, force: true })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('stays when it was kept by a rollback and the local file is gone since: the document comes back', async () => {
    const here = await migrated(3)
    const { readur, run } = here
    await readur.run('rollback', run, '--keep-objects', '--yes')
    await rm(here.file(0))
    expect(driftOf(await here.check())).toEqual(['(OBJECT_UNNEEDED rollback 3)', 'FILE_MISSING rollback 1'])
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0 })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('stays when the file that the row points at has other content, and so does the file', async () => {
    const here = await migrated(3)
    const { readur, run } = here
    await here.goLocal(0)
    await writeFile(here.file(0), 'Edited since')
    const undone = await readur.run('rollback', run, '--yes')
    expect(undone).toMatchObject({ code: 1, report: { restored: 2, failed: 1 } })
    expect(codesOf(undone.report)).toEqual(['ROLLBACK_BLOCKED 1'])
    expect(await readFile(here.file(0), 'utf8')).toBe('Edited since')
    expect(Object.keys(await here.bucket.listed())).toEqual([here.key(0)])
  })

  it('stays when its run was interrupted and the local file is gone: the file comes back', async () => {
    const readur = (world = await World.bulk(60))
    const child = readur.spawn('migrate', '--copy-only', '--parallel-uploads', '1')
    await child.reached('verified', 10)
    child.kill('SIGKILL')
    await child.ended
    const { objects } = await readur.snapshot()
    for (const { rowId, key = '' } of readur.expectations) {
      if (key in objects) await rm(`${readur.uploadsDir}/documents/${rowId}.txt`)
    }
    expect(await readur.run('rollback', readur.latest?.runId ?? '', '--yes')).toMatchObject({ code: 0 })
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
