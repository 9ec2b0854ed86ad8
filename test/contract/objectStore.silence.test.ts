import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'

const never = new AbortController().signal
const key = 'documents/user/2024/05/a.pdf'
const head = { key, contentType: 'application/pdf', metadata: {} }

let server: Server
let requests: number
let beginsToAnswer: boolean
let stop: StopControl
let said: number
let store: S3ObjectStore
beforeEach(async () => {
  requests = 0
  beginsToAnswer = false
  server = createServer((request, response) => {
    request.resume()
    requests += 1
    if (!beginsToAnswer) return
    response.writeHead(200, { 'content-length': 1_000 })
    response.write('the first bytes')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  stop = new StopControl()
  said = 0
  store = new S3ObjectStore(
    {
      endpoint: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      bucket: 'test',
      region: 'us-east-1',
      forcePathStyle: true,
      accessKeyId: 'a',
      secretAccessKey: 'b',
    },
    4,
    { stop: stop.inOrder, onSilent: () => (said += 1) },
  )
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  store.close()
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
})

/** Real sockets, while the clock stands still. */
const asked = async (): Promise<void> => {
  while (requests === 0) await new Promise(setImmediate)
}

describe('a service that takes requests and says nothing', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['check', () => store.check(never)],
    ['list', () => store.list('documents/', null, never)],
    ['head', () => store.head(key, never)],
    ['put', () => store.put(wholeBody(head, Buffer.from('abc')), never)],
    ['put of what goes in pieces', () => store.put(wholeBody(head, Buffer.alloc(1_000_000)), never)],
    ['get', () => store.get(key, never).next()],
    ['remove', () => store.remove(key, ownStepPermit(), never)],
    ['createUpload', () => store.createUpload(head, never)],
  ])('is spoken of, and not waited for when somebody wants to stop: %s', async (_name, call) => {
    const called = call()
    called.catch(() => undefined)
    await asked()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said).toBe(1)
    stop.request('in order')
    await vi.advanceTimersByTimeAsync(60_000)
    await expect(called).rejects.toMatchObject({ code: 'INTERRUPTED', scope: 'run' })
    await expect(store.head(key, never)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(requests).toBe(1)
  })

  it('in the middle of a download', async () => {
    beginsToAnswer = true
    const chunks = store.get(key, never)
    expect(Buffer.from((await chunks.next()).value ?? '').toString()).toBe('the first bytes')
    // Whoever reads takes his time.
    await vi.advanceTimersByTimeAsync(100_000)
    expect(said).toBe(0)
    const next = chunks.next()
    next.catch(() => undefined)
    await vi.advanceTimersByTimeAsync(15_000)
    expect(said).toBe(1)
    stop.request('in order')
    await expect(next).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})
