import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AdaptiveLimit, forEachConcurrent } from '../../../src/main/engine/transfer/concurrency.ts'
import { timelineOf } from '../../../src/main/engine/journal/timeline.ts'
import { World } from '../../fakes/world.ts'

const mebibyte = 1024 ** 2
const never = new AbortController().signal
/** Long enough for all that needs no waiting. */
const settle = async (): Promise<void> => {
  for (let n = 0; n < 50; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('a limit that is paused', () => {
  it('lets nothing new begin, and what is under way end; then goes on', async () => {
    const limit = new AdaptiveLimit(2)
    const began: number[] = []
    const ended: number[] = []
    const finish = new Map<number, () => void>()
    const all = forEachConcurrent([0, 1, 2, 3], limit, never, async (n) => {
      began.push(n)
      await new Promise<void>((resolve) => finish.set(n, resolve))
      ended.push(n)
    })
    await settle()
    limit.pause()
    finish.get(0)?.()
    finish.get(1)?.()
    await settle()
    expect([began, ended]).toEqual([
      [0, 1],
      [0, 1],
    ])
    limit.resume()
    await settle()
    expect(began).toEqual([0, 1, 2, 3])
    finish.get(2)?.()
    finish.get(3)?.()
    await all
  })

  it('ends when a stop is asked for, although nothing is under way', async () => {
    const limit = new AdaptiveLimit(2)
    const stop = new AbortController()
    limit.pause()
    const all = forEachConcurrent([0, 1], limit, stop.signal, () => Promise.reject(new Error('it was begun')))
    await settle()
    stop.abort()
    await expect(all).resolves.toBe(undefined)
  })

  it('knows how long it was paused', () => {
    let now = 0
    const limit = new AdaptiveLimit(2, () => now)
    limit.pause()
    now += 1_000
    limit.resume()
    now += 500
    limit.pause()
    now += 20
    expect(limit.pausedMs).toBe(1_020)
  })
})

describe('a limit that is changed while it is in use', () => {
  it('lets more begin at once, without waiting for one that is under way', async () => {
    const limit = new AdaptiveLimit(1)
    const began: number[] = []
    const finish: (() => void)[] = []
    const all = forEachConcurrent([0, 1, 2], limit, never, async (n) => {
      began.push(n)
      await new Promise<void>((resolve) => finish.push(resolve))
    })
    await settle()
    expect(began).toEqual([0])
    limit.most = 3
    await settle()
    expect(began).toEqual([0, 1, 2])
    finish.forEach((end) => end())
    await all
  })

  it('keeps what the service has asked for, unless less is wanted', () => {
    const limit = new AdaptiveLimit(8, () => 0)
    limit.slowDown()
    limit.most = 16
    expect(limit.current).toBe(4)
    for (let n = 0; n < 1_000; n += 1) limit.succeeded()
    expect(limit.current).toBe(16)
    limit.most = 2
    expect(limit.current).toBe(2)
  })
})

describe('a migration that is paused', () => {
  let world: World
  beforeEach(async () => {
    world = await World.open()
  })
  afterEach(async () => {
    expect(world.broken()).toEqual([])
    await world.close()
  })

  it('sends nothing until it goes on, then does the rest; its journal says when', async () => {
    for (let n = 0; n < 20; n += 1) world.addDocument(`document ${n}`)
    let sent = 0
    world.faults.plan({ on: 'put', times: Infinity, before: () => (sent += 1) === 5 && world.limit.pause() })
    const running = world.migrate()
    while (!world.limit.isPaused) await settle()
    await settle()
    const before = world.keys().length
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(12)
    expect(world.moving).toBe(0)
    await settle()
    expect(world.keys().length).toBe(before)
    world.limit.resume()
    expect(await running).toMatchObject({ status: 'completed', committed: 20 })
    const store = world.store
    if (!store) throw new Error('There is no run.')
    expect(timelineOf(store, () => false).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['started', 'paused', 'continued', 'ended']),
    )
  })

  it('has the pause in its journal, too, where that came before it began', async () => {
    world.addDocument('document')
    world.onPlanned = () => {
      world.limit.pause()
    }
    const running = world.migrate()
    for (let n = 0; n < 20; n += 1) await settle()
    world.limit.resume()
    expect(await running).toMatchObject({ status: 'completed', committed: 1 })
    const store = world.store
    if (!store) throw new Error('There is no run.')
    const steps = timelineOf(store, () => false).map(({ what }) => what)
    expect(steps.filter((what) => what === 'paused' || what === 'continued')).toEqual(['paused', 'continued'])
  })

  it('holds a large file between two parts', { timeout: 20_000 }, async () => {
    world.addDocument(Buffer.alloc(56 * mebibyte, 1))
    let parts = 0
    world.faults.plan({ on: 'putPart', times: Infinity, after: () => (parts += 1) === 1 && world.limit.pause() })
    const running = world.migrate({ multipartThreshold: 5 * mebibyte })
    while (!world.limit.isPaused) await settle()
    await settle()
    const before = parts
    expect(before).toBeLessThan(4)
    await settle()
    expect(parts).toBe(before)
    expect(world.keys().length).toBe(0)
    world.limit.resume()
    expect(await running).toMatchObject({ status: 'completed', committed: 1 })
  })

  it('can be stopped at once', async () => {
    for (let n = 0; n < 10; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', before: () => world.limit.pause() })
    const running = world.migrate()
    await settle()
    world.stop.request('now')
    const report = await running
    expect(report.status).toBe('interrupted')
    expect(report.committed + report.remaining).toBe(10)
  })
})
