import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { estimate } from '../../../src/main/engine/plan/estimate.ts'
import type { PlannedItem } from '../../../src/main/engine/plan/item.ts'
import { makePlan } from '../../../src/main/engine/plan/plan.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import type { PlanOptions, PlanTotals } from '../../../src/shared/run.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const totalsOf = (move: number, bytes: number): PlanTotals => ({
  documents: move,
  items: move,
  move,
  skip: 0,
  blocked: 0,
  bytes,
})

describe('a plan', () => {
  let database: MemoryDatabase
  let uploads: MemoryUploads
  let items: PlannedItem[]
  let sealed: PlanTotals[]
  beforeEach(() => {
    database = new MemoryDatabase()
    database.pageSize = 7
    uploads = new MemoryUploads()
    items = []
    sealed = []
  })

  const add = (missing = false, userId: string | null = 'u1'): string => {
    const id = randomUUID()
    const filePath = `/app/uploads/documents/${id}.txt`
    if (!missing) uploads.write(`documents/${id}.txt`, Buffer.from('hello'))
    database.documentRows.set(id, {
      id,
      userId,
      filename: 'a.txt',
      filePath,
      fileSize: 5,
      fileHash: null,
      mimeType: null,
      createdAt: 0,
    })
    return id
  }
  const plan = (options: PlanOptions = {}): Promise<PlanTotals> =>
    makePlan(
      {
        documents: database.documents({ userId: options.userId }, new AbortController().signal),
        awaitsCutover: () => false,
        uploads,
        prefixes: [{ stored: '/app/uploads', folder: '' }],
        store: {
          addItems: (more) => items.push(...more),
          indexPlan: () => Promise.resolve(),
          sealPlan: (totals) => sealed.push(totals),
        },
        progress: nullProgress,
        estimate: (totals) => estimate(totals, 8, null),
      },
      options,
      new AbortController().signal,
    )

  it('holds all documents in the order of the database, over page borders', async () => {
    const ids = Array.from({ length: 50 }, () => add())
    expect(await plan()).toEqual(totalsOf(50, 250))
    expect(items.map(({ documentId }) => documentId)).toEqual(ids)
    expect(sealed).toHaveLength(1)
  })

  it('holds only the documents of one user when asked to', async () => {
    const mine = add(false, 'me')
    add(false, 'you')
    add(false, null)
    await plan({ userId: 'me' })
    expect(items.map(({ documentId }) => documentId)).toEqual([mine])
  })

  it('counts towards a limit only what can be moved, so that limited runs get on', async () => {
    for (let n = 0; n < 10; n += 1) add(true)
    const good = [add(), add(), add()]
    add(true)
    expect(await plan({ limit: 2 })).toMatchObject({ move: 2, blocked: 10, documents: 12 })
    expect(items.filter(({ verdict }) => verdict === 'move').map(({ documentId }) => documentId)).toEqual(
      good.slice(0, 2),
    )
  })

  it('takes a document and its images together, whatever the limit', async () => {
    const id = add()
    for (const name of ['p1', 'p2']) {
      uploads.write(`processed_images/${name}.png`, Buffer.from('image'))
      const path = `/app/uploads/processed_images/${name}.png`
      database.imageRows.set(name, { id: name, documentId: id, processedPath: path, originalPath: 'x' })
    }
    add()
    expect(await plan({ limit: 1 })).toMatchObject({ documents: 1, items: 3, move: 3 })
  })

  it('is not sealed when it was given up', async () => {
    for (let n = 0; n < 100; n += 1) add()
    const failing = makePlan(
      {
        documents: database.documents({}, new AbortController().signal),
        awaitsCutover: () => false,
        uploads,
        prefixes: [],
        store: {
          addItems: () => {
            throw new Error('disk full')
          },
          indexPlan: () => Promise.resolve(),
          sealPlan: (totals) => sealed.push(totals),
        },
        progress: nullProgress,
        estimate: (totals) => estimate(totals, 8, null),
      },
      {},
      new AbortController().signal,
    )
    await expect(failing).rejects.toThrow('disk full')
    expect(sealed).toEqual([])
  })
})

describe('how long a run may take', () => {
  it('rests on an assumption at first: the slower of bytes and files decides', () => {
    expect(estimate(totalsOf(10, 1_200_000_000), 8, null)).toEqual({ seconds: 100, basis: 'assumption' })
    expect(estimate(totalsOf(10_000, 1_000), 8, null)).toEqual({ seconds: 188, basis: 'assumption' })
  })

  it('rests on the last run when there was one', () => {
    const rates = { bytesPerSecond: 1_000, itemsPerSecond: 5, readsBack: false }
    expect(estimate(totalsOf(10, 20_000), 8, rates)).toEqual({ seconds: 20, basis: 'last run' })
    expect(estimate(totalsOf(100, 10), 8, rates)).toEqual({ seconds: 20, basis: 'last run' })
    expect(estimate(totalsOf(0, 0), 8, rates).seconds).toBe(0)
  })

  it('counts the bytes twice where each copy is read back, unless the last run did so too', () => {
    const rates = { bytesPerSecond: 1_000, itemsPerSecond: 5, readsBack: false }
    expect(estimate(totalsOf(10, 1_200_000_000), 8, null, true).seconds).toBe(200)
    expect(estimate(totalsOf(10, 20_000), 8, rates, true).seconds).toBe(40)
    expect(estimate(totalsOf(10, 20_000), 8, { ...rates, readsBack: true }, true).seconds).toBe(20)
  })
})
