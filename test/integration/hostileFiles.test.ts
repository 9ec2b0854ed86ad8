import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { entriesOf, entryOf, move, stateOf, writeState, type Entry } from './referenceTool.ts'
import { codesOf, World } from './world.ts'

let readur: World
let bucket: Outside
let entries: Entry[]
/** The last document is local; the others were moved by the reference tool. */
let local: Entry
beforeEach(async () => {
  readur = await World.bulk(6)
  bucket = new Outside(readur.s3)
  entries = await entriesOf(readur)
  const last = entries.pop()
  if (!last) throw new Error('Nothing was planted')
  local = last
})
afterEach(async () => {
  bucket[Symbol.dispose]()
  await readur.close()
})

const fileOf = ({ document_id: id }: Entry): string => `documents/${id}.txt`

/** Documents whose row does not lead to the bytes that were uploaded. */
async function lost(): Promise<string[]> {
  const { rows, files, objects } = await readur.snapshot()
  return [...entries, local].flatMap((entry) => {
    const path = String(rows.documents[entry.document_id]?.columns.file_path)
    const isOnS3 = path.startsWith('s3://')
    const found = isOnS3 ? objects[path.slice('s3://'.length)] : files[path.replace('/app/uploads/', '')]
    return found?.sha256 === readur.before.files[fileOf(entry)]?.sha256 ? [] : [`${entry.document_id} at ${path}`]
  })
}

it('no entry leads to an object that is not a document’s own', async () => {
  await move(readur, bucket, entries)
  const [victim, other] = entries
  if (!victim || !other) throw new Error('Too few documents')
  const { document_id: id, user_id: user } = local
  const earlier = `documents/${user}/1999/01/${id}.txt`
  const foreign = ['private/payroll.txt', 'documents/readme.txt', earlier, `documents/${user}/1999/01/x.txt`]
  for (const key of foreign) await bucket.put(key, 'Not yours')
  const before = await readur.snapshot()
  const hostile: unknown[] = [
    { ...local, s3_key: 'private/payroll.txt' },
    { ...local, s3_key: 'documents/../private/payroll.txt' },
    { ...local, s3_key: `documents/${user}/1999/01/../../../../private/payroll.txt` },
    { ...local, s3_key: `s3://${readur.s3.bucket}/private/payroll.txt` },
    { ...local, s3_key: 'documents/readme.txt' },
    { ...local, s3_key: `documents/${user}/1999/01/x.txt` },
    { ...local, s3_key: victim.s3_key },
    { ...local, user_id: victim.user_id, s3_key: victim.s3_key },
    { ...local, original_path: '/etc/passwd' },
    { ...local, original_path: '/app/uploads/../outside/payroll.txt' },
    { ...local, document_id: '../../etc', __proto__: { s3_key: earlier } },
    { ...local, s3_key: earlier },
    { ...other, associated_files: [{ file_type: 'thumbnail', original_path: 'x', s3_key: 'private/payroll.txt' }] },
    null,
    [],
    'text',
  ]
  const file = await writeState(readur, stateOf(hostile))
  for (const line of [
    ['rollback', file],
    ['rollback', file, '--force'],
  ]) {
    const { err } = await readur.call(...line, '--yes', '--env-file', readur.envFile)
    expect(err).toContain('is not one that Readur would give it')
  }
  const after = await readur.snapshot()
  // Only the one entry that is right was undone; no object says that we made it, so each stays.
  expect(after.rows.documents[other.document_id]?.columns.file_path).toBe(other.original_path)
  expect(after.objects).toEqual(before.objects)
  expect(after.files).toEqual(before.files)
  expect(await lost()).toEqual([])
})

