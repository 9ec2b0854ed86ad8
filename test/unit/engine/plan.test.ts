import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { estimateRun } from '../../../src/shared/estimate.ts'
import type { PlannedItem } from '../../../src/main/engine/plan/item.ts'
import { makePlan } from '../../../src/main/engine/plan/plan.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import type { PlanOptions, PlanTotals } from '../../../src/shared/run.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryUploads } from '../../fakes/memoryUploads.ts'

const pace = { parallelUploads: 8, bytesPerSecond: null, readsBack: false }

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
        estimate: (totals) => estimateRun(totals, pace, null),
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
        estimate: (totals) => estimateRun(totals, pace, null),
      },
      {},
      new AbortController().signal,
    )
    await expect(failing).rejects.toThrow('disk full')
    expect(sealed).toEqual([])
  })
})

describe('how long a run may take', () => {
  const rates = { bytesPerSecond: 1_000, itemsPerSecond: 5, parallelUploads: 8, readsBack: false }

  it('rests on an assumption at first: the slower of bytes and files decides', () => {
    expect(estimateRun(totalsOf(10, 1_200_000_000), pace, null)).toEqual({ seconds: 100, basis: 'assumption' })
    expect(estimateRun(totalsOf(10_000, 1_000), pace, null)).toEqual({ seconds: 188, basis: 'assumption' })
  })

  it('rests on the last run when there was one', () => {
    expect(estimateRun(totalsOf(10, 20_000), pace, rates)).toEqual({ seconds: 20, basis: 'last run', rates })
    expect(estimateRun(totalsOf(100, 10), pace, rates)).toEqual({ seconds: 20, basis: 'last run', rates })
    expect(estimateRun(totalsOf(0, 0), pace, rates).seconds).toBe(0)
  })

  it('counts the bytes twice where each copy is read back, unless the last run did so too', () => {
    const readsBack = { ...pace, readsBack: true }
    expect(estimateRun(totalsOf(10, 1_200_000_000), readsBack, null).seconds).toBe(200)
    expect(estimateRun(totalsOf(10, 20_000), readsBack, rates).seconds).toBe(40)
    expect(estimateRun(totalsOf(10, 20_000), readsBack, { ...rates, readsBack: true }).seconds).toBe(20)
  })

  it('is no shorter than the bandwidth allows, both ways counted, and follows the number of files at once', () => {
    const slow = { ...pace, bytesPerSecond: 500_000 }
    expect(estimateRun(totalsOf(10, 129_000_000), slow, null).seconds).toBe(258)
    expect(estimateRun(totalsOf(10, 129_000_000), { ...slow, readsBack: true }, null).seconds).toBe(516)
    expect(estimateRun(totalsOf(100, 10), { ...pace, parallelUploads: 4 }, rates).seconds).toBe(40)
  })
})
