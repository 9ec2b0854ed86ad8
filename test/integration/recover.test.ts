import { randomUUID } from 'node:crypto'
import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { addsUp, codesOf, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

/** All that this computer knew of past runs is gone. */
async function forget({ home }: World): Promise<void> {
  for (const folder of ['runs', 'states']) await rm(join(home, folder), { recursive: true })
}

interface Owned {
  id: string
  user: string
}

/** The documents of a Readur with their owners. */
async function owned(readur: World): Promise<Owned[]> {
  const rows = await readur.query('SELECT id, user_id AS user FROM documents ORDER BY id')
  return rows as Owned[]
}

const localPath = (id: string): string => `/app/uploads/documents/${id}.txt`
const fileOf = (readur: World, name: string): string => join(readur.uploadsDir, 'documents', name)
/** As the reference tool files a document: by the month of the migration. */
const keyOf = ({ id, user }: Owned): string => `documents/${user}/2026/02/${id}.txt`
const pathOf = async (readur: World, id: string): Promise<unknown> =>
  (await readur.snapshot()).rows.documents[id]?.columns.file_path

/** Moves documents as the reference tool does, with nothing written down about it. */
async function moveByHand(readur: World, bucket: Outside, documents: readonly Owned[]): Promise<void> {
  for (const each of documents) {
    await bucket.put(keyOf(each), await readFile(fileOf(readur, `${each.id}.txt`)))
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [each.id, `s3://${keyOf(each)}`])
  }
}

