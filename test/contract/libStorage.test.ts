import { randomBytes } from 'node:crypto'
import { S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import type { ObjectFacts, ObjectStore } from '../../src/main/engine/ports.ts'
import { fingerprintOf } from '../../src/main/engine/transfer/fingerprint.ts'
import { proveContent } from '../../src/main/engine/verify/verify.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'

const mebibyte = 1024 ** 2
const key = 'documents/someone/2025/11/large.bin'
const { signal } = new AbortController()

/** Two whole parts of 16 MiB, and one of 8. */
const content = randomBytes(40 * mebibyte)

/** A store whose objects must not be read back. */
const unread: Pick<ObjectStore, 'get'> = { get: () => expect.unreachable('the object was read back') }

describe('an object that the AWS SDK uploaded by its own means (lib-storage)', () => {
  let bucket: TestBucket
  let client: S3Client
  let store: S3ObjectStore

  beforeAll(async () => {
    bucket = await createBucket()
    const { endpoint, region, accessKeyId, secretAccessKey } = bucket
    client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true })
    store = new S3ObjectStore({ ...bucket, forcePathStyle: true }, 4)
  })
  afterAll(async () => {
    client.destroy()
    store.close()
    await bucket.remove()
  })

  async function upload(body: Uint8Array, partSize: number): Promise<ObjectFacts> {
    await new Upload({ client, partSize, params: { Bucket: bucket.bucket, Key: key, Body: body } }).done()
    const facts = await store.head(key, signal)
    if (facts === null) throw new Error('There is no object after the upload.')
    return facts
  }
  const expected = () => fingerprintOf(asStream(content), content.byteLength)

  it('in parts of 16 MiB is known for ours by its ETag alone', async () => {
    const facts = await upload(content, 16 * mebibyte)
    expect(facts.etag).toMatch(/-3$/)
    expect(await proveContent(unread, key, facts, await expected(), 'head', signal)).toBe('etag')
  })

  it('in other parts is known for ours by its bytes', async () => {
    const facts = await upload(content, 8 * mebibyte)
    expect(facts.etag).toMatch(/-5$/)
    expect(await proveContent(store, key, facts, await expected(), 'head', signal)).toBe('readback')
  })

  it('is not taken for ours when one byte of its last part differs', async () => {
    const other = Buffer.from(content)
    other.writeUInt8(other.readUInt8(other.byteLength - 1) ^ 1, other.byteLength - 1)
    const facts = await upload(other, 16 * mebibyte)
    expect(await proveContent(store, key, facts, await expected(), 'head', signal)).toBeNull()
  })
})

async function* asStream(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
