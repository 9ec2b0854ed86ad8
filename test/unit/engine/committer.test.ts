import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Committer } from '../../../src/main/engine/commit/committer.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import type { Entry } from '../../../src/main/engine/journal/entries.ts'
import { JournalBuffer } from '../../../src/main/engine/journal/journalBuffer.ts'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import { isMovable, type MovableItem } from '../../../src/main/engine/plan/item.ts'
import type { DocumentRow, FileFacts, PathChange, PathOutcome, RunLock } from '../../../src/main/engine/ports.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { memoryInstance } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'
import { header, plannedItem } from '../../fakes/runStores.ts'

function itemAt(seq: number): MovableItem {
  const item = { ...plannedItem(`d${seq}`), seq }
  if (isMovable(item)) return item
  throw new Error('not movable')
}

const lost = new MigrateError('DB_LOST', { message: 'The connection was lost.', scope: 'run' })

const memoryRow = (id: string): DocumentRow => ({
  id,
  userId: null,
  filename: `${id}.pdf`,
  filePath: `documents/${id}.pdf`,
  fileSize: null,
  fileHash: null,
  mimeType: null,
  createdAt: null,
  images: [],
})

describe('pointing rows at their copies', () => {
  let transactions: string[][]
  let written: Entry[]
  /** Rows whose path was saved, one list a call. */
  let saved: string[][]
  let failed: [string, string][]
  let broken: true[]
  let answer: (changes: readonly PathChange[]) => PathOutcome[] | Promise<PathOutcome[]>
  let objects: MemoryObjectStore
  let found: (source: string) => FileFacts

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    lock.epoch = 1
    transactions = []
    written = []
    saved = []
    failed = []
    broken = []
    answer = (changes) => changes.map(() => ({ result: 'changed' }))
    objects = new MemoryObjectStore()
    found = () => ({ kind: 'absent' })
  })
  afterEach(() => vi.useRealTimers())

  const lock: RunLock & { epoch: number } = {
    epoch: 1,
    changePaths: async (changes) => {
      transactions.push(changes.map(({ id }) => id))
      return await answer(changes)
    },
    look: () => Promise.resolve([]),
    saveDocument: () => Promise.resolve(null),
    deleteDocument: () => Promise.resolve('gone'),
    restoreDocument: () => Promise.resolve('there'),
    referenced: () => Promise.resolve(new Set()),
    prove: () => Promise.resolve(new Set()),
    leaseLeft: () => Promise.resolve(0),
    readMark: () => Promise.resolve(null),
    writeMark: () => Promise.resolve('written'),
    release: () => Promise.resolve(),
  }
  const committer = (batchSize: number): Committer => new Committer(deps(batchSize))
  const deps = (batchSize: number): ConstructorParameters<typeof Committer>[0] => ({
    lock,
    database: { documentsById: (ids) => Promise.resolve(ids.map(memoryRow)) },
    fence: new Fence({ lock, objects, instance: memoryInstance, progress: nullProgress }),
    objects,
    store: {
      header: { ...header, id: 'run-1' },
      isKeyNeeded: () => false,
      last: () => null,
      savePaths: (paths) => void saved.push([...paths].map(({ rowId }) => rowId)),
    },
    uploads: { inspect: (source) => Promise.resolve(found(source)) },
    onBroken: () => broken.push(true),
    journal: new JournalBuffer({ append: (entries) => written.push(...entries) }),
    progress: nullProgress,
    batchSize,
    tryOut: null,
    signal: new AbortController().signal,
    onFailed: (item, error) => failed.push([item.rowId, error.code]),
  })
  const stepsOf = (step: Entry['step']): unknown[] =>
    written.filter((entry) => entry.step === step).map(({ seq, data }) => seq ?? data)

  it('takes a full batch into one transaction, and the rest into another', async () => {
    const commits = committer(2)
    for (const seq of [1, 2, 3]) await commits.add(itemAt(seq))
    expect(transactions).toEqual([['d1', 'd2']])
    await commits.flush()
    expect(transactions).toEqual([['d1', 'd2'], ['d3']])
    expect(stepsOf('committed')).toEqual([1, 2, 3])
  })

  it('writes its intent before it touches a row, and the outcome after', async () => {
    const atCall: string[] = []
    answer = (changes) => {
      atCall.push(...written.map(({ step }) => step))
      return changes.map(() => ({ result: 'changed' }))
    }
    const commits = committer(10)
    await commits.add(itemAt(1))
    await commits.flush()
    expect(atCall).toEqual(['commit-intent'])
    expect(written.map(({ step }) => step)).toEqual(['commit-intent', 'committed'])
    expect(stepsOf('commit-intent')).toEqual([{ seqs: [1] }])
  })

  it('saves the paths of a batch before it touches a row of it, and those of no other', async () => {
    const atCall: string[][][] = []
    answer = (changes) => {
      atCall.push(structuredClone(saved))
      return changes.map(() => ({ result: 'changed' }))
    }
    const commits = committer(2)
    for (const seq of [1, 2, 3]) await commits.add(itemAt(seq))
    expect(saved).toEqual([['d1', 'd2']])
    await commits.flush()
    expect(atCall).toEqual([[['d1', 'd2']], [['d1', 'd2'], ['d3']]])
  })

  it('touches no row whose paths cannot be saved', async () => {
    const commits = new Committer({ ...deps(1), database: { documentsById: () => Promise.reject(lost) } })
    await expect(commits.add(itemAt(1))).rejects.toBe(lost)
    expect([transactions, written]).toEqual([[], []])
  })

  it('does not keep verified copies waiting for a batch to fill: after five seconds they are committed', async () => {
    const commits = committer(500)
    await commits.add(itemAt(1))
    await vi.advanceTimersByTimeAsync(4_999)
    expect(transactions).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(transactions).toEqual([['d1']])
  })

  it('commits one batch after the other, never two at a time', async () => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    answer = async (changes) => {
      if (changes[0]?.id === 'd1') await held
      return changes.map(() => ({ result: 'changed' }))
    }
    const commits = committer(1)
    const adding = Promise.all([commits.add(itemAt(1)), commits.add(itemAt(2))])
    await vi.advanceTimersByTimeAsync(0)
    expect(transactions).toEqual([['d1']])
    release()
    await adding
    expect(transactions).toEqual([['d1'], ['d2']])
  })

  it('finds the one row that the database refuses by halves, and commits all others', async () => {
    answer = (changes) => {
      if (changes.some(({ id }) => id === 'd6')) {
        throw new MigrateError('DB_REJECTED', { message: 'A trigger says no.' })
      }
      return changes.map(() => ({ result: 'changed' }))
    }
    const commits = committer(8)
    for (let seq = 1; seq <= 8; seq += 1) await commits.add(itemAt(seq))
    expect(stepsOf('committed')).toEqual([1, 2, 3, 4, 5, 7, 8])
    expect(failed).toEqual([['d6', 'DB_REJECTED']])
    expect(stepsOf('failed')).toEqual([6])
  })

  it('stops at an error that concerns the run, keeps it for the next call and says nothing of the rows', async () => {
    answer = () => {
      throw lost
    }
    const commits = committer(2)
    await commits.add(itemAt(1))
    await expect(commits.add(itemAt(2))).rejects.toBe(lost)
    await expect(commits.flush()).rejects.toBe(lost)
    expect(transactions).toHaveLength(1)
    expect(stepsOf('committed')).toEqual([])
    expect(failed).toEqual([])
  })

  it('does not lose an error of a commit in the background', async () => {
    const lost = new MigrateError('DB_LOST', { message: 'The connection was lost.', scope: 'run' })
    answer = () => {
      throw lost
    }
    const commits = committer(500)
    await commits.add(itemAt(1))
    await vi.advanceTimersByTimeAsync(5_000)
    await expect(commits.flush()).rejects.toBe(lost)
  })

  it('says at once that nothing can be committed any more, though nobody waits for the commit', async () => {
    answer = () => {
      throw new MigrateError('DB_LOST', { message: 'The connection was lost.', scope: 'run' })
    }
    const commits = committer(500)
    await commits.add(itemAt(1))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(broken).toEqual([true])
    await expect(commits.add(itemAt(2))).rejects.toMatchObject({ code: 'DB_LOST' })
  })

  it('does not commit a file that was written to after its copy was verified', async () => {
    const stamp = { size: 10, mtimeMs: 1_700_000_000_000.5, identity: null }
    found = (source) => ({
      kind: 'file',
      stamp: source.includes('d2') ? { ...stamp, mtimeMs: stamp.mtimeMs + 1 } : stamp,
    })
    const commits = committer(500)
    for (const seq of [1, 2, 3]) await commits.add(itemAt(seq))
    await commits.flush()
    expect(transactions).toEqual([['d1', 'd3']])
    expect(failed).toEqual([['d2', 'SOURCE_CHANGED']])
  })

  it.each<[FileFacts, string, string]>([
    [
      { kind: 'unreadable', reason: 'permission denied' },
      'FILE_UNREADABLE',
      'cannot be read any more: permission denied',
    ],
    [{ kind: 'special', what: 'pipe' }, 'FILE_NOT_REGULAR', 'a pipe has taken the place of'],
    [
      { kind: 'outside', reason: 'is a link to /etc' },
      'PATH_OUTSIDE',
      'leads out of the uploads folder: it is a link to /etc',
    ],
  ])('says of a file that is none any more what has become of it: %o', async (facts, code, words) => {
    found = () => facts
    const commits = committer(500)
    await commits.add(itemAt(1))
    await commits.flush()
    expect(transactions).toEqual([])
    expect(failed).toEqual([['d1', code]])
    const [entry] = written.filter(({ step }) => step === 'failed')
    expect(entry).toMatchObject({
      code,
      data: { subject: 'documents/d1.txt', message: expect.stringContaining(words) as string },
    })
  })

  it('forgets what waits when it is closed, for good', async () => {
    const commits = committer(500)
    await commits.add(itemAt(1))
    await commits.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(transactions).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a database that answers for fewer rows than asked as an error of the run', async () => {
    answer = () => []
    const commits = committer(1)
    await expect(commits.add(itemAt(1))).rejects.toMatchObject({ code: 'INTERNAL', scope: 'run' })
    expect(stepsOf('committed')).toEqual([])
  })

  it.each([
    [{ result: 'differs', current: 'elsewhere.txt' } as const, 'ROW_CHANGED'],
    [{ result: 'gone' } as const, 'ROW_VANISHED'],
  ])('takes the copy away again when its row is %o', async (outcome, code) => {
    const { key } = itemAt(1)
    const object = { bytes: Buffer.from('x'), contentType: 'text/plain', etag: 'x' }
    objects.objects.set(key, { ...object, metadata: { 'readur-run-id': 'run-1', 'readur-document-id': 'd1' } })
    answer = () => [outcome]
    await committer(1).add(itemAt(1))
    expect(written.filter(({ step }) => step === 'failed').map((entry) => entry.code)).toEqual([code])
    // What users do to their documents is no failure that a run should be rolled back for.
    expect(failed).toEqual([])
    expect(objects.objects.has(key)).toBe(false)
    expect(written.map(({ step }) => step)).toEqual(['commit-intent', 'failed', 'remove-intent'])
  })

  it('leaves an object alone that another run or somebody else has made', async () => {
    const { key } = itemAt(1)
    const object = { bytes: Buffer.from('x'), contentType: 'text/plain', etag: 'x' }
    objects.objects.set(key, { ...object, metadata: { 'readur-run-id': 'an earlier run' } })
    answer = () => [{ result: 'gone' }]
    await committer(1).add(itemAt(1))
    expect(objects.objects.has(key)).toBe(true)
  })

  it('points no row at a copy that is gone when the lock was lost since it was verified', async () => {
    const commits = committer(10)
    await commits.add(itemAt(1))
    lock.epoch = 2
    await commits.flush()
    expect(transactions).toEqual([])
    expect(failed).toEqual([['d1', 'VERIFY_FAILED']])
  })

  it('leaves a row that another run has switched already to that run', async () => {
    answer = () => [{ result: 'already' }]
    await committer(1).add(itemAt(1))
    expect(stepsOf('committed')).toEqual([])
    expect(stepsOf('failed')).toEqual([1])
    expect(failed).toEqual([])
  })
})
