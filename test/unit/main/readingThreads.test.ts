import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorData, errorOf, MigrateError } from '../../../src/main/engine/errors.ts'
import { ReadingThreads, type ReadReply, type ReadRequest } from '../../../src/main/runs/reading/readingThreads.ts'
import { createReads } from '../../../src/main/runs/reading/reads.ts'
import { RunFolder } from '../../../src/main/runs/runFolder.ts'
import { header, plannedItem, seal } from '../../fakes/runStores.ts'

let dir = ''
let runs: RunFolder
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-reading-'))
  await mkdir(join(dir, 'runs'))
  runs = new RunFolder(join(dir, 'runs'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Answers like a thread; `fail` ends it like one that was killed, with what it was asked meanwhile. */
class FakeThread {
  readonly asked: ReadRequest[] = []
  #tell: (reply: ReadReply) => void = () => undefined
  fail: (cause: Error) => void = () => undefined

  on(name: string, listener: (told: never) => void): this {
    if (name === 'message') this.#tell = (reply) => listener(reply as never)
    if (name === 'error') this.fail = (cause) => listener(cause as never)
    return this
  }

  postMessage(request: ReadRequest): void {
    this.asked.push(request)
  }

  answer(reply: Omit<ReadReply, 'id'>): void {
    this.#tell({ id: this.asked.shift()?.id ?? 0, ...reply })
  }
}

function setup() {
  const threads: FakeThread[] = []
  const { reads } = new ReadingThreads(() => {
    const thread = new FakeThread()
    threads.push(thread)
    return thread as never
  })
  return { threads, reads }
}

function finished(): string {
  const store = runs.create(header)
  seal(store, [plannedItem('d1'), plannedItem('d2', { verdict: 'blocked', code: 'FILE_MISSING', message: 'gone' })])
  store.close()
  return store.header.id
}

describe('what is read of the records of runs', () => {
  it('is what the record says', async () => {
    const id = finished()
    const reads = createReads(runs)
    expect(await reads['runs.problems'](id)).toMatchObject([{ code: 'FILE_MISSING', count: 1 }])
    expect(await reads['runs.list']({ offset: 0, limit: 10 })).toMatchObject({ runs: [{ runId: id }], next: null })
    expect(await reads['runs.get'](id)).toMatchObject({ runId: id, status: 'planned' })
    expect(await reads['runs.planItem'](id, 2)).toMatchObject({ code: 'FILE_MISSING' })
  })

  it('is refused for a run that there is not', () => {
    expect(() => createReads(runs)['runs.get']('20200101-000000-0000')).toThrow(
      expect.objectContaining({ code: 'RUN_NOT_FOUND' }),
    )
  })
})

describe('the threads that read', () => {
  it('do not let what is wanted at once wait for what takes long', async () => {
    const { threads, reads } = setup()
    const [users, rows] = [reads['runs.users']('run-1'), reads['runs.planItem']('run-1', 1)]
    expect(threads.map(({ asked }) => asked.map(({ call }) => call))).toEqual([['runs.users'], ['runs.planItem']])
    threads[1]?.answer({ value: { seq: 1 } })
    expect(await rows).toEqual({ seq: 1 })
    threads[0]?.answer({ value: [] })
    expect(await users).toEqual([])
  })

  it('tell an error with its code, subject and causes', async () => {
    const { threads, reads } = setup()
    const asked = reads['runs.get']('run-1')
    const cause = new TypeError('not a database', { cause: new Error('disk: I/O error') })
    const error = errorData(new MigrateError('RUN_STORE_INVALID', { message: 'no run store', subject: '/a', cause }))
    threads[0]?.answer({ error })
    await expect(asked).rejects.toMatchObject({ code: 'RUN_STORE_INVALID', subject: '/a' })
    expect(errorData(errorOf(error))).toEqual(error)
  })

  it('are started anew when one has ended; only what that one was asked fails', async () => {
    const { threads, reads } = setup()
    const [problems, users] = [reads['runs.problems']('run-1'), reads['runs.users']('run-1')]
    threads[0]?.fail(new Error('out of memory'))
    await expect(problems).rejects.toMatchObject({ code: 'INTERNAL', message: 'out of memory' })
    threads[1]?.answer({ value: [] })
    expect(await users).toEqual([])
    const again = reads['runs.problems']('run-1')
    threads[2]?.answer({ value: [] })
    expect(await again).toEqual([])
  })
})
