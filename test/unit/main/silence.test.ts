import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { listenTo, listenToEach, type Hearing, type Listening } from '../../../src/main/adapters/silence.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'

const never = new AbortController().signal
const nothing = (): void => undefined

let stop: StopControl
let said: number
let hearing: Hearing
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  stop = new StopControl()
  said = 0
  hearing = { stop: stop.inOrder, onSilent: () => (said += 1) }
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** A call that goes on until it is answered; it can be asked how it is doing. */
function begin(signal = never) {
  let answer: (value: string) => void = () => undefined
  let listening: Listening | undefined
  const call = listenTo(hearing, signal, (given) => {
    listening = given
    return new Promise<string>((resolve) => (answer = resolve))
  })
  call.catch(nothing)
  if (!listening) throw new Error('It was not called.')
  return { call, answer: (value: string) => answer(value), ...listening }
}

describe('a service that does not answer', () => {
  it('is spoken of after 15 seconds, again and again, and not once it has answered', async () => {
    const { call, answer } = begin()
    await vi.advanceTimersByTimeAsync(14_999)
    expect(said).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(said).toBe(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(said).toBe(3)
    answer('late')
    await expect(call).resolves.toBe('late')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toBe(3)
  })

  it('is waited for no longer as soon as somebody wants to stop, and those who ask it then are told at once', async () => {
    const { call, signal } = begin()
    await vi.advanceTimersByTimeAsync(20_000)
    stop.request('in order')
    await expect(call).rejects.toMatchObject({ code: 'INTERRUPTED', scope: 'run' })
    expect(signal.aborted).toBe(true)
    const asked = vi.fn(() => Promise.resolve('never asked'))
    await expect(listenTo(hearing, never, asked)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(asked).not.toHaveBeenCalled()
  })

  it('has its 15 seconds when somebody wants to stop before they are over', async () => {
    const { call } = begin()
    stop.request('in order')
    await vi.advanceTimersByTimeAsync(14_999)
    expect(await Promise.race([call.catch(() => 'ended'), Promise.resolve('still waiting')])).toBe('still waiting')
    await vi.advanceTimersByTimeAsync(1)
    await expect(call).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(said).toBe(0)
  })

  it('is another one than a service that is at work: what moves is no silence, nor is the time that we take', async () => {
    const { call, answer, ours, theirs } = begin()
    for (let n = 0; n < 5; n += 1) {
      await vi.advanceTimersByTimeAsync(10_000)
      theirs()
    }
    ours()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(said).toBe(0)
    stop.request('in order')
    theirs()
    await vi.advanceTimersByTimeAsync(10_000)
    answer('done')
    await expect(call).resolves.toBe('done')
  })

  it('is cut off by a signal as before', async () => {
    const cut = new StopControl()
    const { call, answer, signal } = begin(cut.now)
    cut.request('now')
    expect(signal.aborted).toBe(true)
    answer('the call decides')
    await expect(call).resolves.toBe('the call decides')
  })
})

describe('what comes in pieces', () => {
  it('may be used as slowly as one likes, but not be sent so', async () => {
    let next = (): void => undefined
    async function* pieces(): AsyncGenerator<number> {
      for (let n = 1; n <= 3; n += 1) {
        if (n === 3) await new Promise<void>((resolve) => (next = resolve))
        yield n
      }
    }
    const read = listenToEach(hearing, never, pieces)
    expect((await read.next()).value).toBe(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect((await read.next()).value).toBe(2)
    expect(said).toBe(0)
    const third = read.next()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said).toBe(1)
    next()
    expect((await third).value).toBe(3)
    expect((await read.next()).done).toBe(true)
  })

  it('is let go of when nobody wants the rest, and cut off when it is waited for no longer', async () => {
    let isOpen = true
    async function* pieces(): AsyncGenerator<number> {
      try {
        for (;;) yield await Promise.resolve(1)
      } finally {
        isOpen = false
      }
    }
    for await (const piece of listenToEach(hearing, never, pieces)) {
      expect(piece).toBe(1)
      break
    }
    expect(isOpen).toBe(false)

    let signal: AbortSignal | undefined
    const mute = listenToEach(hearing, never, (given) => {
      signal = given
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(nothing) }) }
    })
    const first = mute.next()
    first.catch(nothing)
    await vi.advanceTimersByTimeAsync(15_000)
    stop.request('in order')
    await expect(first).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(signal?.aborted).toBe(true)
  })
})
