import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditReport } from '../../src/shared/run.ts'
import { filesOf } from './migrated.ts'
import { idOf, Outside } from './outside.ts'
import { addsUp, codesOf, parseReport, World } from './world.ts'

const documents = 16
const longAgo = new Date(2020, 1, 1)
const all = ['--fix-paths', '--quarantine-files', '--remove-objects', '--unmarked', '--remove-rows']

let readur: World
let bucket: Outside
let ids: string[]
beforeEach(async () => {
  readur = await World.bulk(documents)
  bucket = new Outside(readur.s3)
  ids = readur.expectations.map(({ documentId }) => documentId)
})
afterEach(async () => {
  bucket[Symbol.dispose]()
  await readur.close()
})

const id = (at: number): string => ids[at] ?? ''
const place = (at: number): string => `documents/${id(at)}.txt`
const full = (path: string): string => join(readur.uploadsDir, path)
const key = (at: number): string => readur.expectations[at]?.key ?? ''
const write = async (path: string, bytes: string | Buffer): Promise<void> => {
  await mkdir(dirname(full(path)), { recursive: true })
  await writeFile(full(path), bytes)
  await utimes(full(path), longAgo, longAgo)
}
const pathOf = async (at: number): Promise<unknown> =>
  (await readur.query('SELECT file_path FROM documents WHERE id = $1', [id(at)]))[0]
const audit = async (): Promise<AuditReport> => {
  const { out } = await readur.call('audit', '--settle', '0', '--json', '--env-file', readur.envFile)
  return JSON.parse(out.join('\n')) as AuditReport
}
const orphanKey = (name = randomUUID()): string => `documents/${key(0).split('/')[1] ?? ''}/2024/05/${name}.pdf`

/** A file as it was found, whenever it was written. */
const contentOf = (fact: unknown): string =>
  JSON.stringify(fact, (name, value: unknown) => (name === 'mtimeMs' ? 0 : value))

/** One of everything that can be put right. Two documents were migrated before. */
async function plant(): Promise<{ ours: string; unmarked: string }> {
  await readur.run('migrate', '--limit', '2')
  const migrated = (await readur.query(`SELECT id FROM documents WHERE file_path LIKE 's3://%'`)) as { id: string }[]
  const moved = readur.expectations.filter(({ documentId }) => migrated.some((row) => row.id === documentId))
  ids = [...ids.filter((one) => !migrated.some((row) => row.id === one)), ...moved.map((one) => one.documentId)]
  readur.expectations = ids.flatMap((one) => readur.expectations.filter(({ documentId }) => documentId === one))
  const [onS3, lost] = [documents - 2, documents - 1]
  await rename(full(place(0)), full('documents/moved by hand.txt'))
  await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id(1), `/app/uploads/${id(1)}.txt`])
  await mkdir(full('quarantine/x'), { recursive: true })
  await rename(full(place(2)), full('quarantine/x/a.txt'))
  // Local again, its file gone, its object still there.
  await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id(onS3), `/app/uploads/${place(onS3)}`])
  await rm(full(place(onS3)))
  // Gone for good: one with a local path, one on S3.
  await rm(full(place(3)))
  await readur.query(
    `INSERT INTO processed_images (document_id, user_id, original_image_path, processed_image_path, image_width,
       image_height, file_size) SELECT id, user_id, file_path, '/app/uploads/processed_images/none.png', 1, 1, 1
     FROM documents WHERE id = $1`,
    [id(3)],
  )
  await bucket.remove(key(lost))
  await rm(full(place(lost)))
  await write('documents/orphan.pdf', 'nobody names me')
  await write('documents/.DS_Store', 'junk')
  await write('documents/again.txt', await readFile(full(place(4))))
  const [ours, unmarked] = [orphanKey(), orphanKey()]
  await bucket.put(ours, 'of a document that was deleted', await bucket.metadata(key(onS3)))
  await bucket.put(unmarked, 'of a document that Readur deleted')
  readur.before = await readur.snapshot()
  return { ours, unmarked }
}

/** Nothing but additions in the quarantine, which are copies. */
const changes = async (): Promise<string[]> =>
  (await readur.differencesFromBefore()).filter((name) => !name.startsWith('file quarantine/20'))

