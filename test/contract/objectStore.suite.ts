import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { ListedObject, ObjectHead, ObjectPage, ObjectStore, UploadRef } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'

/** What a service behind the port is able to do. Behaviour that it has not is not tested on it. */
export interface StoreCan {
  /** Compares Content-MD5 with what arrives. */
  checkMd5: boolean
  /** Refuses a write under If-None-Match when the key is taken. */
  keepExisting: boolean
  /** Refuses the completion of an upload under If-None-Match when the key is taken. */
  keepExistingOnComplete: boolean
  /** Completes an upload only of parts that were sent. */
  checkParts: boolean
  /** Aborts and lists multipart uploads. */
  abortUploads: boolean
  /** Keeps nothing of a request that broke off. */
  dropBroken: boolean
  /** Gives an upload in parts the ETag that AWS gives it: the MD5 of the parts' MD5s, and their number. */
  compositeEtag: boolean
  /** Lists more than fits on a page, and keys that hold what cannot stand in XML. */
  listAnything: boolean
  /** Refuses what arrives after the permit for it has expired. */
  refuseLate: boolean
}

export interface StoreHarness {
  store: ObjectStore
  /** What lies in the bucket, seen past the store. */
  keys: () => Promise<string[]>
  /** Keys of multipart uploads that were neither completed nor aborted. */
  unfinished: () => Promise<string[]>
  close: () => Promise<void>
}

const never = new AbortController().signal
const partSize = 5 * 1024 ** 2

const base64Md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64')
const hexMd5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

async function bytesOf(store: ObjectStore, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.get(key, never)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The bytes in pieces of `chunk`, as a body that can be opened again. */
function streamOf(bytes: Buffer, chunk = 100_000): () => AsyncIterable<Uint8Array> {
  return async function* () {
    for (let at = 0; at < bytes.length; at += chunk) {
      await new Promise(setImmediate)
      yield bytes.subarray(at, at + chunk)
    }
  }
}

const sourceFailure = new MigrateError('SOURCE_CHANGED', { message: 'The file changed.' })

/** A body that fails in the middle. */
function failing(bytes: Buffer): () => AsyncIterable<Uint8Array> {
  return async function* () {
    yield bytes
    await new Promise(setImmediate)
    throw sourceFailure
  }
}

/** The error that a call ends with, which must be one of ours. */
async function failureOf(call: Promise<unknown>): Promise<MigrateError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof MigrateError) return error
  throw new Error('The call did not fail with a MigrateError.', { cause: error })
}

