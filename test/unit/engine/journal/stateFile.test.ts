import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exportStateFile } from '../../../../src/main/engine/journal/stateFile.ts'
import type { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { openStoreFolder, plannedItem, seal, type StoreFolder } from '../../../fakes/runStores.ts'

const at = Date.UTC(2026, 10, 22, 9, 0, 0, 250)
const failure = { title: '', remedy: '', causes: [] }

let folder: StoreFolder
beforeEach(async () => {
  folder = await openStoreFolder()
})
afterEach(() => folder.remove())

const image = (name: string, documentId: string) =>
  plannedItem(name, {
    kind: 'processed_image',
    documentId,
    oldPath: `/app/uploads/processed_images/${name}.png`,
    key: `processed_images/user/${name}.png`,
  })
const create = (): RunStore => folder.create({ now: () => at })
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

describe('the state file', () => {
  it('has exactly the shape of the reference tool', async () => {
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
      completed_migrations: [],
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
})
