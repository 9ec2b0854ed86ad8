import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { AuditReport } from '../../src/shared/run.ts'
import { filesOf, Migrated } from './migrated.ts'
import { idOf } from './outside.ts'
import { codesOf } from './world.ts'

const documents = 4
const photograph = 0
const withoutHash = 1

let here: Migrated
afterEach(() => here.close())

/** Documents that no hash recognises: a photograph that was turned upright, a row without a hash; and two plain ones. */
async function migrated(): Promise<void> {
  here = await Migrated.of(documents, async (readur) => {
    const [turned, hashless] = readur.expectations.map(({ documentId }) => documentId)
    await readur.query(`UPDATE documents SET mime_type = 'image/jpeg' WHERE id = $1`, [turned])
    await writeFile(join(readur.uploadsDir, `documents/${turned ?? ''}.txt`), 'turned upright')
    await readur.query('UPDATE documents SET file_hash = NULL WHERE id = $1', [hashless])
    const sha256 = createHash('sha256').update('turned upright').digest('hex')
    readur.expectations = readur.expectations.map((one, at) =>
      at === photograph ? { ...one, sha256, size: 'turned upright'.length } : one,
    )
    readur.before = await readur.snapshot()
  })
}

const audit = async (): Promise<AuditReport> => {
  const { readur } = here
  const line = ['audit', '--level', 'readback', '--settle', '0', '--json', '--env-file', readur.envFile]
  return JSON.parse((await readur.call(...line)).out.join('\n')) as AuditReport
}
const found = ({ groups }: AuditReport): string[] => groups.map(({ code, count }) => `${code} ${count}`).sort()
const rows = async (): Promise<string[]> => Object.keys((await here.readur.snapshot()).rows.documents).sort()
const everything = ['--fix-paths', '--remove-objects', '--unmarked', '--remove-rows', '--yes']

/** Local files are freed and deleted; then the database of before the migration is restored. */
async function restoreOldDatabase(): Promise<void> {
  const { readur, run } = here
  await readur.run('free', run, '--yes')
  await readur.run('free', run, '--delete-quarantine', '--yes')
  await here.putRowsBack()
}

describe('a document that is nowhere but in the bucket', () => {
  it('is found there, whatever its hash says, when this program has copied it', async () => {
    await migrated()
    await restoreOldDatabase()
    const { runId, ...report } = await audit()
    expect(found({ runId, ...report })).toEqual([`FILE_ON_S3 ${documents}`, `OBJECT_SPARE ${documents}`])
    const repaired = await here.readur.run('repair', runId, ...everything)
    expect(repaired).toMatchObject({ code: 0, report: { committed: documents, failed: 0 } })
    expect(await here.readur.brokenPointers()).toEqual([])
    expect(found(await audit())).toEqual(['IMAGE_REENCODED 1'])
  })

  it.each<[string, (at: number) => Promise<unknown>]>([
    ['its object says nothing of itself', (at) => here.bucket.strip(here.key(at))],
    [
      'its object lies in another month, with another ending, and says nothing',
      async (at) => {
        const [folder = '', user = ''] = here.key(at).split('/')
        await here.bucket.remove(here.key(at))
        await here.bucket.put(`${folder}/${user}/1999/01/${here.id(at)}`, 'x'.repeat(64))
      },
    ],
    ['its object has other bytes', (at) => here.replace(at)],
  ])('is not proven where %s: neither row nor object goes', async (_story, plant) => {
    await migrated()
    await restoreOldDatabase()
    for (const at of [photograph, withoutHash]) await plant(at)
    const before = [await rows(), Object.keys(await here.bucket.listed()).sort()]
    const first = await audit()
    expect(found(first)).toEqual(['FILE_ON_S3 2', 'FILE_UNPROVEN 2', 'OBJECT_SPARE 4'])
    expect(first.repairs).toMatchObject({ removeRows: { items: 0 }, removeObjects: { items: 0 } })
    const repaired = await here.readur.run('repair', first.runId, ...everything)
    expect(repaired).toMatchObject({ code: 0, report: { planned: 2, committed: 2 } })
    const second = await audit()
    expect(found(second)).toEqual(['FILE_UNPROVEN 2', 'OBJECT_SPARE 2'])
    await here.readur.run('repair', second.runId, ...everything)
    expect([await rows(), Object.keys(await here.bucket.listed()).sort()]).toEqual(before)
  })

  it('that came to light after the audit keeps its row', async () => {
    await migrated()
    await restoreOldDatabase()
    const [, user = ''] = here.key(2).split('/')
    for (const at of [photograph, withoutHash, 2, 3]) await here.bucket.remove(here.key(at))
    const { runId, ...report } = await audit()
    expect(found({ runId, ...report })).toEqual([`FILE_MISSING ${documents}`])
    // In the bucket under two keys, beside the uploads, and in a quarantine.
    await here.bucket.put(here.key(photograph), 'from a backup')
    await here.bucket.put(`documents/${user}/2001/02/${here.id(withoutHash)}.old`, 'from a backup')
    const { uploadsDir } = here.readur
    await writeFile(join(uploadsDir, `${here.id(2)} copy.txt`), 'from a backup')
    await mkdir(join(uploadsDir, 'quarantine/by hand'), { recursive: true })
    await writeFile(join(uploadsDir, `quarantine/by hand/${here.id(3)}.txt`), 'from a backup')
    const before = await rows()
    const repaired = await here.readur.run('repair', runId, '--remove-rows', '--yes')
    expect(codesOf(repaired.report)).toEqual([`ROW_NOT_GONE ${documents}`])
    expect(await rows()).toEqual(before)
    expect(found(await audit())).toEqual([`FILE_UNPROVEN ${documents}`, 'OBJECT_SPARE 2'])
  })
})

describe('a document whose object is gone', () => {
  it('keeps its row while a local file may be it', async () => {
    await migrated()
    const { readur } = here
    for (const at of [photograph, withoutHash]) await here.bucket.remove(here.key(at))
    // Files of older uploads do not have the document’s id in their name.
    await rename(here.file(photograph), join(readur.uploadsDir, 'documents/0b7ad3f4-0000-4000-8000-000000000000.txt'))
    await rename(here.file(withoutHash), join(readur.uploadsDir, 'documents/older.txt'))
    const { runId, ...report } = await audit()
    expect(found({ runId, ...report })).toContain('OBJECT_UNPROVEN 2')
    const before = await rows()
    await readur.run('repair', runId, '--remove-rows', '--yes')
    expect(await rows()).toEqual(before)
  })
})

describe('a document that was put aside', () => {
  it('comes back to the place that its path in the quarantine tells, where no hash can', async () => {
    await migrated()
    const { readur, run } = here
    const free = idOf(await readur.run('free', run, '--yes'))
    await here.putRowsBack()
    for (const at of [photograph, withoutHash]) await here.bucket.strip(here.key(at))
    const { runId, ...report } = await audit()
    expect(found({ runId, ...report })).toEqual([`FILE_SET_ASIDE ${documents}`, `OBJECT_SPARE ${documents}`])
    const repaired = await readur.run('repair', runId, ...everything)
    expect(repaired).toMatchObject({ code: 0, report: { committed: documents, failed: 0 } })
    await rm(join(readur.uploadsDir, 'quarantine'), { recursive: true })
    expect(filesOf(await readur.snapshot())).toEqual(filesOf(readur.before))
    expect(dirname(here.place(0))).not.toContain(free)
  })
})
