import { afterEach, describe, expect, it, vi } from 'vitest'
import { claimFolder } from '../../../src/main/engine/ownership/claim.ts'
import { Fence } from '../../../src/main/engine/ownership/fence.ts'
import { takeOver } from '../../../src/main/engine/ownership/ownership.ts'
import { permitMs } from '../../../src/main/engine/ownership/permit.ts'
import type { RunLock } from '../../../src/main/engine/ports.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { MemoryDatabase } from '../../fakes/memoryDatabase.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'

const never = new AbortController().signal

/** A fence with clocks that a test sets. */
async function fenced(change: Partial<RunLock> = {}, database = new MemoryDatabase()) {
  const time = { wall: 1_000_000, monotonic: 0 }
  const objects = new MemoryObjectStore()
  const { instance } = await database.facts(never)
  const lock = { ...(await database.lock(never)), ...change }
  const clocks = { wall: () => time.wall, monotonic: () => time.monotonic }
  return {
    time,
    objects,
    database,
    lock,
    instance,
    fence: new Fence({ lock, objects, instance, progress: nullProgress, clocks }),
  }
}

const nothing = (): Promise<void> => Promise.resolve()

describe('a permit', () => {
  it.each([
    ['the computer slept', 'wall'],
    ['the clock was set back', 'wall back'],
    ['much was to be done', 'monotonic'],
  ] as const)('is void when %s, and everything is proved again', async (_, which) => {
    const { time, fence } = await fenced()
    let proofs = 0
    let removed = 0
    const checks = (): Promise<void> => {
      proofs += 1
      return Promise.resolve()
    }
    await fence.forFiles(
      [],
      checks,
      ({ permit }) => {
        if (proofs === 1) {
          if (which === 'monotonic') time.monotonic += permitMs
          else time.wall += which === 'wall' ? permitMs : -permitMs
        }
        permit.assertFresh()
        removed += 1
        return Promise.resolve()
      },
      never,
    )
    expect({ proofs, removed }).toEqual({ proofs: 2, removed: 1 })
  })

  it('counts from before the checks: what takes too long to check is never removed', async () => {
    const { time, fence } = await fenced()
    let removed = 0
    const slow = (): Promise<void> => {
      time.monotonic += permitMs
      return Promise.resolve()
    }
    const remove = (): Promise<void> => {
      removed += 1
      return Promise.resolve()
    }
    await expect(fence.forFiles([], slow, remove, never)).rejects.toMatchObject({ code: 'PERMIT_EXPIRED' })
    expect(removed).toBe(0)
  })

  it('is not given without the lock', async () => {
    const lost = new MigrateError('DB_BUSY', { message: 'Another run has it.', scope: 'run' })
    const { fence } = await fenced({ prove: () => Promise.reject(lost) })
    await expect(fence.forFiles([], nothing, nothing, never)).rejects.toBe(lost)
    await expect(fence.forObjects([], nothing, nothing, never)).rejects.toBe(lost)
  })
})

describe('a session', () => {
  afterEach(() => vi.useRealTimers())

  it('waits until what the one before it has proved is good no longer', async () => {
    const { fence } = await fenced({ leaseLeft: () => Promise.resolve(5_000) })
    vi.useFakeTimers()
    let isOver = false
    const waiting = fence.awaitOthers(never).then(() => (isOver = true))
    await vi.advanceTimersByTimeAsync(4_999)
    expect(isOver).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await waiting
    expect(isOver).toBe(true)
  })
})

