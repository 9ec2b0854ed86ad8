import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, MigrateError } from '../../../../src/main/engine/errors.ts'
import { countItems, countThatCanSucceed, documentIdsOf, itemPage } from '../../../../src/main/engine/journal/items.ts'
import { problemGroups } from '../../../../src/main/engine/journal/problems.ts'
import type { RunStore } from '../../../../src/main/engine/journal/runStore.ts'
import { describeRun, summarize } from '../../../../src/main/engine/journal/summary.ts'
import { reportOf } from '../../../../src/main/engine/journal/summary.ts'
import type { ErrorCode } from '../../../../src/shared/errors.ts'
import { defaultMigrateOptions, type ItemState } from '../../../../src/shared/run.ts'
import { openStoreFolder, plannedItem, seal, verified, type StoreFolder } from '../../../fakes/runStores.ts'

let folder: StoreFolder
let store: RunStore
beforeEach(async () => {
  folder = await openStoreFolder()
  store = folder.create()
})
afterEach(() => folder.remove())

const error = (code: 'S3_REJECTED' | 'ROLLBACK_BLOCKED' | 'DB_LOST', message: string) => ({
  code,
  title: 'title',
  message,
  remedy: 'remedy',
  causes: [],
})
const alive = (): boolean => true
const dead = (): boolean => false
const started = { step: 'started' as const, data: { pid: 1, host: 'h', options: defaultMigrateOptions } }

/** One item for each way that an item can have gone. */
function everyWay(): void {
  seal(store, [
    plannedItem('committed', { size: 100 }),
    plannedItem('failed'),
    plannedItem('restored'),
    plannedItem('restore-failed', { size: 20 }),
    plannedItem('verified only'),
    plannedItem('untouched'),
    plannedItem('skipped', { verdict: 'skip', code: 'ALREADY_ON_S3' }),
    plannedItem('blocked', { verdict: 'blocked', code: 'FILE_MISSING', message: 'Nothing lies there.' }),
  ])
  store.append([
    { step: 'verified', seq: 1, code: 'IMAGE_REENCODED', data: verified },
    { step: 'committed', seq: 1, data: {} },
    { step: 'failed', seq: 2, code: 'S3_REJECTED', data: error('S3_REJECTED', 'It was refused.') },
    { step: 'committed', seq: 3, data: {} },
    { step: 'restored', seq: 3, data: {} },
    { step: 'committed', seq: 4, data: {} },
    { step: 'restore-failed', seq: 4, code: 'ROLLBACK_BLOCKED', data: error('ROLLBACK_BLOCKED', 'It is gone.') },
    { step: 'verified', seq: 5, code: null, data: verified },
  ])
}

describe('counting items', () => {
  it('counts each once, by its last outcome, and the sum is the plan', () => {
    everyWay()
    const { counts, bytes } = countItems(store)
    expect(counts).toEqual({ planned: 8, committed: 2, failed: 2, restored: 1, freed: 0, skipped: 1, remaining: 2 })
    expect(bytes).toBe(120)
  })

  it('of an empty plan is nothing', () => {
    seal(store, [])
    expect(countItems(store)).toEqual({
      counts: { planned: 0, committed: 0, failed: 0, restored: 0, freed: 0, skipped: 0, remaining: 0 },
      bytes: 0,
    })
  })
})

describe('listing items', () => {
  it.each<[ItemState, string[]]>([
    ['committed', ['committed', 'restore-failed']],
    ['failed', ['failed', 'blocked']],
    ['restored', ['restored']],
    ['skipped', ['skipped']],
    ['pending', ['verified only', 'untouched']],
  ])('that are %s', (state, names) => {
    everyWay()
    expect(itemPage(store, { state, after: 0, limit: 10 }).items.map(({ rowId }) => rowId)).toEqual(names)
  })

  it.each([
    ['S3_REJECTED', ['failed']],
    ['FILE_MISSING', ['blocked']],
    ['ALREADY_ON_S3', ['skipped']],
    ['DB_LOST', []],
  ] as const)('with the code %s', (code, names) => {
    everyWay()
    expect(itemPage(store, { code, after: 0, limit: 10 }).items.map(({ rowId }) => rowId)).toEqual(names)
  })

  it('says of each what happened to it', () => {
    everyWay()
    const { items } = itemPage(store, { after: 0, limit: 10 })
    expect(items[1]).toEqual({
      seq: 2,
      kind: 'document',
      documentId: 'failed',
      rowId: 'failed',
      filename: 'failed.txt',
      path: '/app/uploads/documents/failed.txt',
      key: 'documents/user/2024/05/failed.txt',
      size: 10,
      state: 'failed',
      code: 'S3_REJECTED',
      message: 'It was refused.',
      remedy: null,
    })
    expect(items[7]).toMatchObject({ state: 'failed', code: 'FILE_MISSING', message: 'Nothing lies there.' })
  })

  it('gives pages that follow one another without gap or double', () => {
    seal(
      store,
      Array.from({ length: 7 }, (_, n) => plannedItem(`d${n}`)),
    )
    const seen: string[] = []
    const sizes: number[] = []
    for (let after: number | null = 0; after !== null;) {
      const page = itemPage(store, { after, limit: 3 })
      seen.push(...page.items.map(({ rowId }) => rowId))
      sizes.push(page.items.length)
      after = page.next
    }
    expect(seen).toEqual(['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6'])
    expect(sizes).toEqual([3, 3, 1])
  })

  it('has no next page after a full last one', () => {
    seal(store, [plannedItem('a'), plannedItem('b')])
    expect(itemPage(store, { after: 0, limit: 2 }).next).toBeNull()
  })
})

