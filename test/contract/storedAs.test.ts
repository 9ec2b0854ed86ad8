import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { S3Settings } from '../../src/main/adapters/s3/client.ts'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { S3BucketProbe } from '../../src/main/adapters/s3/probe.ts'
import { md5Of, wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import type { StoredAs } from '../../src/shared/profile.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'
import { StubService } from '../services/stubService.ts'

const never = new AbortController().signal
const head = { key: 'documents/a', contentType: 'text/plain', metadata: {} }
const bytes = Buffer.from('the document')

let bucket: TestBucket
const open: { close: () => void }[] = []
function storeWith(options: StoredAs, change: Partial<S3Settings> = {}): S3ObjectStore {
  const store = new S3ObjectStore({ ...bucket, forcePathStyle: true, ...options, ...change }, 2)
  open.push(store)
  return store
}
beforeAll(async () => {
  bucket = await createBucket()
})
afterAll(async () => {
  for (const one of open) one.close()
  await bucket.remove()
})

/** A key that Ceph was started with. */
const encrypted: StoredAs = { encryption: 'aws:kms', kmsKeyId: 'test-key' }

async function bytesOf(store: S3ObjectStore, key: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.get(key, never)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('encryption with a key, by a real service', () => {
  it('is that of every write, and seen in what is there', async () => {
    const store = storeWith(encrypted)
    await expect(store.put(wholeBody(head, bytes), never)).resolves.toBe('stored')
    expect(await store.head(head.key, never)).toMatchObject({ size: bytes.length, lacks: [] })
    expect((await bytesOf(store, head.key)).equals(bytes)).toBe(true)
    const other = storeWith({ ...encrypted, kmsKeyId: 'another-key' })
    expect(await other.head(head.key, never)).toMatchObject({ lacks: ['encryption'] })
  })

  it('stays with an upload in parts that another session goes on with', async () => {
    const key = 'documents/parts'
    const upload = await storeWith(encrypted).createUpload({ ...head, key }, never)
    const later = storeWith(encrypted)
    const part = await later.putPart(upload, 1, bytes, md5Of(bytes), never)
    await expect(later.completeUpload(upload, [part], never)).resolves.toBe('stored')
    expect(await later.head(key, never)).toMatchObject({ lacks: [] })
    expect((await bytesOf(later, key)).equals(bytes)).toBe(true)
  })

  it('is missed where an object was written without it', async () => {
    const key = 'documents/plain'
    await storeWith({}).put(wholeBody({ ...head, key }, bytes), never)
    expect(await storeWith({}).head(key, never)).toMatchObject({ lacks: [] })
    expect(await storeWith(encrypted).head(key, never)).toMatchObject({ lacks: ['encryption'] })
  })

  it('passes the checks, and a key that the service does not have is told before a run', async () => {
    const checked = async (options: StoredAs) =>
      (
        await checkStorage({
          s3: { ...bucket, forcePathStyle: true, ...options },
          onChange: () => undefined,
          signal: never,
          without: ['bucket.speed', 'bucket.uploads'],
        })
      ).diagnostics.find(({ severity }) => severity === 'blocking')
    expect(await checked(encrypted)).toBeUndefined()
    expect(await checked({ ...encrypted, kmsKeyId: 'no-such-key' })).toMatchObject({ code: 'bucket.put' })
  })
})

describe('the revision of an object', () => {
  const service = new StubService()
  beforeAll(() => service.start())
  afterAll(() => service.stop())

  it('stays as long as nobody writes there, and each write changes it, by a real service', async () => {
    const store = storeWith(encrypted)
    const key = 'documents/revised'
    const revision = async (): Promise<string> => (await store.head(key, never))?.revision ?? expect.unreachable()
    await store.put(wholeBody({ ...head, key }, bytes), never)
    const first = await revision()
    expect(await revision()).toBe(first)
    await store.put(wholeBody({ ...head, key }, Buffer.from('another one')), never)
    // Never overwritten by us: another program does that.
    expect(await revision()).toBe(first)
    await new S3BucketProbe({ ...bucket, forcePathStyle: true }, 1, []).putChecked(
      key,
      { kind: 'md5', isRight: true },
      never,
    )
    expect(await revision()).not.toBe(first)
  })

  const shown = { etag: '"e"', 'last-modified': 'Mon, 30 Nov 2026 10:00:00 GMT', 'x-amz-version-id': 'v1' }
  it.each<[string, Record<string, string>, boolean]>([
    ['the same', shown, true],
    ['another ETag', { ...shown, etag: '"f"' }, false],
    ['another time', { ...shown, 'last-modified': 'Mon, 30 Nov 2026 10:00:01 GMT' }, false],
    ['another version', { ...shown, 'x-amz-version-id': 'v2' }, false],
  ])('is told by ETag, time and version: %s', async (_name, headers, isSame) => {
    const store = storeWith({}, { endpoint: service.endpoint })
    const look = async (now: Record<string, string>) => {
      service.answer = (_, response) => response.writeHead(200, { 'content-length': '1', ...now }).end()
      return (await store.head(head.key, never))?.revision
    }
    const first = await look(shown)
    expect(first).toEqual(expect.any(String))
    expect((await look(headers)) === first).toBe(isSame)
  })

  it.each<[string, Record<string, string>]>([
    ['a weak ETag', { ...shown, etag: 'W/"e"' }],
    ['no ETag', { 'last-modified': shown['last-modified'] }],
    ['no time', { etag: shown.etag }],
  ])('is not told by %s', async (_name, headers) => {
    service.answer = (_, response) => response.writeHead(200, { 'content-length': '1', ...headers }).end()
    const store = storeWith({}, { endpoint: service.endpoint })
    expect(await store.head(head.key, never)).toMatchObject({ revision: null })
  })
})

describe('storage class and encryption', () => {
  const service = new StubService()
  beforeAll(() => service.start())
  afterAll(() => service.stop())
  const asked: StoredAs = { storageClass: 'STANDARD_IA', encryption: 'AES256' }

  it('are asked for with every request that creates an object', async () => {
    service.answer = ({ method }, response) =>
      response.end(
        method === 'POST'
          ? '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>'
          : '',
      )
    const store = storeWith(asked, { endpoint: service.endpoint })
    await store.put(wholeBody(head, bytes), never)
    await store.createUpload(head, never)
    const probe = new S3BucketProbe({ ...bucket, forcePathStyle: true, ...asked, endpoint: service.endpoint }, 1, [])
    open.push(probe)
    await probe.putChecked('a', { kind: 'md5', isRight: true }, never)
    expect(service.requests).toHaveLength(3)
    for (const { headers } of service.requests) {
      expect(headers).toMatchObject({ 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-server-side-encryption': 'AES256' })
    }
  })

  it('are those of a run, once it has said so, for its objects and for the checks before them', async () => {
    service.answer = (_, response) => response.end()
    const store = storeWith(asked, { endpoint: service.endpoint })
    const probe = new S3BucketProbe({ ...bucket, forcePathStyle: true, ...asked, endpoint: service.endpoint }, 1, [])
    open.push(probe)
    store.storedAs = probe.storedAs = encrypted
    const before = service.requests.length
    await store.put(wholeBody(head, bytes), never)
    await probe.put(wholeBody(head, bytes), never)
    await probe.putChecked('a', { kind: 'md5', isRight: true }, never)
    const sent = service.requests
      .slice(before)
      .map(({ headers }) => [
        headers['x-amz-server-side-encryption'],
        headers['x-amz-server-side-encryption-aws-kms-key-id'],
        headers['x-amz-storage-class'],
      ])
    expect(sent).toEqual(Array.from({ length: 3 }, () => ['aws:kms', 'test-key', undefined]))
  })

  it.each<[string, Record<string, string>, string[]]>([
    ['both', { 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-server-side-encryption': 'AES256' }, []],
    ['no class', { 'x-amz-server-side-encryption': 'AES256' }, ['storage class']],
    ['neither', {}, ['encryption', 'storage class']],
    ['another encryption', { 'x-amz-server-side-encryption': 'aws:kms' }, ['encryption', 'storage class']],
  ])('are looked for in what is there: %s', async (_name, headers, lacks) => {
    service.answer = (_, response) => response.writeHead(200, { 'content-length': '1', ...headers }).end()
    expect(await storeWith(asked, { endpoint: service.endpoint }).head(head.key, never)).toMatchObject({ lacks })
  })
})
