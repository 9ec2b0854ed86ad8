import { beforeEach, describe, expect, it } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { partSizeFor } from '../../../src/main/engine/transfer/fingerprint.ts'
import { sendInParts } from '../../../src/main/engine/transfer/multipart.ts'
import { FaultyStore } from '../../fakes/faultyStore.ts'
import { MemoryObjectStore } from '../../fakes/memoryObjectStore.ts'

const key = 'documents/user/2024/05/large.zip'
const head = { key, contentType: 'application/zip', metadata: { 'readur-run-id': 'run-1' } }
const partSize = partSizeFor(1)
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const broken = new MigrateError('S3_REJECTED', { message: 'The service had a bad day.' })
const fail = (): never => {
  throw broken
}

/** A file of `size` bytes, read in uneven chunks, slowly enough for answers to arrive in between. */
async function* file(size: number): AsyncGenerator<Buffer> {
  const chunk = 5_000_011
  for (let at = 0; at < size; at += chunk) {
    for (let n = 0; n < 5; n += 1) await turn()
    yield Buffer.alloc(Math.min(chunk, size - at), at % 251)
  }
}

async function contentOf(size: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of file(size)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a file sent in parts', () => {
  let store: MemoryObjectStore
  let objects: FaultyStore
  let uploads: string[]
  let arrived: number[]
  beforeEach(() => {
    store = new MemoryObjectStore()
    objects = new FaultyStore(store)
    uploads = []
    arrived = []
  })
  const send = (size: number, stop = new StopControl(), bytes: AsyncIterable<Uint8Array> = file(size)) =>
    sendInParts(
      {
        objects,
        openUpload: null,
        journal: { begun: (id) => uploads.push(id), arrived: () => undefined, ended: () => undefined },
        onBytes: (sum) => arrived.push(sum),
        signal: stop.now,
      },
      head,
      size,
      () => bytes,
    )

  it('arrives whole, in parts of 16 MiB, and says how far it is', async () => {
    const size = 3 * partSize + 17
    await expect(send(size)).resolves.toBe('stored')
    expect(store.objects.get(key)?.bytes.equals(await contentOf(size))).toBe(true)
    expect(store.objects.get(key)?.etag).toMatch(/-4$/)
    expect(arrived.at(-1)).toBe(size)
    expect(store.uploads.size).toBe(0)
  })

  it('counts the bytes of a part while they are sent, not only when it has arrived', async () => {
    await send(2 * partSize)
    const within = arrived.filter((bytes) => bytes > 0 && bytes < partSize)
    expect(within.length).toBeGreaterThan(100)
    expect(arrived.at(-1)).toBe(2 * partSize)
  })

  it('has told of its upload before the first part is sent', async () => {
    let known = 0
    objects.plan({ on: 'putPart', before: () => (known = uploads.length) })
    await send(partSize)
    expect(known).toBe(1)
  })

  it.each([1, 2, 3, 4])('leaves nothing behind when part %i fails, and fails with its error', async (number) => {
    let count = 0
    objects.plan({ on: 'putPart', times: Infinity, before: () => ((count += 1) === number ? fail() : undefined) })
    await expect(send(3 * partSize + 17)).rejects.toBe(broken)
    expect(store.objects.size).toBe(0)
    expect(store.uploads.size).toBe(0)
  })

  it('leaves nothing behind when its source fails', async () => {
    const source = async function* (): AsyncGenerator<Buffer> {
      yield* file(partSize + 5)
      fail()
    }
    await expect(send(3 * partSize, new StopControl(), source())).rejects.toBe(broken)
    expect(store.uploads.size).toBe(0)
    expect(store.objects.size).toBe(0)
  })

  it('leaves its upload for the next session when it is stopped, and no object', async () => {
    const stop = new StopControl()
    objects.plan({ on: 'putPart', before: () => stop.request('now') })
    await expect(send(3 * partSize, stop)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect([...store.uploads.keys()]).toEqual(uploads)
    expect(store.objects.size).toBe(0)
  })

  it('sweeps what earlier tries have left at its key, and at no other', async () => {
    const never = new AbortController().signal
    await store.createUpload(head, never)
    await store.createUpload(head, never)
    const other = await store.createUpload({ ...head, key: `${key}.bak` }, never)
    await send(partSize)
    expect([...store.uploads.keys()]).toEqual([other.uploadId])
  })

  it('does not replace an object that appeared while its parts were sent', async () => {
    const appear = (): void => {
      store.objects.set(key, { bytes: Buffer.from('first'), contentType: 'text/plain', metadata: {}, etag: 'x' })
    }
    objects.plan({ on: 'putPart', before: appear })
    await expect(send(2 * partSize)).resolves.toBe('exists')
    expect(store.objects.get(key)?.bytes.toString()).toBe('first')
    expect(store.uploads.size).toBe(0)
  })

  it('is there even if the answer to its completion was lost', async () => {
    objects.plan({ on: 'completeUpload', after: fail })
    await expect(send(2 * partSize)).resolves.toBe('exists')
    expect(store.objects.has(key)).toBe(true)
    expect(store.uploads.size).toBe(0)
  })

  it('leaves no part behind when its completion fails while another object appears', async () => {
    const appear = (): never => {
      store.objects.set(key, { bytes: Buffer.from('first'), contentType: 'text/plain', metadata: {}, etag: 'x' })
      throw broken
    }
    objects.plan({ on: 'completeUpload', before: appear })
    await expect(send(2 * partSize)).resolves.toBe('exists')
    expect(store.objects.get(key)?.bytes.toString()).toBe('first')
    expect(store.uploads.size).toBe(0)
  })

  it('fails with the error of its completion when there is no object', async () => {
    objects.plan({ on: 'completeUpload', before: fail })
    await expect(send(2 * partSize)).rejects.toBe(broken)
    expect(store.uploads.size).toBe(0)
  })
})
