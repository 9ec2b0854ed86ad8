import { describe, expect, it } from 'vitest'
import { AdaptiveLimit, forEachConcurrent } from '../../../src/main/engine/transfer/concurrency.ts'

describe('how many files may be under way', () => {
  it('is halved when the service asks for fewer requests, down to one', () => {
    let now = 0
    const limit = new AdaptiveLimit(8, () => now)
    const seen = [8]
    for (; limit.current > 1; now += 1_000) {
      limit.slowDown()
      seen.push(limit.current)
    }
    limit.slowDown()
    expect([...seen, limit.current]).toEqual([8, 4, 2, 1, 1])
  })

  it('is halved once for a burst of refusals', () => {
    let now = 5_000
    const limit = new AdaptiveLimit(8, () => now)
    for (let n = 0; n < 10; n += 1) limit.slowDown()
    expect(limit.current).toBe(4)
    now += 1_000
    limit.slowDown()
    expect(limit.current).toBe(2)
  })

  it('grows by one after a stretch of successes, and never beyond what was asked for', () => {
    const limit = new AdaptiveLimit(4, () => 0)
    limit.slowDown()
    for (let n = 0; n < 7; n += 1) limit.succeeded()
    expect(limit.current).toBe(2)
    limit.succeeded()
    expect(limit.current).toBe(3)
    for (let n = 0; n < 1_000; n += 1) limit.succeeded()
    expect(limit.current).toBe(4)
  })
})

describe('working on several elements at once', () => {
  const never = new AbortController().signal
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  it('has as many under way as the limit allows at the moment, and does all', async () => {
    const limit = { current: 3 }
    const done: number[] = []
    let active = 0
    let most = 0
    await forEachConcurrent(
      Array.from({ length: 20 }, (_, n) => n),
      limit,
      never,
      async (n) => {
        active += 1
        most = Math.max(most, active)
        expect(active).toBeLessThanOrEqual(3)
        if (n === 10) limit.current = 1
        await turn()
        active -= 1
        done.push(n)
      },
    )
    expect(most).toBe(3)
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
  })

  it('throws the first error, after what was under way has ended', async () => {
    const ended: number[] = []
    const work = async (n: number): Promise<void> => {
      await turn()
      if (n === 1) throw new Error(`no ${n}`)
      await turn()
      ended.push(n)
    }
    await expect(forEachConcurrent([0, 1, 2, 3, 4, 5], { current: 3 }, never, work)).rejects.toThrow('no 1')
    expect(ended).toEqual([0, 2])
  })

  it('takes no more elements after a stop, and waits for those under way', async () => {
    const stop = new AbortController()
    const ended: number[] = []
    await forEachConcurrent([0, 1, 2, 3], { current: 2 }, stop.signal, async (n) => {
      stop.abort()
      await turn()
      ended.push(n)
    })
    expect(ended).toEqual([0])
  })

  it('waits for those under way also when the source of elements fails', async () => {
    const ended: number[] = []
    function* source(): Generator<number> {
      yield 0
      yield 1
      throw new Error('the journal is full')
    }
    const working = forEachConcurrent(source(), { current: 5 }, never, async (n) => {
      await turn()
      await turn()
      ended.push(n)
    })
    await expect(working).rejects.toThrow('the journal is full')
    expect(ended).toEqual([0, 1])
  })

  it('has nothing to do for no elements', async () => {
    await expect(forEachConcurrent([], { current: 1 }, never, () => Promise.reject(new Error()))).resolves.toBe(
      undefined,
    )
  })
})