/** What every object store has to do, whatever is behind it. */
export function objectStoreSuite(name: string, can: StoreCan, open: () => Promise<StoreHarness>): void {
  describe(`the object store port on ${name}`, () => {
    let harness: StoreHarness
    let store: ObjectStore
    let number = 0
    const headFor = (key = `documents/user/2024/05/${(number += 1)}.pdf`): ObjectHead => ({
      key,
      contentType: 'application/pdf',
      metadata: { 'readur-run-id': 'run-1' },
    })
    const put = (head: ObjectHead, bytes: Buffer) => store.put(wholeBody(head, bytes), never)

    beforeAll(async () => {
      harness = await open()
      store = harness.store
    })
    afterAll(() => harness.close())

    it('accepts a bucket that can be reached and listed', async () => {
      await expect(store.check(never)).resolves.toBeUndefined()
    })

    it('says of an absent object that it is absent', async () => {
      await expect(store.head('documents/nobody/2024/01/nothing.pdf', never)).resolves.toBeNull()
    })

    it('keeps a buffered object with its size, MD5 and metadata', async () => {
      const bytes = randomBytes(70_000)
      const head = headFor()
      await expect(put(head, bytes)).resolves.toBe('stored')
      const facts = await store.head(head.key, never)
      expect(facts).toMatchObject({ size: bytes.length, etag: hexMd5(bytes), metadata: { 'readur-run-id': 'run-1' } })
      expect((await bytesOf(store, head.key)).equals(bytes)).toBe(true)
    })

    it('keeps an object that was streamed with a known length', async () => {
      const bytes = randomBytes(3_000_000)
      const head = headFor()
      await expect(store.put({ ...wholeBody(head, bytes), body: streamOf(bytes) }, never)).resolves.toBe('stored')
      expect((await bytesOf(store, head.key)).equals(bytes)).toBe(true)
      expect((await store.head(head.key, never))?.etag).toBe(hexMd5(bytes))
    })

    it('keeps an object of zero bytes', async () => {
      const buffered = headFor()
      await expect(put(buffered, Buffer.alloc(0))).resolves.toBe('stored')
      expect((await store.head(buffered.key, never))?.size).toBe(0)
      expect((await bytesOf(store, buffered.key)).length).toBe(0)
    })

    it.each([
      ['spaces and a plus', 'documents/user/2024/05/a + b  c.txt (1)'],
      ['a percent sign', 'documents/user/2024/05/100%25 %2F.txt'],
      ['a question mark, a hash and an ampersand', 'documents/user/2024/05/what?who#why&x=y'],
      ['letters of other scripts', 'documents/user/2024/05/契約書 Übergrößenträger ДА.pdf'],
      ['quotes and an asterisk', `documents/user/2024/05/it's * "here".txt`],
    ])('keeps an object whose key has %s', async (_story, key) => {
      const bytes = Buffer.from(key)
      await expect(put(headFor(key), bytes)).resolves.toBe('stored')
      expect((await store.head(key, never))?.size).toBe(bytes.length)
      expect((await bytesOf(store, key)).equals(bytes)).toBe(true)
      expect(await harness.keys()).toContain(key)
    })

    it('gives metadata back unchanged, percent-encoded paths included', async () => {
      const metadata = {
        'readur-sha256': 'ab'.repeat(32),
        'readur-document-id': '0b7f1f0e-1111-4222-8333-444455556666',
        'readur-original-path': encodeURIComponent('/app/uploads/documents/Übergröße & 契約書 100%.pdf'),
      }
      const head = { ...headFor(), metadata }
      await put(head, Buffer.from('x'))
      expect((await store.head(head.key, never))?.metadata).toEqual(metadata)
    })

    it('removes an object, and has nothing against removing it again', async () => {
      const head = headFor()
      await put(head, Buffer.from('short-lived'))
      await store.remove(head.key, ownStepPermit(), never)
      await expect(store.head(head.key, never)).resolves.toBeNull()
      await expect(store.remove(head.key, ownStepPermit(), never)).resolves.toBeUndefined()
    })

    it('leaves an object whose removal arrives too late, although we have sent it', async () => {
      if (!can.refuseLate) return
      const head = headFor()
      await put(head, Buffer.from('needed again'))
      // Proved before a sleep that nobody noticed: the very case in which our own look at the clock comes too early.
      const now = Date.now()
      const late = { provedAt: now - 60_000, expiresAt: now - 54_000, isHarmless: false, assertFresh: () => undefined }
      expect((await failureOf(store.remove(head.key, late, never))).code).toBe('PERMIT_EXPIRED')
      expect(await harness.keys()).toContain(head.key)
      const inTime = { provedAt: now, expiresAt: now + 6_000, isHarmless: false, assertFresh: () => undefined }
      await store.remove(head.key, inTime, never)
      expect(await harness.keys()).not.toContain(head.key)
    })

    it('fails with an error of ours when an absent object is read', async () => {
      const error = await failureOf(bytesOf(store, 'documents/nobody/2024/01/nothing.pdf'))
      expect(error).toMatchObject({ scope: 'item', retryable: false })
    })

    it.each([1, 2_000_000])('fails with the error of the source when that breaks after %i bytes', async (sent) => {
      const head = headFor()
      const body = failing(randomBytes(sent))
      const error = await failureOf(
        store.put({ ...head, size: sent + 1_000_000, body, contentMd5: base64Md5(Buffer.of()) }, never),
      )
      expect(error).toBe(sourceFailure)
      if (!can.dropBroken) return
      await expect(store.head(head.key, never)).resolves.toBeNull()
      expect(await harness.keys()).not.toContain(head.key)
    })

    it('ends a write when it is told to stop, though its bytes never come, with the reason of the stop', async () => {
      const stop = new StopControl()
      const head = headFor()
      const body = async function* (): AsyncGenerator<Uint8Array> {
        yield Buffer.alloc(10)
        setImmediate(() => stop.request('now'))
        // The other end of this pipe never answers.
        await new Promise(() => undefined)
      }
      const error = await failureOf(
        store.put({ ...head, size: 1_000, body, contentMd5: base64Md5(Buffer.of()) }, stop.now),
      )
      expect(error.code).toBe('INTERRUPTED')
      if (can.dropBroken) expect(await harness.keys()).not.toContain(head.key)
    })

    it('begins nothing after a stop', async () => {
      const stop = new StopControl()
      stop.request('now')
      const head = headFor()
      const calls: Promise<unknown>[] = [
        store.check(stop.now),
        store.head(head.key, stop.now),
        store.put(wholeBody(head, Buffer.from('x')), stop.now),
        store.remove(head.key, ownStepPermit(), stop.now),
        store.createUpload(head, stop.now),
      ]
      for (const call of calls) expect((await failureOf(call)).code).toBe('INTERRUPTED')
      expect(await harness.keys()).not.toContain(head.key)
    })

    describe('uploads in parts', () => {
      const send = (upload: UploadRef, bytes: readonly Buffer[]) =>
        Promise.all(bytes.map((part, at) => store.putPart(upload, at + 1, part, base64Md5(part), never)))

      it('become one object with their bytes in order, and the metadata', async () => {
        const parts = [randomBytes(partSize), randomBytes(partSize), randomBytes(77)]
        const head = headFor()
        const upload = await store.createUpload(head, never)
        const sent = await send(upload, parts)
        expect(await harness.keys()).not.toContain(head.key)
        await expect(store.completeUpload(upload, sent, never)).resolves.toBe('stored')

        const sums = parts.map((part) => createHash('md5').update(part).digest())
        const facts = await store.head(head.key, never)
        expect(facts?.size).toBe(2 * partSize + 77)
        if (can.compositeEtag) expect(facts?.etag).toBe(`${hexMd5(Buffer.concat(sums))}-3`)
        expect(facts?.metadata).toEqual(head.metadata)
        expect((await bytesOf(store, head.key)).equals(Buffer.concat(parts))).toBe(true)
        expect(await harness.unfinished()).not.toContain(head.key)
      })

      it('take a part that is handed over piece by piece', async () => {
        const part = randomBytes(partSize)
        const head = headFor()
        const upload = await store.createUpload(head, never)
        const open = () => Readable.from([part.subarray(0, 100_000), part.subarray(100_000)])
        const sent = await store.putPart(upload, 1, { size: partSize, open }, base64Md5(part), never)
        await store.completeUpload(upload, [sent], never)
        expect((await bytesOf(store, head.key)).equals(part)).toBe(true)
      })

      if (can.checkParts) {
        it('cannot be completed with a part that was never sent', async () => {
          const upload = await store.createUpload(headFor(), never)
          const [sent] = await send(upload, [randomBytes(100)])
          const absent = { number: 2, etag: '"00000000000000000000000000000000"' }
          const parts = sent ? [sent, absent] : [absent]
          await failureOf(store.completeUpload(upload, parts, never))
          await expect(store.head(upload.key, never)).resolves.toBeNull()
          await store.abortUpload(upload, never)
        })
      }

      if (can.checkMd5) {
        it('refuse a part whose bytes have another MD5', async () => {
          const upload = await store.createUpload(headFor(), never)
          const sent = store.putPart(upload, 1, Buffer.from('right'), base64Md5(Buffer.from('wrong')), never)
          expect(await failureOf(sent)).toMatchObject({ code: 'S3_INTEGRITY', scope: 'item', retryable: true })
          await store.abortUpload(upload, never)
        })
      }

      if (can.abortUploads) {
        it('leave no part behind when they are aborted, and can be aborted again', async () => {
          const upload = await store.createUpload(headFor(), never)
          await send(upload, [randomBytes(partSize)])
          expect(await harness.unfinished()).toContain(upload.key)
          await store.abortUpload(upload, never)
          expect(await harness.unfinished()).not.toContain(upload.key)
          await expect(store.abortUpload(upload, never)).resolves.toBeUndefined()
          await failureOf(store.putPart(upload, 2, Buffer.from('x'), base64Md5(Buffer.from('x')), never))
        })

        it('are listed for exactly their key, all of them', async () => {
          const head = headFor()
          const longer = await store.createUpload({ ...head, key: `${head.key}.bak` }, never)
          const uploads = [await store.createUpload(head, never), await store.createUpload(head, never)]
          const found = await store.listUploads(head.key, never)
          expect(found.map(({ uploadId }) => uploadId).sort()).toEqual(uploads.map(({ uploadId }) => uploadId).sort())
          expect(found.every(({ key }) => key === head.key)).toBe(true)
          for (const upload of [longer, ...uploads]) await store.abortUpload(upload, never)
          await expect(store.listUploads(head.key, never)).resolves.toEqual([])
        })
      } else {
        it('are not listed by a service that cannot, and aborting them is no error', async () => {
          const upload = await store.createUpload(headFor(), never)
          await expect(store.abortUpload(upload, never)).resolves.toBeUndefined()
          await expect(store.listUploads(upload.key, never)).resolves.toEqual([])
        })
      }

      it('end when they are told to stop', async () => {
        const stop = new StopControl()
        const upload = await store.createUpload(headFor(), never)
        const bytes = randomBytes(partSize)
        stop.request('now')
        expect((await failureOf(store.putPart(upload, 1, bytes, base64Md5(bytes), stop.now))).code).toBe('INTERRUPTED')
        await store.abortUpload(upload, never)
      })
    })

    if (can.checkMd5) {
      it('refuses a body whose MD5 is not the one announced, and keeps nothing of it', async () => {
        const head = headFor()
        const body = Buffer.from('these bytes')
        const request = { ...head, size: body.length, body, contentMd5: base64Md5(Buffer.from('other bytes')) }
        expect(await failureOf(store.put(request, never))).toMatchObject({
          code: 'S3_INTEGRITY',
          scope: 'item',
          retryable: true,
        })
        await expect(store.head(head.key, never)).resolves.toBeNull()
      })
    }

    it('lists objects below a prefix, page by page, each once, whatever their names', async () => {
      const prefix = `documents/listed-${(number += 1)}/`
      const odd = can.listAnything ? ['ü +%20&<.pdf', 'a\u0001b'] : []
      const names = [...odd, ...Array.from({ length: can.listAnything ? 1_003 : 20 }, (_, at) => `${at}.txt`)]
      for (let at = 0; at < names.length; at += 50) {
        await Promise.all(
          names.slice(at, at + 50).map((name) => put(headFor(prefix + name), Buffer.from('five '.slice(0, 5)))),
        )
      }
      await put(headFor('other/place.txt'), Buffer.from('not below it'))
      const found: ListedObject[] = []
      let pages = 0
      for (let from: string | null = null, more = true; more; pages += 1) {
        const page: ObjectPage = await store.list(prefix, from, never)
        found.push(...page.objects)
        from = page.next
        more = from !== null
      }
      expect(found.map(({ key }) => key).sort()).toEqual(names.map((name) => prefix + name).sort())
      expect(pages).toBe(can.listAnything ? 2 : 1)
      expect(new Set(found.map(({ size }) => size))).toEqual(new Set([5]))
      expect(found[0]?.etag).toBe((await store.head(found[0]?.key ?? '', never))?.etag)
      await expect(store.list('documents/nothing-here/', null, never)).resolves.toEqual({ objects: [], next: null })
    })

    it('says of an object what its type is', async () => {
      const head = headFor()
      await put(head, Buffer.from('typed'))
      await expect(store.head(head.key, never)).resolves.toMatchObject({ contentType: 'application/pdf' })
    })

    if (can.keepExisting) {
      it('never overwrites an object, neither from a buffer nor from a stream', async () => {
        const head = headFor()
        const first = Buffer.from('the first to come')
        await put(head, first)
        const later = randomBytes(200_000)
        await expect(put(head, later)).resolves.toBe('exists')
        await expect(store.put({ ...wholeBody(head, later), body: streamOf(later) }, never)).resolves.toBe('exists')
        expect((await bytesOf(store, head.key)).equals(first)).toBe(true)
      })
    }

    if (can.keepExistingOnComplete) {
      it('never overwrites an object by completing an upload', async () => {
        const head = headFor()
        const upload = await store.createUpload(head, never)
        const part = randomBytes(1_000)
        const sent = await store.putPart(upload, 1, part, base64Md5(part), never)
        const first = Buffer.from('it came while the parts were sent')
        await put(head, first)
        await expect(store.completeUpload(upload, [sent], never)).resolves.toBe('exists')
        expect((await bytesOf(store, head.key)).equals(first)).toBe(true)
        await store.abortUpload(upload, never)
      })
    }
  })
}
