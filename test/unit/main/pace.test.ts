import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { pacedObjectStore } from '../../../src/main/adapters/pace.ts'
import { Bandwidth } from '../../../src/main/engine/transfer/bandwidth.ts'
import { md5Of, wholeBody } from '../../../src/main/engine/transfer/wholeBody.ts'
import { AdaptiveLimit } from '../../../src/main/engine/transfer/concurrency.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'

const never = new AbortController().signal

/** A clock that moves only while somebody sleeps. */
function world(bytesPerSecond: number | null) {
  const clock = { now: 0 }
  const bandwidth = new Bandwidth(
    bytesPerSecond,
    () => clock.now,
    (ms) => {
      clock.now += ms
      return Promise.resolve()
    },
  )
  const memory = new MemoryObjectStore()
  const limit = new AdaptiveLimit(4)
  const store = pacedObjectStore(memory, { limit, bandwidth, onMoving: () => undefined })
  return { clock, bandwidth, memory, limit, store }
}

const bytes = Buffer.alloc(1_000_000, 7)
const head = { contentType: 'text/plain', metadata: {} }
const md5 = md5Of(bytes)

describe('a store with a bandwidth', () => {
  it('takes as long as the bandwidth says, for whole bodies, streams and parts together', async () => {
    const { store, memory, clock } = world(100_000)
    const stream = () => Readable.from([bytes])
    const upload = await store.createUpload({ key: 'c', ...head }, never)
    await Promise.all([
      store.put(wholeBody({ key: 'a', ...head }, bytes), never),
      store.put({ ...wholeBody({ key: 'b', ...head }, bytes), body: stream }, never),
      store.putPart(upload, 1, bytes, md5, never),
    ])
    expect(clock.now).toBeGreaterThan(29_000)
    expect(clock.now).toBeLessThan(30_500)
    expect(memory.objects.get('a')?.bytes.equals(bytes)).toBe(true)
    expect(memory.objects.get('b')?.bytes.equals(bytes)).toBe(true)
    expect([...memory.uploads.values()].flatMap(({ parts }) => [...parts.keys()])).toEqual([1])
  })

  it('holds downloads to it too', async () => {
    const { store, memory, clock } = world(500_000)
    memory.objects.set('a', { bytes, etag: '', ...head })
    const chunks: Uint8Array[] = []
    for await (const chunk of store.get('a', never)) chunks.push(chunk)
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true)
    expect(clock.now).toBeGreaterThan(1_700)
    expect(clock.now).toBeLessThan(2_100)
  })

  it('does not wait where there is no limit, and hands bodies on as they are', async () => {
    const { store, memory, clock } = world(null)
    expect(await store.put(wholeBody({ key: 'a', ...head }, bytes), never)).toBe('stored')
    expect(clock.now).toBe(0)
    expect(memory.objects.size).toBe(1)
  })

  it('follows a limit that is lifted while bytes wait for it', async () => {
    const clock = { now: 0 }
    let sleeps = 0
    const bandwidth = new Bandwidth(
      1_000,
      () => clock.now,
      (_ms, signal) =>
        new Promise((resolve) => {
          sleeps += 1
          signal.addEventListener('abort', () => resolve())
        }),
    )
    const waiting = bandwidth.take(50_000, never)
    await new Promise((resolve) => setImmediate(resolve))
    bandwidth.bytesPerSecond = null
    await waiting
    expect(sleeps).toBe(1)
  })

  it('ends a wait when the run is stopped at once', async () => {
    const bandwidth = new Bandwidth(1_000)
    const stop = new AbortController()
    const waiting = Promise.all([bandwidth.take(10_000, stop.signal), bandwidth.take(10_000, stop.signal)])
    stop.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})

describe('a store whose run is paused', () => {
  it('holds up what has a body, and lets questions pass', async () => {
    const { store, memory, limit } = world(null)
    limit.pause()
    expect(await store.head('a', never)).toBe(null)
    const sent = store.put(wholeBody({ key: 'a', ...head }, bytes), never)
    await new Promise((resolve) => setImmediate(resolve))
    expect(memory.objects.size).toBe(0)
    limit.resume()
    expect(await sent).toBe('stored')
  })
})