describe('a run whose record is lost', () => {
  it('is rebuilt from rows, objects and files, and rolled back to what was before it', async () => {
    const readur = (world = await World.bulk(30))
    await readur.run('migrate')
    const after = await readur.snapshot()
    await forget(readur)
    const recovered = await readur.run('recover')
    expect(recovered).toMatchObject({
      code: 0,
      report: { kind: 'recover', status: 'completed', committed: 30, failed: 0 },
    })
    expect(addsUp(recovered.report)).toBe(true)
    expect(await readur.snapshot()).toEqual(after)
    expect(await readur.verify(idOf(recovered), '--level', 'readback')).toMatchObject({ sound: 30, drift: [] })
    const undone = await readur.run('rollback', idOf(recovered), '--yes')
    expect(undone).toMatchObject({ code: 0, report: { status: 'completed', restored: 30 } })
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('of documents of all kinds goes back to their very paths, images and photographs too', async () => {
    const readur = (world = await World.planted())
    const { report } = await readur.run('migrate')
    await forget(readur)
    for (const { kind, originalPath, outcome } of readur.expectations) {
      // Every third local file has gone since.
      if (kind === 'document' && outcome === 'committed' && originalPath.length % 3 === 0) {
        await rm(fileOf(readur, originalPath.split('/').at(-1) ?? ''), { force: true })
      }
    }
    const recovered = await readur.run('recover')
    // One was on S3 before.
    expect(recovered.report).toMatchObject({ committed: report.committed + 1, failed: 0 })
    const undone = await readur.run('rollback', idOf(recovered), '--yes')
    expect(undone).toMatchObject({ code: 0, report: { restored: report.committed + 1, failed: 0 } })
    const born = readur.expectations.find(({ outcome }) => outcome === 'skipped')?.rowId ?? ''
    expect(await readur.differencesFromBefore()).toEqual([`documents ${born}`, `file documents/${born}.txt`])
  })

  it('of one user alone concerns nobody else', async () => {
    const readur = (world = await World.bulk(30))
    await readur.run('migrate')
    await forget(readur)
    const all = await owned(readur)
    const user = all[0]?.user ?? ''
    const mine = all.filter((each) => each.user === user).length
    const recovered = await readur.run('recover', '--user-id', user)
    expect(recovered.report).toMatchObject({ planned: mine, committed: mine })
    await readur.run('rollback', idOf(recovered), '--yes')
    const local = await readur.query(`SELECT DISTINCT user_id FROM documents WHERE file_path LIKE '/app/%'`)
    expect(local).toEqual([{ user_id: user }])
    expect(await readur.brokenPointers()).toEqual([])
  })
})

describe('documents that the reference tool moved without a record', () => {
  it('go back to where Readur would look for them; their objects stay', async () => {
    const readur = (world = await World.bulk(6))
    using bucket = new Outside(readur.s3)
    const documents = await owned(readur)
    await moveByHand(readur, bucket, documents)
    const [renamed, gone] = documents
    await rename(fileOf(readur, `${renamed?.id ?? ''}.txt`), fileOf(readur, 'Old name.txt'))
    await rm(fileOf(readur, `${gone?.id ?? ''}.txt`))
    const objects = await bucket.listed()
    const recovered = await readur.run('recover')
    expect(recovered).toMatchObject({ code: 0, report: { committed: 6 } })
    const preview = await readur.run('rollback', idOf(recovered), '--dry-run')
    expect(preview.report.preview).toMatchObject({ rows: 6, filesSound: 4, filesToFetch: 2, objects: 0 })
    expect(await readur.run('rollback', idOf(recovered), '--yes')).toMatchObject({ code: 0, report: { restored: 6 } })
    expect(await bucket.listed()).toEqual(objects)
    const { rows } = await readur.snapshot()
    const facts = ({ columns }: (typeof rows.documents)[string]) => columns
    expect(Object.values(rows.documents).map(facts)).toEqual(
      expect.arrayContaining(Object.values(readur.before.rows.documents).map(facts)),
    )
    const { files } = await readur.snapshot()
    for (const { id } of documents) {
      expect(files[`documents/${id}.txt`]?.sha256).toBe(readur.before.files[`documents/${id}.txt`]?.sha256)
    }
  })

  it('and such as were born on S3 are downloaded to where Readur would have put them', async () => {
    const readur = (world = await World.bulk(2))
    using bucket = new Outside(readur.s3)
    const [{ user } = { user: '' }] = await owned(readur)
    const born = [randomUUID(), randomUUID()].map((id) => ({ id, user }))
    const [named, bare] = born
    for (const [at, each] of born.entries()) {
      const key = at === 0 ? keyOf(each) : keyOf(each).replace(/\.txt$/, '')
      await bucket.put(key, `Born on S3 ${at}`)
      await readur.query(
        `INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type)
         VALUES ($1, $2, $3, $3, $4, 12, 'text/plain')`,
        [each.id, user, at === 0 ? 'Letter.txt' : 'README', `s3://${key}`],
      )
    }
    const recovered = await readur.run('recover')
    await readur.run('rollback', idOf(recovered), '--yes')
    expect(await pathOf(readur, named?.id ?? '')).toBe(localPath(named?.id ?? ''))
    expect(await pathOf(readur, bare?.id ?? '')).toBe(`/app/uploads/documents/${bare?.id ?? ''}`)
    expect(await readFile(fileOf(readur, `${named?.id ?? ''}.txt`), 'utf8')).toBe('Born on S3 0')
    expect(await readFile(fileOf(readur, bare?.id ?? ''), 'utf8')).toBe('Born on S3 1')
    expect(Object.keys(await bucket.listed())).toHaveLength(2)
  })
})

describe('what rows and objects say is not simply believed', () => {
  it('a row that points at a key of somebody else, or at nothing, stays as it is', async () => {
    const readur = (world = await World.bulk(5))
    using bucket = new Outside(readur.s3)
    const documents = await owned(readur)
    const [foreign, outside, missing] = documents.map(({ id }) => id)
    const theirs = { id: documents[3]?.id ?? '', user: documents[3]?.user ?? '' }
    await bucket.put(keyOf(theirs), 'Not yours')
    await bucket.put('private/letter.txt', 'Not yours either')
    const paths = [`s3://${keyOf(theirs)}`, 's3://private/letter.txt', `s3://${keyOf(documents[2] ?? theirs)}`]
    for (const [at, path] of paths.entries()) {
      await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [documents[at]?.id, path])
    }
    const before = await readur.snapshot()
    const recovered = await readur.run('recover')
    expect(codesOf(recovered.report)).toEqual(['KEY_FOREIGN 2', 'OBJECT_MISSING 1'])
    expect(recovered.report).toMatchObject({ committed: 0, failed: 3 })
    expect(recovered.code).toBe(1)
    await readur.run('rollback', idOf(recovered), '--yes')
    expect(await readur.snapshot()).toEqual(before)
    for (const id of [foreign, outside, missing]) expect(await pathOf(readur, id ?? '')).toMatch(/^s3:/)
  })

  it('an object that lies about its origin or its bytes leads nobody astray', async () => {
    const readur = (world = await World.bulk(4))
    using bucket = new Outside(readur.s3)
    const documents = await owned(readur)
    const [outside, lying, other, others] = documents
    if (!outside || !lying || !other || !others) throw new Error('Too few documents')
    await moveByHand(readur, bucket, [outside, lying])
    const says = (id: string, path: string, sha256: string) => ({
      'readur-run-id': '20260101-000000-abcd',
      'readur-document-id': id,
      'readur-original-path': encodeURIComponent(path),
      'readur-sha256': sha256,
    })
    const bytes = async ({ id }: Owned) => readFile(fileOf(readur, `${id}.txt`))
    const hashOf = ({ id }: Owned): string => readur.before.files[`documents/${id}.txt`]?.sha256 ?? ''
    await bucket.put(
      keyOf(outside),
      await bytes(outside),
      says(outside.id, '/app/uploads/../../etc/cron.d/x', hashOf(outside)),
    )
    // The file and the hash of another document.
    await bucket.put(keyOf(lying), await bytes(lying), says(lying.id, localPath(others.id), hashOf(others)))
    await rm(fileOf(readur, `${outside.id}.txt`))
    const recovered = await readur.run('recover')
    await readur.run('rollback', idOf(recovered), '--yes')
    expect(await pathOf(readur, outside.id)).toBe(localPath(outside.id))
    const files = await readdir(join(readur.uploadsDir, 'documents'))
    expect(files.sort()).toEqual(documents.map(({ id }) => `${id}.txt`).sort())
    const { rows, files: now } = await readur.snapshot()
    for (const each of documents) {
      const path = String(rows.documents[each.id]?.columns.file_path)
      const place = path.replace('/app/uploads/', '')
      expect(path.startsWith('s3://') || now[place]?.sha256 === hashOf(each)).toBe(true)
    }
  })
})