describe('grouping problems', () => {
  it('by cause, with what kind they are and what to do', () => {
    everyWay()
    store.append([{ step: 'error', code: 'DB_LOST', data: error('DB_LOST', 'The connection is gone.') }])
    const groups = problemGroups(store)
    expect(groups.map(({ code, kind, count }) => [code, kind, count])).toEqual([
      ['DB_LOST', 'run', 1],
      ['S3_REJECTED', 'failed', 1],
      ['FILE_MISSING', 'failed', 1],
      ['ALREADY_ON_S3', 'skipped', 1],
      ['ROLLBACK_BLOCKED', 'note', 1],
      ['IMAGE_REENCODED', 'note', 1],
    ])
    for (const { remedy } of groups) expect(remedy).not.toBe('')
    expect(groups[1]?.examples).toEqual([
      {
        documentId: 'failed',
        filename: 'failed.txt',
        path: '/app/uploads/documents/failed.txt',
        message: 'It was refused.',
      },
    ])
  })

  it('makes one group of a cause, whether the plan or the run has met it', () => {
    const missing = (seq: number) => ({
      ...{ step: 'failed' as const, seq, code: 'FILE_MISSING' as const },
      data: { ...error('DB_LOST', `gone ${seq}`), code: 'FILE_MISSING' as const },
    })
    seal(store, [
      plannedItem('a', { verdict: 'blocked', code: 'FILE_MISSING', message: 'Nothing lies there.' }),
      ...Array.from({ length: 6 }, (_, at) => plannedItem(`b${at}`)),
    ])
    store.append([2, 3, 4, 5, 6].map(missing))
    const groups = problemGroups(store)
    expect(groups).toMatchObject([{ code: 'FILE_MISSING', kind: 'failed', count: 6 }])
    expect(groups[0]?.examples).toHaveLength(5)
  })

  it('counts all and shows the first few', () => {
    const blocked = { verdict: 'blocked', code: 'FILE_MISSING', message: 'gone' } as const
    seal(
      store,
      Array.from({ length: 12 }, (_, n) => plannedItem(`d${n}`, blocked)),
    )
    expect(problemGroups(store)).toMatchObject([{ code: 'FILE_MISSING', count: 12 }])
    expect(problemGroups(store)[0]?.examples.map(({ documentId }) => documentId)).toEqual([
      'd0',
      'd1',
      'd2',
      'd3',
      'd4',
    ])
  })

  it('does not show a failure that a later try has made good', () => {
    seal(store, [plannedItem('d1')])
    store.append([{ step: 'failed', seq: 1, code: 'S3_REJECTED', data: error('S3_REJECTED', 'refused') }])
    store.append([{ step: 'committed', seq: 1, data: {} }])
    expect(problemGroups(store)).toEqual([])
  })

  it('notes files that several rows share', () => {
    seal(store, [
      plannedItem('a', { source: 'documents/x.txt' }),
      plannedItem('b', { source: 'documents/x.txt' }),
      plannedItem('c'),
    ])
    expect(problemGroups(store)).toMatchObject([{ code: 'FILE_SHARED', kind: 'note', count: 2 }])
  })

  it('counts and shows paths that Readur finds only while it stores locally, until they are switched', () => {
    const named = (id: string, oldPath: string, source: string) => plannedItem(id, { oldPath, source })
    seal(store, [
      named('a', 'a.txt', 'documents/a.txt'),
      named('b', './documents/b.txt', 'documents/b.txt'),
      named('c', '/app/uploads/documents/c.txt', 'documents/c.txt'),
      named('d', './uploads/d.txt', 'documents/d.txt'),
      named('e', 'data/e.txt', 'documents/e.txt'),
      named('f', 'old/f.txt', 'old/f.txt'),
    ])
    const paths = () =>
      problemGroups(store).flatMap(({ code, kind, count, examples }) => [
        code,
        kind,
        count,
        ...examples.map(({ path }) => path),
      ])
    expect(paths()).toEqual(['PATH_LOCAL_ONLY', 'note', 3, 'a.txt', './documents/b.txt', 'old/f.txt'])
    store.append([{ step: 'committed', seq: 1, data: {} }])
    store.append([{ step: 'committed', seq: 2, data: {} }])
    expect(paths()).toEqual(['PATH_LOCAL_ONLY', 'note', 1, 'old/f.txt'])
  })

  it('reads a code of a newer version as an unexpected error', () => {
    seal(store, [])
    store.query
      .prepare(
        `INSERT INTO journal (at, seq, step, code, checksum, data) VALUES (0, NULL, 'error', 'NEW', 0,
       '{"code":"FROM_THE_FUTURE","title":"t","message":"m","remedy":"r","causes":[]}')`,
      )
      .run()
    expect(problemGroups(store)).toMatchObject([{ code: 'INTERNAL', kind: 'run' }])
  })
})

