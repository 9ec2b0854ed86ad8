import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { addImages, entriesOf, move, stateOf, writeState, type Entry } from './referenceTool.ts'
import { codesOf, World } from './world.ts'

let world: World | null = null
let outside: Outside | null = null
afterEach(async () => {
  outside?.[Symbol.dispose]()
  await world?.close()
  world = outside = null
})

interface Moved {
  readur: World
  bucket: Outside
  entries: Entry[]
}

/** A Readur that the reference tool has migrated; one document has images. */
async function movedByReference(documents: number): Promise<Moved> {
  const readur = (world = await World.bulk(documents))
  const bucket = (outside = new Outside(readur.s3))
  const entries = await entriesOf(readur)
  if (entries[0]) await addImages(readur, entries[0])
  readur.before = await readur.snapshot()
  await move(readur, bucket, entries)
  return { readur, bucket, entries }
}

/** No object says who made it, and a restored copy of the database has the same record: they stay. */
const objectsOf = (entries: readonly Entry[]): string[] =>
  entries
    .flatMap(({ s3_key: key, associated_files: files }) => [key, ...files.map((file) => file.s3_key)])
    .map((key) => `object ${key}`)
    .sort()

describe("the reference tool's state file", () => {
  it('is imported, checked and rolled back: rows and images; objects stay, and are listed', async () => {
    const { readur, entries } = await movedByReference(6)
    const after = await readur.snapshot()
    const file = await writeState(readur, stateOf(entries))
    const imported = await readur.run('import', file)
    expect(imported).toMatchObject({
      code: 0,
      report: { kind: 'import', status: 'completed', committed: 7, failed: 0 },
    })
    expect(await readur.verify(idOf(imported))).toMatchObject({ checked: 7, sound: 7, drift: [] })
    expect(await readur.snapshot()).toEqual(after)

    const undone = await readur.run('rollback', idOf(imported), '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 7 } })
    expect(codesOf(undone.report)).toContain('OBJECT_LEFT 7')
    expect((await readur.differencesFromBefore()).sort()).toEqual(objectsOf(entries))
  })

  it.each<[string, (file: string) => string[]]>([
    ['rollback FILE --yes', (file) => ['rollback', file, '--yes']],
    ['--rollback FILE --yes', (file) => ['--rollback', file, '--yes']],
    ['--force-rollback --state-file FILE --yes', (file) => ['--force-rollback', '--state-file', file, '--yes']],
  ])('%s undoes it in one go, and fetches what is gone', async (_line, args) => {
    const { readur, entries } = await movedByReference(4)
    const file = await writeState(readur, stateOf(entries), 'migration_state_20260203_102030.json')
    await rm(join(readur.uploadsDir, 'documents', `${entries[1]?.document_id ?? ''}.txt`))
    const { code, out } = await readur.call(...args(file), '--env-file', readur.envFile)
    expect(out.join('\n')).toContain('5 rolled back')
    expect(code).toBe(0)
    expect((await readur.differencesFromBefore()).sort()).toEqual(objectsOf(entries))
  })

  it('rollback_errors.json: what is local already is skipped, the rest goes back', async () => {
    const { readur, entries } = await movedByReference(4)
    const [first] = entries
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [first?.document_id, first?.original_path])
    const state = { original_migration_state: stateOf(entries), rollback_errors: ['Could not restore: timed out'] }
    const file = await writeState(readur, state, 'rollback_errors.json')
    const undone = await readur.run('rollback', file, '--yes')
    expect(undone.err).toContain('Could not restore: timed out')
    expect(undone).toMatchObject({ code: 0, report: { restored: 4, skipped: 1 } })
    expect(codesOf(undone.report)).toContain('ALREADY_LOCAL 1')
    const { rows } = await readur.snapshot()
    expect(Object.values(rows.documents).filter(({ columns }) => String(columns.file_path).startsWith('s3:'))).toEqual(
      [],
    )
  })

  it('that was cut off is used as far as it can be read, and says so', async () => {
    const { readur, entries } = await movedByReference(6)
    const text = JSON.stringify(stateOf(entries), null, 2)
    const cut = text.slice(0, text.indexOf(entries[4]?.document_id ?? '') + 50)
    const undone = await readur.run('rollback', await writeState(readur, cut), '--yes')
    expect(undone.err).toMatch(/warning: The file ends at byte \d+, before it is complete/)
    expect(undone).toMatchObject({ code: 1, report: { status: 'completed', restored: 5 } })
    const imported = await readur.run('import', await writeState(readur, cut))
    expect(imported).toMatchObject({ code: 1, report: { status: 'completed with failures' } })
    expect(codesOf(imported.report)).toContain('STATE_FILE_PARTLY 1')
    const left = await readur.query(`SELECT id FROM documents WHERE file_path LIKE 's3://%' ORDER BY id`)
    expect(left).toEqual(entries.slice(4).map(({ document_id: id }) => ({ id })))
  })

  it.each<[string, string | object]>([
    ['an empty file', ''],
    ['no JSON', 'PK\u0003\u0004'],
    ['JSON of something else', { name: 'readur', version: 2 }],
  ])('%s is refused with a clear error, and nothing is recorded', async (_story, content) => {
    const readur = (world = await World.bulk(1))
    const file = await writeState(readur, content)
    const { code, err, report } = await readur.run('rollback', file, '--yes')
    expect(code).toBe(2)
    expect(err).toContain('STATE_FILE_INVALID')
    expect(report.status).toBe('not started')
    expect(await readur.snapshot()).toEqual(readur.before)
    expect(readur.latest).toBeNull()
  })
})

describe('a state file of ours, on another computer', () => {
  async function exported(readur: World): Promise<string> {
    const { report } = await readur.run('migrate')
    const text = await readFile(report.stateFile ?? '', 'utf8')
    readur.home = join(readur.home, 'other')
    return writeState(readur, text, 'migration_state_20260101_000000.json')
  }

  it('rolls everything back, and our objects go', async () => {
    const readur = (world = await World.bulk(8))
    const file = await exported(readur)
    await rm(join(readur.uploadsDir, readur.localFiles[0] ?? ''))
    const undone = await readur.run('rollback', file, '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 8, failed: 0 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('with documents of all kinds, whose local files are gone', async () => {
    const readur = (world = await World.planted())
    const file = await exported(readur)
    const imported = await readur.run('import', file)
    expect(await readur.verify(idOf(imported), '--level', 'readback')).toMatchObject({ drift: [] })
    for (const { kind, originalPath, outcome } of readur.expectations) {
      if (outcome !== 'committed') continue
      const folder = kind === 'document' ? 'documents' : 'processed_images'
      await rm(join(readur.uploadsDir, folder, originalPath.split('/').at(-1) ?? ''), { force: true })
    }
    const undone = await readur.run('rollback', idOf(imported), '--yes')
    expect(codesOf(undone.report)).not.toContain(expect.stringMatching(/ROLLBACK_BLOCKED/))
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', failed: 0 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('that tells of another bucket is refused', async () => {
    const readur = (world = await World.bulk(3))
    const file = await exported(readur)
    const after = await readur.snapshot()
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(readur.s3.bucket, 'another-bucket'))
    const { code, err } = await readur.run('rollback', file, '--yes')
    expect(code).toBe(2)
    expect(err).toContain('It tells of the bucket “another-bucket”')
    expect(await readur.snapshot()).toEqual(after)
  })
})
