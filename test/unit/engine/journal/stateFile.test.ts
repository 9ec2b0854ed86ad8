import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportStateFile, exportStateFileTo } from '../../../../src/main/engine/journal/stateFile.ts'
import type { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { header, openStoreFolder, plannedItem, seal, verified, type StoreFolder } from '../../../fakes/runStores.ts'
import { readAll } from '../import/states.ts'

const at = Date.UTC(2026, 10, 22, 9, 0, 0, 250)
const failure = { title: '', remedy: '', causes: [] }

let folder: StoreFolder
beforeEach(async () => {
  folder = await openStoreFolder()
})
afterEach(() => folder.remove())

const image = (name: string, documentId: string, userId = 'user') =>
  plannedItem(name, {
    userId,
    kind: 'processed_image',
    documentId,
    oldPath: `/app/uploads/processed_images/${name}.png`,
    key: `processed_images/${userId}/${name}.png`,
  })
const create = (): RunStore => folder.create({ now: () => at })
const ours = { format: 1, run_id: header.id, database_identity: 'memory/1', bucket: 'test' }
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

describe('the state file', () => {
  it('has the shape of the reference tool, and besides only what that ignores', async () => {
    const store = create()
    seal(store, [
      plannedItem('d1'),
      image('p1', 'd1'),
      image('p2', 'd1'),
      plannedItem('d2', { userId: 'other' }),
      plannedItem('d3', { verdict: 'blocked', code: 'FILE_MISSING', message: 'Nothing lies there.', source: null }),
      plannedItem('d4', { verdict: 'skip', code: 'ALREADY_ON_S3' }),
      plannedItem('d5'),
      plannedItem('d6'),
    ])
    store.append([
      { step: 'committed', seq: 1, data: {} },
      { step: 'committed', seq: 2, data: {} },
      {
        step: 'failed',
        seq: 3,
        code: 'FILE_MISSING',
        data: { ...failure, code: 'FILE_MISSING', message: 'It is gone.' },
      },
      { step: 'committed', seq: 4, data: {} },
      {
        step: 'failed',
        seq: 7,
        code: 'S3_REJECTED',
        data: { ...failure, code: 'S3_REJECTED', message: 'No “such” thing.' },
      },
    ])
    expect(await read(await exportStateFile(store, folder.dir))).toEqual({
      started_at: '2026-11-22T08:45:01.000Z',
      readur_migrate: ours,
      completed_associated_files: [],
      completed_migrations: [
        {
          document_id: 'd1',
          user_id: 'user',
          original_path: '/app/uploads/documents/d1.txt',
          s3_key: 'documents/user/2024/05/d1.txt',
          migrated_at: '2026-11-22T09:00:00.250Z',
          associated_files: [
            {
              file_type: 'processed_image',
              original_path: '/app/uploads/processed_images/p1.png',
              s3_key: 'processed_images/user/p1.png',
            },
          ],
        },
        {
          document_id: 'd2',
          user_id: 'other',
          original_path: '/app/uploads/documents/d2.txt',
          s3_key: 'documents/user/2024/05/d2.txt',
          migrated_at: '2026-11-22T09:00:00.250Z',
          associated_files: [],
        },
      ],
      failed_migrations: [
        {
          document_id: 'd1',
          original_path: '/app/uploads/processed_images/p2.png',
          error: 'It is gone.',
          failed_at: '2026-11-22T09:00:00.250Z',
        },
        {
          document_id: 'd3',
          original_path: '/app/uploads/documents/d3.txt',
          error: 'Nothing lies there.',
          failed_at: '2026-11-22T08:45:01.000Z',
        },
        {
          document_id: 'd5',
          original_path: '/app/uploads/documents/d5.txt',
          error: 'No “such” thing.',
          failed_at: '2026-11-22T09:00:00.250Z',
        },
      ],
      total_files: 5,
      processed_files: 4,
    })
  })

  it('of a run that did nothing is whole too', async () => {
    const store = create()
    seal(store, [])
    expect(await read(await exportStateFile(store, folder.dir))).toEqual({
      started_at: '2026-11-22T08:45:01.000Z',
      readur_migrate: ours,
      completed_migrations: [],
      completed_associated_files: [],
      failed_migrations: [],
      total_files: 0,
      processed_files: 0,
    })
  })

  it('names no document that was rolled back', async () => {
    const store = create()
    seal(store, [plannedItem('d1')])
    store.append([{ step: 'committed', seq: 1, data: {} }])
    store.append([{ step: 'restored', seq: 1, data: {} }])
    expect(await read(await exportStateFile(store, folder.dir))).toMatchObject({ completed_migrations: [] })
  })

  it('is named after the start of the run, and for its owner alone', async () => {
    const store = create()
    seal(store, [])
    const path = await exportStateFile(store, folder.dir)
    expect(path).toBe(join(folder.dir, 'migration_state_20261122_084501.json'))
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readdir(folder.dir)).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('never takes the place of another one', async () => {
    const taken = join(folder.dir, 'migration_state_20261122_084501.json')
    await writeFile(taken, 'of another run')
    const store = create()
    seal(store, [])
    expect(await exportStateFile(store, folder.dir)).toBe(join(folder.dir, 'migration_state_20261122_084501_2.json'))
    expect(await readFile(taken, 'utf8')).toBe('of another run')
  })

  it('is replaced when it is exported again', async () => {
    const store = create()
    seal(store, [plannedItem('d1')])
    const first = await exportStateFile(store, folder.dir)
    store.append([{ step: 'committed', seq: 1, data: {} }])
    expect(await exportStateFile(store, folder.dir)).toBe(first)
    expect(await read(first)).toMatchObject({ processed_files: 1 })
    expect((await readdir(folder.dir)).filter((name) => name.endsWith('.json'))).toHaveLength(1)
  })

  it('holds every document of a large run', async () => {
    const store = create()
    seal(
      store,
      Array.from({ length: 1_203 }, (_, n) => plannedItem(`d${n}`)),
    )
    store.append(Array.from({ length: 1_203 }, (_, n) => ({ step: 'committed' as const, seq: n + 1, data: {} })))
    const state = await read(await exportStateFile(store, folder.dir))
    expect(state).toMatchObject({ total_files: 1_203, processed_files: 1_203 })
    expect(Reflect.get(Object(state), 'completed_migrations')).toHaveLength(1_203)
  })

  it('names what was verified last', async () => {
    const store = create()
    seal(store, [plannedItem('d1'), image('p1', 'd1')])
    const sha256 = '12'.repeat(32)
    store.append([
      { step: 'verified', seq: 1, data: verified },
      { step: 'verified', seq: 1, data: { ...verified, sha256 } },
      { step: 'verified', seq: 2, data: verified },
      { step: 'committed', seq: 1, data: {} },
      { step: 'committed', seq: 2, data: {} },
    ])
    expect(await read(await exportStateFile(store, folder.dir))).toMatchObject({
      completed_migrations: [{ sha256, associated_files: [{ sha256: verified.sha256 }] }],
    })
  })

  it('names an image that was moved although its document was not', async () => {
    const store = create()
    seal(store, [
      plannedItem('d1', { verdict: 'skip', code: 'ALREADY_ON_S3' }),
      image('p1', 'd1'),
      plannedItem('d2'),
      image('p2', 'd2'),
      image('p3', 'd2'),
    ])
    store.append([
      { step: 'committed', seq: 2, data: {} },
      { step: 'failed', seq: 3, data: { ...failure, code: 'FILE_MISSING', message: 'It is gone.' } },
      { step: 'verified', seq: 4, data: verified },
      { step: 'committed', seq: 4, data: {} },
      { step: 'restored', seq: 5, data: {} },
    ])
    expect(await read(await exportStateFile(store, folder.dir))).toMatchObject({
      completed_migrations: [],
      completed_associated_files: [
        {
          document_id: 'd1',
          user_id: 'user',
          file_type: 'processed_image',
          original_path: '/app/uploads/processed_images/p1.png',
          s3_key: 'processed_images/user/p1.png',
        },
        { document_id: 'd2', s3_key: 'processed_images/user/p2.png', sha256: verified.sha256 },
      ],
      failed_migrations: [{ document_id: 'd2' }],
    })
  })
})

describe('where the state file goes', () => {
  const stateFiles = async (dir: string) => (await readdir(dir)).filter((name) => name.endsWith('.json')).sort()
  const empty = (): RunStore => {
    const store = create()
    seal(store, [])
    return store
  }

  it('is the folder that is asked for, wherever it went before', async () => {
    const store = empty()
    const [here, there] = [join(folder.dir, 'here'), join(folder.dir, 'there')]
    const first = await exportStateFile(store, here)
    const second = await exportStateFile(store, there)
    expect(second).toBe(join(there, 'migration_state_20261122_084501.json'))
    expect(await exportStateFile(store, here)).toBe(first)
    expect(await exportStateFile(store, `${there}/`)).toBe(second)
    expect([await stateFiles(here), await stateFiles(there)]).toMatchObject([{ length: 1 }, { length: 1 }])
  })

  it('is the file that is asked for', async () => {
    const store = empty()
    const path = join(folder.dir, 'new', 'state of november.json')
    expect(await exportStateFileTo(store, path)).toBe(path)
    expect(store.last('exported')).toEqual({ path })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await exportStateFileTo(store, join(folder.dir, 'new', '.', 'state of november.json'))).toBe(path)
    expect(await readdir(join(folder.dir, 'new'))).toEqual(['state of november.json'])
    expect(await exportStateFile(store, join(folder.dir, 'new'))).not.toBe(path)
  })

  it('is never a place that something else has', async () => {
    const store = empty()
    const taken = join(folder.dir, 'taken.json')
    const link = join(folder.dir, 'link.json')
    await writeFile(taken, 'of somebody')
    await symlink(join(folder.dir, 'nowhere'), link)
    for (const path of [taken, link, folder.dir]) {
      await expect(exportStateFileTo(store, path)).rejects.toMatchObject({ code: 'FILE_TAKEN', subject: path })
    }
    expect(await readFile(taken, 'utf8')).toBe('of somebody')
    expect(store.last('exported')).toBeNull()
  })

  it('is told when it cannot be written', async () => {
    const store = empty()
    const file = join(folder.dir, 'file')
    await writeFile(file, '')
    const error = { code: 'STATE_FILE_UNWRITABLE', scope: 'run' }
    await expect(exportStateFile(store, file)).rejects.toMatchObject(error)
    await expect(exportStateFileTo(store, join(file, 'state.json'))).rejects.toMatchObject(error)
    expect(store.last('exported')).toBeNull()
  })

  it('may have been emptied since', async () => {
    const store = empty()
    const dir = join(folder.dir, 'states')
    const path = await exportStateFile(store, dir)
    await rm(dir, { recursive: true })
    await mkdir(dir)
    expect(await exportStateFile(store, dir)).toBe(path)
  })
})

describe('a state file that is read again', () => {
  const user = '0b6e7d5c-1111-4a4a-8b8b-00000000aaaa'
  const idOf = (n: number) => `d0c00000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const document = (n: number, change: Parameters<typeof plannedItem>[1] = {}) =>
    plannedItem(idOf(n), { userId: user, key: `documents/${user}/2024/05/${idOf(n)}.txt`, ...change })
  const imageOf = (n: number) => image(`${idOf(n)}_processed_1700000000`, idOf(n), user)

  it('says all that the run did', async () => {
    const store = create()
    const items = [document(1), imageOf(1), document(2, { verdict: 'skip' }), imageOf(2), document(3), document(4)]
    seal(store, items)
    store.append([1, 2, 4, 6].map((seq) => ({ step: 'verified' as const, seq, data: verified })))
    store.append([1, 2, 4, 6].map((seq) => ({ step: 'committed' as const, seq, data: {} })))
    store.append([
      { step: 'failed', seq: 5, data: { ...failure, code: 'FILE_MISSING', message: 'Nothing lies “there”.\n' } },
      { step: 'restored', seq: 6, data: {} },
    ])
    const { sha256 } = verified
    const fileOf = (n: number) => ({
      type: 'processed_image',
      originalPath: imageOf(n).oldPath,
      key: imageOf(n).key,
      sha256,
    })
    expect(await readAll(await exportStateFile(store, folder.dir))).toEqual([
      {
        kind: 'head',
        head: {
          shape: 'migration state',
          startedAt: header.createdAt,
          runId: header.id,
          databaseIdentity: header.databaseIdentity,
          bucket: header.bucket,
        },
      },
      {
        kind: 'moved',
        document: {
          documentId: idOf(1),
          userId: user,
          originalPath: document(1).oldPath,
          key: document(1).key,
          migratedAt: at,
          sha256,
          files: [fileOf(1)],
        },
      },
      { kind: 'moved file', file: { documentId: idOf(2), userId: user, ...fileOf(2) } },
      {
        kind: 'not moved',
        document: {
          documentId: idOf(3),
          originalPath: document(3).oldPath,
          error: 'Nothing lies “there”. ',
          failedAt: at,
        },
      },
    ])
  })
})
