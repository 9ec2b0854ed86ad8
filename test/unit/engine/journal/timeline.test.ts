import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, MigrateError } from '../../../../src/main/engine/errors.ts'
import { countItems, itemPage, usersOf } from '../../../../src/main/engine/journal/items.ts'
import { problemGroups } from '../../../../src/main/engine/journal/problems.ts'
import type { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { describeRun } from '../../../../src/main/engine/journal/summary.ts'
import { effectsOf, timelineOf } from '../../../../src/main/engine/journal/timeline.ts'
import { defaultMigrateOptions, type RunStatus } from '../../../../src/shared/run.ts'
import { openStoreFolder, plannedItem, seal, verified, type StoreFolder } from '../../../fakes/runStores.ts'

let folder: StoreFolder
let store: RunStore
let now = 1_000
beforeEach(async () => {
  now = 1_000
  folder = await openStoreFolder()
  store = folder.create({ now: () => now })
})
afterEach(() => folder.remove())

const alive = (): boolean => true
const dead = (): boolean => false
const lost = { code: 'DB_LOST' as const, title: 'Lost', message: 'Connection terminated', remedy: 'r', causes: [] }

const at = (time: number, write: () => void): void => {
  now = time
  write()
}
const start = (): void =>
  store.append([{ step: 'started', data: { pid: 1, host: 'desk', options: defaultMigrateOptions } }])
const finish = (status: RunStatus): void =>
  store.append([{ step: 'finished', data: { status, ...countItems(store), seconds: 1, finishedAt: now } }])

describe('the timeline of a run', () => {
  it('tells its sessions in order, one that was killed with its last sign of life', () => {
    at(1_000, () => seal(store, [plannedItem('d1')]))
    at(2_000, start)
    at(2_500, () => store.append([{ step: 'verified', seq: 1, data: verified }]))
    at(9_000, start)
    at(9_500, () => store.append([{ step: 'committed', seq: 1, data: {} }]))
    at(9_600, () => finish('completed'))
    at(9_700, () => store.append([{ step: 'exported', data: { path: '/state.json' } }]))
    expect(timelineOf(store, dead)).toEqual([
      { at: 1_000, what: 'planned' },
      { at: 2_000, what: 'started', host: 'desk' },
      { at: 2_500, what: 'lost' },
      { at: 9_000, what: 'started', host: 'desk' },
      { at: 9_600, what: 'ended', status: 'completed', counts: countItems(store).counts },
      { at: 9_700, what: 'exported', path: '/state.json' },
    ])
  })

  it('takes a session for lost only when nobody works on it', () => {
    seal(store, [plannedItem('d1')])
    at(2_000, start)
    expect(timelineOf(store, alive).at(-1)).toMatchObject({ what: 'started' })
    expect(timelineOf(store, dead).at(-1)).toEqual({ at: 2_000, what: 'lost' })
  })

  it('has what went wrong, and what was to be known', () => {
    seal(store, [plannedItem('d1')])
    start()
    store.append([
      { step: 'error', code: 'DB_LOST', data: lost },
      { step: 'warning', data: { message: 'It was written by another version.' } },
    ])
    expect(timelineOf(store, alive).slice(2)).toEqual([
      { at: 1_000, what: 'error', title: 'Lost', message: 'Connection terminated' },
      { at: 1_000, what: 'warning', message: 'It was written by another version.' },
    ])
  })

  it('keeps to the latest of a run with very many sessions', () => {
    seal(store, [plannedItem('d1')])
    for (let session = 0; session < 80; session += 1) {
      start()
      finish('interrupted')
    }
    expect(timelineOf(store, dead)).toHaveLength(100)
  })
})

describe('what ended a run', () => {
  it('is told of the latest session alone: what was overcome is past', () => {
    seal(store, [plannedItem('d1')])
    start()
    store.append([{ step: 'error', code: 'DB_LOST', data: lost }])
    finish('interrupted')
    expect(describeRun(store, dead).error).toMatchObject({ code: 'DB_LOST' })
    expect(problemGroups(store).map(({ code, kind }) => [code, kind])).toEqual([['DB_LOST', 'run']])
    start()
    store.append([{ step: 'committed', seq: 1, data: {} }])
    finish('completed')
    expect(describeRun(store, dead).error).toBeNull()
    expect(problemGroups(store)).toEqual([])
  })
})

describe('what a rollback has done beside the rows', () => {
  it('is counted from its journal', () => {
    const rollback = folder.create(undefined, { kind: 'rollback', parent: store.header.id })
    seal(
      rollback,
      ['d1', 'd2', 'd3', 'd4'].map((name) => plannedItem(name)),
    )
    const left = { ...lost, code: 'OBJECT_LEFT' as const }
    rollback.append([
      { step: 'fetch-intent', seq: 1, data: { to: 'documents/d1.txt' } },
      { step: 'restored', seq: 1, data: {} },
      { step: 'removed', seq: 1, data: {} },
      // Could not be fetched.
      { step: 'fetch-intent', seq: 2, data: { to: 'documents/d2.txt' } },
      { step: 'restore-failed', seq: 2, code: 'ROLLBACK_BLOCKED', data: lost },
      { step: 'restored', seq: 3, data: {} },
      { step: 'remove-failed', seq: 3, code: 'OBJECT_LEFT', data: left },
      { step: 'restored', seq: 4, data: {} },
      { step: 'remove-failed', seq: 4, code: 'OBJECT_LEFT', data: left },
      // A later session could.
      { step: 'removed', seq: 4, data: {} },
    ])
    expect(effectsOf(rollback)).toEqual({ filesFetched: 1, objectsRemoved: 2, objectsLeft: 1 })
    expect(describeRun(rollback, dead)).toMatchObject({ preview: null, rollbackOptions: null })
  })
})

describe('finding items', () => {
  const found = (query: Parameters<typeof itemPage>[1]) => itemPage(store, query).items.map(({ filename }) => filename)
  const page = { after: 0, limit: 10 }

  it('goes by name, path, or the beginning of the id, in any case; % and _ are letters', () => {
    seal(store, [
      plannedItem('a1', { filename: '100% refund.txt' }),
      plannedItem('b2', { filename: 'Invoice.PDF', oldPath: '/app/uploads/documents/scan_7.pdf' }),
      plannedItem('c3', { filename: 'scan 7.pdf' }),
    ])
    expect(found({ ...page, text: '100%' })).toEqual(['100% refund.txt'])
    expect(found({ ...page, text: 'INVOICE' })).toEqual(['Invoice.PDF'])
    expect(found({ ...page, text: 'scan_7' })).toEqual(['Invoice.PDF'])
    expect(found({ ...page, text: 'c3' })).toEqual(['scan 7.pdf'])
    expect(found({ ...page, text: '\\' })).toEqual([])
  })

  it('lists each document that was to be moved once, however many files it has', () => {
    seal(store, [
      plannedItem('blocked', { documentId: 'd0', verdict: 'blocked', code: 'FILE_MISSING' }),
      plannedItem('first', { documentId: 'd1' }),
      plannedItem('image', { documentId: 'd1', kind: 'processed_image' }),
      plannedItem('only its image', { documentId: 'd0', kind: 'processed_image' }),
      plannedItem('second', { documentId: 'd2' }),
    ])
    expect(found({ ...page, documents: true })).toEqual(['first.txt', 'only its image.txt', 'second.txt'])
    expect(itemPage(store, { after: 0, limit: 2, documents: true }).next).toBe(4)
  })

  it('knows whose documents can be rolled back, by name where it could be read, those with most first', () => {
    seal(store, [
      plannedItem('a', { userId: 'ada', documentId: 'd1', size: 10 }),
      plannedItem('b', { userId: 'bob', documentId: 'd2', size: 1 }),
      plannedItem('c', { userId: 'bob', documentId: 'd3', size: 2 }),
      plannedItem('d', { userId: 'bob', documentId: 'd3', size: 4, kind: 'processed_image' }),
      plannedItem('e', { userId: null, documentId: 'd4' }),
      plannedItem('f', { userId: 'eve', documentId: 'd5', verdict: 'skip' }),
      plannedItem('g', { userId: 'ada', documentId: 'd6', size: 100 }),
    ])
    store.append([
      { step: 'users', data: [{ id: 'ada', name: 'Ada' }] },
      ...[1, 2, 3, 4, 5].map((seq) => ({ step: 'committed' as const, seq, data: {} })),
      {
        step: 'failed',
        seq: 7,
        code: 'FILE_MISSING',
        data: errorData(new MigrateError('FILE_MISSING', { message: '' })),
      },
    ])
    expect(usersOf(store)).toEqual([
      { userId: 'bob', documents: 2, files: 3, bytes: 7, example: 'b.txt', name: null },
      { userId: 'ada', documents: 1, files: 1, bytes: 10, example: 'a.txt', name: 'Ada' },
    ])
  })
})