describe('documents that a run failed at', () => {
  const failedAt = (code?: ErrorCode): string[] => [...documentIdsOf(store, { state: 'failed', code })].flat()

  it('are found by what their file failed for, in the plan or later', () => {
    everyWay()
    expect(failedAt()).toEqual(['failed', 'blocked'])
    expect(failedAt('FILE_MISSING')).toEqual(['blocked'])
    expect(failedAt('S3_REJECTED')).toEqual(['failed'])
    // A note of what was moved, and what was rolled back in part, are no failures.
    expect([failedAt('IMAGE_REENCODED'), failedAt('ROLLBACK_BLOCKED')]).toEqual([[], []])
  })

  it('are told apart by whether trying again can help: what the plan excluded, or a cause that stays, cannot', () => {
    everyWay()
    const canSucceed = (): string[] => [...documentIdsOf(store, { state: 'failed', canSucceed: true })].flat()
    expect([canSucceed(), countThatCanSucceed(store)]).toEqual([[], 0])
    const again = errorData(new MigrateError('SOURCE_CHANGED', { message: 'It was written to.' }))
    const { seq } = itemPage(store, { after: 0, limit: 99, state: 'failed' }).items.find(
      ({ documentId }) => documentId === 'failed',
    ) ?? { seq: 0 }
    store.append([{ step: 'failed', seq, code: again.code, data: again }])
    expect([canSucceed(), countThatCanSucceed(store)]).toEqual([['failed'], 1])
  })
})

describe('the state of a run in a few words', () => {
  const finish = (status: 'completed' | 'rolled back'): void =>
    store.append([{ step: 'finished', data: { status, ...countItems(store), seconds: 2.5, finishedAt: 99 } }])

  it('it is being planned, or was given up while it was', () => {
    expect(summarize(store, alive).status).toBe('planning')
    expect(summarize(store, dead).status).toBe('not started')
  })

  it('it is planned', () => {
    seal(store, [])
    expect(summarize(store, dead).status).toBe('planned')
  })

  it('it is running, or was interrupted when its process is gone', () => {
    seal(store, [plannedItem('d1')])
    store.append([started])
    expect(summarize(store, alive).status).toBe('running')
    expect(summarize(store, dead).status).toBe('interrupted')
    expect(summarize(store, dead)).toMatchObject({ planned: 1, remaining: 1, finishedAt: null })
  })

  it('it has ended as it said, whoever is alive', () => {
    seal(store, [plannedItem('d1', { size: 7 })])
    store.append([started, { step: 'committed', seq: 1, data: {} }])
    finish('completed')
    expect(summarize(store, alive)).toMatchObject({ status: 'completed', finishedAt: 99, committed: 1, bytes: 7 })
    expect(describeRun(store, dead)).toMatchObject({
      totals: { documents: 1 },
      options: defaultMigrateOptions,
      stateFile: null,
      error: null,
    })
  })

  it('it took as long as all of its sessions, without those of a repair', () => {
    seal(store, [plannedItem('d1')])
    store.append([started])
    expect(summarize(store, alive).seconds).toBeNull()
    finish('completed')
    store.append([started])
    expect(summarize(store, alive).seconds).toBeNull()
    finish('completed')
    expect([summarize(store, dead).seconds, reportOf(store).seconds]).toEqual([5, 5])
    store.append([{ ...started, data: { ...started.data, mends: true } }])
    finish('completed')
    expect(summarize(store, dead).seconds).toBe(5)
  })

  it('its report says the same', () => {
    everyWay()
    store.append([started])
    finish('rolled back')
    expect(reportOf(store)).toMatchObject({ status: 'rolled back', planned: 8, committed: 2, seconds: 2.5, bytes: 120 })
  })
})
