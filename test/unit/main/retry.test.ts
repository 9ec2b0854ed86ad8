import { describe, expect, it, vi } from 'vitest'
import { retryObjectStore, withRetry, type RetryPolicy } from '../../../src/main/adapters/retry.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { wholeBody } from '../../../src/main/engine/transfer/wholeBody.ts'
import { FaultyStore } from '../../fakes/faultyStore.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'

const never = new AbortController().signal
const noPauses: RetryPolicy = { retries: 3, firstDelayMs: 0, longestDelayMs: 0 }
const nothing = (): void => undefined

const passing = new MigrateError('S3_UNREACHABLE', { message: 'ECONNRESET', scope: 'run', retryable: true })
const lasting = new MigrateError('S3_ACCESS_DENIED', { message: '403', scope: 'run' })
const throttled = new MigrateError('S3_THROTTLED', { message: 'SlowDown', retryable: true, throttled: true })

/** Fails with `errors`, one after the other, and then answers. */
function failing(...errors: Error[]) {
  return vi.fn(() => {
    const error = errors.shift()
    return error ? Promise.reject(error) : Promise.resolve('answer')
  })
}

describe('trying again', () => {
  it('goes on until there is an answer', async () => {
    const call = failing(passing, passing)
    await expect(withRetry(noPauses, never, nothing, call)).resolves.toBe('answer')
    expect(call).toHaveBeenCalledTimes(3)
  })

  it('ends with the last error after as many tries as allowed', async () => {
    const call = failing(passing, passing, passing, passing, passing)
    await expect(withRetry(noPauses, never, nothing, call)).rejects.toBe(passing)
    expect(call).toHaveBeenCalledTimes(4)
  })

  it('waits longer for something that is out of reach, and says so; for nothing else', async () => {
    const waits: string[] = []
    let time = 0
    const patient = {
      ...noPauses,
      patienceMs: 60_000,
      now: () => (time += 500),
      onWaiting: ({ code }: MigrateError) => waits.push(code),
    }
    const long = Array.from({ length: 20 }, () => passing)
    await expect(withRetry(patient, never, nothing, failing(...long))).resolves.toBe('answer')
    // Not of what is over within seconds; long before as many tries are over as anything else gets.
    expect(waits.length).toBeGreaterThan(14)
    expect(new Set(waits)).toEqual(new Set(['S3_UNREACHABLE']))
    const refused = failing(...Array.from({ length: 20 }, () => throttled))
    await expect(withRetry(patient, never, nothing, refused)).rejects.toBe(throttled)
    expect(refused).toHaveBeenCalledTimes(4)
  })

  it('gives up on something that is out of reach when its time is over', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const call = vi.fn(() => {
      vi.advanceTimersByTime(1_000)
      return Promise.reject(passing)
    })
    await expect(withRetry({ ...noPauses, patienceMs: 10_000 }, never, nothing, call)).rejects.toBe(passing)
    expect(call).toHaveBeenCalledTimes(10)
    vi.useRealTimers()
  })

  it('is not done when it cannot help', async () => {
    const call = failing(lasting)
    await expect(withRetry(noPauses, never, nothing, call)).rejects.toBe(lasting)
    expect(call).toHaveBeenCalledTimes(1)
  })

  it('is not done for an error that nobody has classified', async () => {
    const bug = new TypeError('undefined is not a function')
    const call = failing(bug)
    await expect(withRetry(noPauses, never, nothing, call)).rejects.toBe(bug)
    expect(call).toHaveBeenCalledTimes(1)
  })

  it('tells when the service asks for fewer requests', async () => {
    const onThrottled = vi.fn()
    await withRetry(noPauses, never, onThrottled, failing(throttled, passing, throttled))
    expect(onThrottled).toHaveBeenCalledTimes(2)
  })

  it('pauses longer each time, up to a limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const call = failing(passing, passing, passing, passing, passing)
    const times: number[] = []
    const done = withRetry({ retries: 5, firstDelayMs: 100, longestDelayMs: 500 }, never, nothing, () => {
      times.push(Date.now())
      return call()
    })
    await vi.advanceTimersByTimeAsync(10_000)
    await done
    vi.useRealTimers()
    const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0))
    expect(pauses).toEqual([100, 200, 400, 500, 500])
  })

  it('is over, pause or not, when somebody wants to stop in order; a call that goes well is not touched', async () => {
    const stop = new StopControl()
    const policy: RetryPolicy = { retries: 5, firstDelayMs: 60_000, longestDelayMs: 60_000, stop: stop.inOrder }
    const waiting = withRetry(policy, never, nothing, failing(passing))
    let answer: (value: string) => void = () => undefined
    const answered = withRetry(policy, never, nothing, () => new Promise<string>((resolve) => (answer = resolve)))
    await new Promise(setImmediate)
    stop.request('in order')
    // Not the error of the try: what was stopped has not failed.
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED', scope: 'run' })
    const late = failing(throttled)
    await expect(withRetry(policy, never, nothing, late)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await expect(withRetry(policy, never, nothing, failing(lasting))).rejects.toBe(lasting)
    answer('an answer')
    await expect(answered).resolves.toBe('an answer')
  })

  it('is done for what fails at once, and not for what took its time, where the policy says so', async () => {
    let time = 0
    const quickly = { ...noPauses, withinMs: 5_000, now: () => time }
    const slow = failing(passing)
    const late = (): Promise<string> => {
      time += 6_000
      return slow()
    }
    await expect(withRetry(quickly, never, nothing, late)).rejects.toBe(passing)
    await expect(withRetry(quickly, never, nothing, failing(passing))).resolves.toBe('answer')
  })

  it('ends as soon as there is a stop, in the middle of a pause too', async () => {
    const stop = new StopControl()
    const slow: RetryPolicy = { retries: 5, firstDelayMs: 60_000, longestDelayMs: 60_000 }
    const call = vi.fn(() => {
      setImmediate(() => stop.request('now'))
      return Promise.reject(passing)
    })
    await expect(withRetry(slow, stop.now, nothing, call)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(call).toHaveBeenCalledTimes(1)
  })
})