describe('a bucket', () => {
  it('is claimed by the first, renewed by the owner, and refused to anybody else', async () => {
    const { objects, fence, database } = await fenced()
    expect((await fence.standing(never)).kind).toBe('owner')
    await (await database.lock(never).catch(() => null))?.release()
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const lock = await other.lock(never)
    const { instance } = await other.facts(never)
    const theirs = new Fence({ lock, objects, instance, progress: nullProgress })
    await expect(theirs.assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
    await expect(theirs.forObjects([], nothing, nothing, never)).rejects.toMatchObject({ code: 'OBJECT_NOT_OURS' })
    expect([...objects.objects.keys()].filter((key) => key.startsWith(claimFolder))).toHaveLength(1)
  })

  it('that was taken over in the middle of a run loses nothing more to that run', async () => {
    const { objects, fence } = await fenced()
    await fence.forObjects([], nothing, nothing, never)
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance } = await other.facts(never)
    await takeOver({ objects, lock: await other.lock(never), instance, signal: never })
    let removed = 0
    const remove = (): Promise<void> => {
      removed += 1
      return Promise.resolve()
    }
    await expect(fence.forObjects([], nothing, remove, never)).rejects.toMatchObject({ code: 'OBJECT_NOT_OURS' })
    expect(removed).toBe(0)
  })

  it('whose new owner has gone on working, and removed older claims, is not taken for the run’s own again', async () => {
    const { objects, fence } = await fenced()
    await fence.forObjects([], nothing, nothing, never)
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance } = await other.facts(never)
    const lock = await other.lock(never)
    await takeOver({ objects, lock, instance, signal: never })
    await new Fence({ lock, objects, instance, progress: nullProgress }).assertOwner(never)
    const removed: string[] = []
    const remove = (): Promise<void> => {
      removed.push('one')
      return Promise.resolve()
    }
    await expect(fence.forObjects([], nothing, remove, never)).rejects.toMatchObject({ code: 'OBJECT_NOT_OURS' })
    expect(removed).toEqual([])
  })

  it('that was taken over while a session slept before its claim is not that session’s', async () => {
    const { objects, lock, instance, fence } = await fenced()
    await fence.standing(never)
    const other = new MemoryDatabase({ identity: 'memory/2', label: 'elsewhere' })
    const { instance: theirs } = await other.facts(never)
    const otherLock = await other.lock(never)
    let hasSlept = false
    const put: typeof objects.put = async (...call) => {
      if (!hasSlept) {
        hasSlept = true
        await takeOver({ objects, lock: otherLock, instance: theirs, signal: never })
        await new Fence({ lock: otherLock, objects, instance: theirs, progress: nullProgress }).assertOwner(never)
      }
      return objects.put(...call)
    }
    const asleep = {
      bucket: objects.bucket,
      list: objects.list.bind(objects),
      head: objects.head.bind(objects),
      get: objects.get.bind(objects),
      remove: objects.remove.bind(objects),
      put,
    }
    const sleepy = new Fence({ lock, objects: asleep, instance, progress: nullProgress })
    await expect(sleepy.assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
    await new Fence({ lock: otherLock, objects, instance: theirs, progress: nullProgress }).assertOwner(never)
  })

  it('is not a database’s that was put back to what it was before its latest session', async () => {
    const { database, objects, lock, instance } = await fenced()
    const session = (): Fence => new Fence({ lock, objects, instance, progress: nullProgress })
    await session().assertOwner(never)
    const before = database.mark
    await session().assertOwner(never)
    database.mark = before
    await expect(session().assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
  })

  it('whose claim cannot be understood belongs to nobody', async () => {
    const { objects, fence } = await fenced()
    const bytes = Buffer.from('{"format": 2}')
    objects.objects.set(`${claimFolder}000000007.json`, {
      bytes,
      contentType: 'application/json',
      metadata: {},
      etag: 'x',
    })
    await expect(fence.assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
  })

  it('with documents of another database and no claim is not taken silently', async () => {
    const { objects, fence } = await fenced()
    const metadata = { 'readur-run-id': 'theirs', 'readur-database': '0123456789abcdef' }
    objects.objects.set('documents/u/2024/01/d.pdf', {
      bytes: Buffer.from('x'),
      contentType: 'text/plain',
      metadata,
      etag: 'x',
    })
    await expect(fence.assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
  })

  it('stays the owner’s when the database was marked and the claim was not written: the next session claims again', async () => {
    const { database, objects, fence, lock, instance } = await fenced()
    await fence.standing(never)
    const mark = database.mark
    if (mark === null) throw new Error('It was not marked.')
    database.mark = { ...mark, nextNonce: 'of a session that was killed' }
    const next = new Fence({ lock, objects, instance, progress: nullProgress })
    expect((await next.standing(never)).kind).toBe('owner')
  })

  it.each(['put', 'remove', 'first mark', 'last mark'] as const)(
    'stays the owner’s when a session sleeps before the %s of a claim, and another one of that database claims meanwhile',
    async (step) => {
      const { objects, lock, instance } = await fenced()
      const claim = (): Promise<unknown> =>
        new Fence({ lock, objects, instance, progress: nullProgress }).standing(never)
      await claim()
      let hasSlept = false
      const afterSleep = async <T>(isIt: boolean, call: () => Promise<T>): Promise<T> => {
        if (isIt && !hasSlept) {
          hasSlept = true
          await claim()
        }
        return call()
      }
      let marks = 0
      const sleepy = new Fence({
        lock: {
          ...lock,
          writeMark: (...call) =>
            afterSleep(step === (marks++ === 0 ? 'first mark' : 'last mark'), () => lock.writeMark(...call)),
        },
        objects: {
          bucket: objects.bucket,
          list: objects.list.bind(objects),
          head: objects.head.bind(objects),
          get: objects.get.bind(objects),
          put: (...call) => afterSleep(step === 'put', () => objects.put(...call)),
          remove: (...call) => afterSleep(step === 'remove', () => objects.remove(...call)),
        },
        instance,
        progress: nullProgress,
      })
      expect(await sleepy.standing(never)).toMatchObject({ kind: 'owner' })
      expect(hasSlept).toBe(true)
      expect(await claim()).toMatchObject({ kind: 'owner' })
    },
  )

  it.each([
    ['whose server was moved or cloned', { startedAt: 'later', address: 'elsewhere' }],
    ['whose data folder was copied in its place', { startedAt: 'later', filesSince: 'yesterday' }],
  ])('is not a database’s %s', async (_, change) => {
    const { objects, lock, instance, fence } = await fenced()
    await fence.standing(never)
    const before = { ...instance, filesSince: 'long ago' }
    await takeOver({ objects, lock, instance: before, signal: never })
    const next = new Fence({ lock, objects, instance: { ...before, ...change }, progress: nullProgress })
    await expect(next.assertOwner(never)).rejects.toMatchObject({ code: 'BUCKET_CLAIMED' })
    const restarted = new Fence({ lock, objects, instance: { ...before, startedAt: 'later' }, progress: nullProgress })
    expect((await restarted.standing(never)).kind).toBe('owner')
  })
})