describe('an entry that names another file', () => {
  it('of a document that is still local does not get it', async () => {
    await move(readur, bucket, entries)
    const [entry] = entries
    for (const path of [local.original_path, `./uploads/documents/${local.document_id}.txt`]) {
      const file = await writeState(readur, stateOf([{ ...entry, original_path: path }]))
      const undone = await readur.run('rollback', file, '--force', '--yes')
      expect(undone).toMatchObject({ code: 1, report: { restored: 0, failed: 1 } })
      expect(codesOf(undone.report)).toEqual(['ROLLBACK_BLOCKED 1'])
    }
    expect(await lost()).toEqual([])
  })

  it('that another entry names too leads to no document with the bytes of the other', async () => {
    await move(readur, bucket, entries)
    const path = '/app/uploads/documents/both.txt'
    const both = entries.slice(0, 2).map((entry) => ({ ...entry, original_path: path }))
    const file = await writeState(readur, stateOf(both))
    const undone = await readur.run('rollback', file, '--yes')
    expect(await lost()).toEqual([])
    expect(undone.report).toMatchObject({ restored: 1, failed: 1 })
  })

  it('with the hash of that file, in a file of ours that was tampered with, is not believed', async () => {
    const { report } = await readur.run('migrate')
    const text = await readFile(report.stateFile ?? '', 'utf8')
    const state = JSON.parse(text) as { completed_migrations: (Entry & { sha256: string })[] }
    const [victim, other] = state.completed_migrations
    if (!victim || !other) throw new Error('Too few documents')
    Object.assign(victim, { original_path: other.original_path, sha256: other.sha256 })
    readur.home = join(readur.home, 'other')
    const file = await writeState(readur, { ...state, completed_migrations: [victim] })
    expect(await readur.run('rollback', file, '--yes')).toMatchObject({ code: 1, report: { restored: 0, failed: 1 } })
    expect(await lost()).toEqual([])
  })

  it('and of a document without a recorded hash is not believed either', async () => {
    await readur.query('UPDATE documents SET file_hash = NULL')
    const { report } = await readur.run('migrate')
    const text = await readFile(report.stateFile ?? '', 'utf8')
    const state = JSON.parse(text) as { completed_migrations: (Entry & { sha256: string })[] }
    const [victim, other] = state.completed_migrations
    if (!victim || !other) throw new Error('Too few documents')
    Object.assign(victim, { original_path: other.original_path, sha256: other.sha256 })
    readur.home = join(readur.home, 'other')
    const file = await writeState(readur, { ...state, completed_migrations: [victim] })
    expect(await readur.run('rollback', file, '--yes')).toMatchObject({ code: 1, report: { restored: 0, failed: 1 } })
    expect(await lost()).toEqual([])
  })
})

it('an object that somebody has replaced stays, and its document goes back to the bytes that were uploaded', async () => {
  await move(readur, bucket, entries)
  const [entry] = entries
  await bucket.put(entry?.s3_key ?? '', '#'.repeat(64))
  const file = await writeState(readur, stateOf(entries))
  const imported = await readur.run('import', file)
  const check = await readur.verify(idOf(imported), '--level', 'readback')
  expect(check.drift).toMatchObject([{ code: 'OBJECT_DIFFERS', repair: 'rollback', count: 1 }])
  expect(await readur.run('rollback', idOf(imported), '--yes')).toMatchObject({ code: 0, report: { restored: 5 } })
  expect(Object.keys(await bucket.listed()).sort()).toEqual(entries.map(({ s3_key: key }) => key).sort())
  expect(await lost()).toEqual([])
})

it('documents of another database are left out', async () => {
  await move(readur, bucket, entries)
  const strangers = [entryOf('11111111-2222-4333-8444-555555555555', local.user_id)]
  await bucket.put(strangers[0]?.s3_key ?? '', 'Of another Readur in this bucket')
  const before = await readur.snapshot()
  const undone = await readur.run('rollback', await writeState(readur, stateOf(strangers)), '--yes')
  expect(codesOf(undone.report)).toEqual([])
  expect(await readur.snapshot()).toEqual(before)
})