describe('a store whose calls are tried again', () => {
  const key = 'documents/user/2024/05/a.pdf'
  const bytes = Buffer.from('the bytes of the document')
  const open = () => {
    const memory = new MemoryObjectStore()
    const faults = new FaultyStore(memory)
    return { memory, faults, store: retryObjectStore(faults, noPauses, nothing) }
  }
  const fail = (): never => {
    throw passing
  }
  const head = { key, contentType: 'text/plain', metadata: {} }
  const read = async (chunks: AsyncIterable<Uint8Array>): Promise<string> => {
    const all: Uint8Array[] = []
    for await (const chunk of chunks) all.push(chunk)
    return Buffer.concat(all).toString()
  }

  it('sends a body anew', async () => {
    const { faults, memory, store } = open()
    let opened = 0
    const body = async function* (): AsyncGenerator<Uint8Array> {
      opened += 1
      yield await Promise.resolve(bytes)
    }
    faults.plan({ on: 'put', before: fail, times: 2 })
    await expect(store.put({ ...wholeBody(head, bytes), body }, never)).resolves.toBe('stored')
    expect(opened).toBe(1)
    expect(memory.objects.get(key)?.bytes.equals(bytes)).toBe(true)
  })

  it('answers that an object exists when the answer to its own write was lost', async () => {
    const { faults, store } = open()
    faults.plan({ on: 'put', after: fail })
    await expect(store.put(wholeBody(head, bytes), never)).resolves.toBe('exists')
  })

  it('goes on with a download where it broke off', async () => {
    const { memory, store } = open()
    await store.put(wholeBody(head, bytes), never)
    const whole = memory.get.bind(memory)
    let reads = 0
    memory.get = async function* (...args) {
      reads += 1
      let left = reads * 7
      for await (const chunk of whole(...args)) {
        yield chunk.subarray(0, left)
        left -= chunk.length
        if (left < 0) fail()
      }
    }
    expect(await read(store.get(key, never))).toBe(bytes.toString())
    expect(reads).toBeGreaterThan(2)
  })

  it('gives up a download that breaks off again and again without a byte', async () => {
    const { faults, store } = open()
    await store.put(wholeBody(head, bytes), never)
    faults.plan({ on: 'get', before: fail, times: Infinity })
    await expect(read(store.get(key, never))).rejects.toBe(passing)
    expect(faults.calls.filter(({ on }) => on === 'get')).toHaveLength(4)
  })

  it('does not go on with a download after an error that will stay', async () => {
    const { faults, store } = open()
    faults.plan({
      on: 'get',
      before: () => {
        throw lasting
      },
    })
    await expect(read(store.get(key, never))).rejects.toBe(lasting)
  })

  it('calls a service that is mute out of reach after 20 seconds, when that is all it is asked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const memory = new MemoryObjectStore()
    memory.check = (signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const checked = retryObjectStore(memory, noPauses, nothing).check(never)
    checked.catch(nothing)
    await vi.advanceTimersByTimeAsync(20_000)
    vi.useRealTimers()
    await expect(checked).rejects.toMatchObject({
      code: 'S3_UNREACHABLE',
      message: 'There was no answer within 20 seconds.',
    })
  })

  it('calls a service that is down so after few tries, when that is all it is asked', async () => {
    const { faults, store } = open()
    faults.plan({ on: 'check', before: fail, times: Infinity })
    await expect(store.check(never)).rejects.toBe(passing)
    expect(faults.calls).toHaveLength(3)
  })
})