describe('the repairs of an audit', () => {
  it('show first what they would do, and do nothing without being asked', async () => {
    await plant()
    const { runId } = await audit()
    const preview = await readur.run('repair', runId, ...all, '--dry-run')
    expect(preview).toMatchObject({
      code: 0,
      report: { kind: 'repair', status: 'planned', parent: runId, remaining: 11 },
    })
    const asked = await readur.call('repair', runId, ...all, '--env-file', readur.envFile)
    expect(asked.code).toBe(2)
    expect(asked.err).toContain('3 paths to correct in the database, after checking the hash of each document')
    expect(asked.err).toContain('1 file to move back from quarantine/ to the path in the database')
    expect(asked.err).toContain('3 files to move to quarantine/')
    expect(asked.err).toContain('2 objects to save to quarantine/ and remove from the bucket')
    expect(asked.err).toContain('2 rows to delete, after saving them')
    expect(await changes()).toEqual([])
    const nothing = await readur.call('repair', runId, '--env-file', readur.envFile)
    expect(nothing.code).toBe(2)
  })

  it('leave a Readur in which the next audit finds nothing amiss, and are undone by one command', async () => {
    const { ours, unmarked } = await plant()
    const { runId } = await audit()
    const repaired = await readur.run('repair', runId, ...all, '--yes')
    expect(repaired).toMatchObject({ code: 0, report: { status: 'completed', committed: 11, failed: 0, remaining: 0 } })
    expect(addsUp(repaired.report)).toBe(true)

    expect(await pathOf(0)).toEqual({ file_path: '/app/uploads/documents/moved by hand.txt' })
    expect(await pathOf(1)).toEqual({ file_path: `/app/uploads/${place(1)}` })
    expect(await pathOf(documents - 2)).toEqual({ file_path: `s3://${key(documents - 2)}` })
    expect(existsSync(full(place(2)))).toBe(true)
    expect([await pathOf(3), await pathOf(documents - 1)]).toEqual([undefined, undefined])
    expect(await readur.query('SELECT 1 FROM processed_images')).toEqual([])
    const aside = full(`quarantine/${idOf(repaired)}`)
    expect((await readdir(join(aside, 'documents'))).sort()).toEqual(['.DS_Store', 'again.txt', 'orphan.pdf'])
    expect(await readFile(join(aside, 'bucket', ours), 'utf8')).toBe('of a document that was deleted')
    expect(Object.keys(await bucket.listed())).not.toEqual(expect.arrayContaining([ours]))
    expect(Object.keys(await bucket.listed())).not.toEqual(expect.arrayContaining([unmarked]))
    expect(await audit()).toMatchObject({ discrepancies: 0, groups: [] })

    const undone = await readur.run('rollback', idOf(repaired), '--yes')
    expect(undone).toMatchObject({
      code: 0,
      report: { kind: 'unrepair', status: 'completed', restored: 11, failed: 0 },
    })
    expect(await changes()).toEqual([])
    expect(await readur.run('rollback', idOf(repaired), '--yes')).toMatchObject({ code: 0, report: { planned: 0 } })
    // It has migrated nothing that could be migrated again.
    const again = await readur.run('rollback', idOf(undone), '--yes')
    expect([again.code, codesOf(again.report)]).toEqual([3, ['RUN_NOT_STARTABLE 1']])
    expect(await changes()).toEqual([])
  })

  it('do only what was asked for', async () => {
    const { unmarked } = await plant()
    const { runId } = await audit()
    await bucket.keepVersions()
    const objects = await readur.run('repair', runId, '--remove-objects', '--yes')
    expect(objects.report).toMatchObject({ committed: 1 })
    expect(objects.err).toContain('Removed objects stay as old versions and are billed (1 object).')
    expect(objects.report.problems).toContainEqual(expect.objectContaining({ code: 'VERSIONS_STAY', count: 1 }))
    expect(Object.keys(await bucket.listed())).toContain(unmarked)
    expect((await readur.snapshot()).rows).toEqual(readur.before.rows)
  })

  it('look once more right before: what has changed since the audit is left alone', async () => {
    const { ours, unmarked } = await plant()
    const { runId } = await audit()
    // Users went on: files came back, rows were entered, a document was uploaded again.
    await writeFile(full(place(3)), createHash('sha256').update('another file at last').digest('hex'))
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [
      id(5),
      '/app/uploads/documents/orphan.pdf',
    ])
    await write('documents/.DS_Store', 'more junk')
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id(6), `s3://${ours}`])
    await readur.query(
      `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type)
       VALUES ($1, 'a', 'a', 'elsewhere', 1, 'text/plain')`,
      [unmarked.split('/').at(-1)?.replace('.pdf', '')],
    )
    await writeFile(full('documents/moved by hand.txt'), 'not any more what it was')
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id(1), 'changed by hand'])
    await bucket.put(key(documents - 1), 'back again')
    const before = await readur.snapshot()
    const { code, report } = await readur.run('repair', runId, ...all, '--yes')
    expect(code).toBe(1)
    expect(codesOf(report)).toEqual([
      'FILE_STILL_NAMED 1',
      'HASH_MISMATCH 1',
      'ROW_CHANGED 1',
      'ROW_NOT_GONE 4',
      'SOURCE_CHANGED 1',
    ])
    expect(report).toMatchObject({ failed: 8, committed: 3 })
    const after = await readur.snapshot()
    expect(after.objects).toEqual(before.objects)
    expect(Object.keys(after.rows.documents)).toEqual(Object.keys(before.rows.documents))
    const moved = new Set([place(2), 'quarantine/x/a.txt', 'documents/again.txt'])
    for (const [path, fact] of Object.entries(filesOf(before))) {
      if (!moved.has(path)) expect(filesOf(after)[path]).toEqual(fact)
    }
  })

  it.each(['row-saved', 'object-saved'] as const)(
    'that are killed after “%s” have lost nothing, go on, and are undone',
    async (step) => {
      await plant()
      const { runId } = await audit()
      const child = readur.spawn('repair', runId, ...all, '--yes')
      await child.reached(step)
      child.kill('SIGKILL')
      await child.ended
      const [run] = readur.runs.ids()
      const now = await readur.snapshot()
      // Whatever was there before is there, or saved.
      const saved = readur.runs.with(run ?? '', ({ query }) =>
        query.prepare(`SELECT count(*) AS rows FROM journal WHERE step = 'row-saved'`).get(),
      ) as { rows: number }
      expect(Object.keys(now.rows.documents).length + saved.rows).toBeGreaterThanOrEqual(
        Object.keys(readur.before.rows.documents).length,
      )
      const contents = new Set(Object.values(filesOf(now)).map((fact) => contentOf(fact)))
      for (const fact of Object.values(filesOf(readur.before))) {
        expect(contents).toContain(contentOf(fact))
      }
      const resumed = await readur.run('resume', run ?? '')
      expect(resumed).toMatchObject({ code: 0, report: { status: 'completed', committed: 11, remaining: 0 } })
      expect(await audit()).toMatchObject({ discrepancies: 0 })
      expect(await readur.run('rollback', run ?? '', '--yes')).toMatchObject({ code: 0, report: { restored: 11 } })
      expect(await changes()).toEqual([])
    },
  )

  it('delete no row when most files are missing: the volume is perhaps not there', async () => {
    await readur.close()
    readur = await World.bulk(48)
    await rm(full('documents'), { recursive: true })
    await mkdir(full('documents'))
    const { runId } = await audit()
    const { code, report } = await readur.run('repair', runId, '--remove-rows', '--yes')
    expect(code).toBe(1)
    expect(codesOf(report)).toEqual(['MOST_MISSING 48'])
    expect(await readur.query('SELECT count(*)::int AS rows FROM documents')).toEqual([{ rows: 48 }])
  })

  it('are refused for what is no audit, and for one of another place', async () => {
    const migrated = await readur.run('migrate')
    const { out } = await readur.call(
      ...['repair', idOf(migrated), '--fix-paths', '--yes', '--json', '--env-file', readur.envFile],
    )
    expect(codesOf(parseReport(out.join('\n')))).toEqual(['RUN_NOT_STARTABLE 1'])
  })
})
