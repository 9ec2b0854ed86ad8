import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { S3Settings } from '../../src/main/adapters/s3/client.ts'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { errorData } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { ObjectStore } from '../../src/main/engine/ports.ts'
import { md5Of, wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { freePort } from '../../src/sandbox/ports.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'

const never = new AbortController().signal
const key = 'documents/user/2024/05/a.pdf'
const head = { key, contentType: 'application/pdf', metadata: {} }
const smallPut = wholeBody(head, Buffer.from('x'))

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const chunk of bytes) size += chunk.byteLength
  return size
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => null,
    (error: unknown) => error,
  )

describe('what a real service refuses', () => {
  let bucket: TestBucket
  const stores: S3ObjectStore[] = []
  const storeWith = (change: Partial<S3Settings>): S3ObjectStore => {
    const store = new S3ObjectStore({ ...bucket, forcePathStyle: true, ...change }, 2)
    stores.push(store)
    return store
  }
  beforeAll(async () => {
    bucket = await createBucket()
  })
  afterAll(async () => {
    for (const store of stores) store.close()
    await bucket.remove()
  })

  const calls: [string, (store: ObjectStore) => Promise<unknown>][] = [
    ['check', (store) => store.check(never)],
    ['put', (store) => store.put(smallPut, never)],
    ['get', (store) => drain(store.get(key, never))],
    ['createUpload', (store) => store.createUpload(head, never)],
  ]

  it.each(calls)('a wrong secret ends the run, without showing it (%s)', async (_name, call) => {
    const secretAccessKey = 'not-the-secret-but-secret-all-the-same'
    const error = await failureOf(call(storeWith({ secretAccessKey })))
    expect(error).toMatchObject({ code: 'S3_WRONG_SECRET', scope: 'run', retryable: false })
    expect(JSON.stringify(errorData(error))).not.toContain(secretAccessKey)
  })

  it.each(calls)('an unknown access key ends the run (%s)', async (_name, call) => {
    const error = await failureOf(call(storeWith({ accessKeyId: 'NOBODY' })))
    expect(error).toMatchObject({ code: 'S3_UNKNOWN_KEY', scope: 'run', retryable: false })
  })

  it.each(calls)('a bucket that does not exist ends the run (%s)', async (_name, call) => {
    const error = await failureOf(call(storeWith({ bucket: 'no-such-bucket-anywhere' })))
    expect(error).toMatchObject({ code: 'S3_NO_BUCKET', scope: 'run', retryable: false })
  })

  it('a refusal without a text, as to a HEAD request, still ends the run', async () => {
    const error = await failureOf(storeWith({ secretAccessKey: 'wrong' }).head(key, never))
    expect(error).toMatchObject({ scope: 'run', retryable: false })
  })

  it.each(calls)('a service that does not answer is tried again, and then ends the run (%s)', async (_name, call) => {
    const endpoint = `http://127.0.0.1:${await freePort()}`
    const error = await failureOf(call(storeWith({ endpoint })))
    expect(error).toMatchObject({ code: 'S3_UNREACHABLE', scope: 'run', retryable: true })
  })

  it('a host name that nobody knows is called unreachable', async () => {
    const error = await failureOf(storeWith({ endpoint: 'http://s3.nowhere.invalid' }).check(never))
    expect(error).toMatchObject({ code: 'S3_UNREACHABLE', scope: 'run' })
  })

  it('a file that cannot be read to its end breaks no other request, and the SDK prints nothing about it', async () => {
    const printed = vi.spyOn(console, 'warn')
    const store = storeWith({})
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(100_000)
      await Promise.reject(new Error('a disk that fails'))
    }
    const error = await failureOf(
      store.put({ ...head, size: 200_000, body, contentMd5: md5Of(Buffer.alloc(200_000)) }, never),
    )
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'a disk that fails' })
    expect(printed).not.toHaveBeenCalled()
    await expect(store.put(smallPut, never)).resolves.toBe('stored')
    expect(await drain(store.get(key, never))).toBe(1)
  })
})

describe('what services answer in the wild', () => {
  let server: Server
  let store: S3ObjectStore
  let answer: (request: IncomingMessage, response: ServerResponse) => void
  let requests: IncomingMessage[] = []
  let endpoint = ''

  const says =
    (status: number, code: string, words = `${code} it is`) =>
    (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(status, { 'content-type': 'application/xml' })
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${words}</Message></Error>`)
    }

  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request)
      request.resume().on('end', () => answer(request, response))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    endpoint = `http://127.0.0.1:${address.port}`
    store = new S3ObjectStore(settings(), 2)
  })
  afterEach(() => {
    requests = []
  })
  afterAll(async () => {
    store.close()
    server.close()
    await once(server, 'close')
  })

  const settings = (): S3Settings => ({
    endpoint,
    bucket: 'bucket',
    region: 'us-east-1',
    forcePathStyle: true,
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  })

  it.each([
    [503, 'SlowDown', { code: 'S3_THROTTLED', retryable: true, throttled: true, scope: 'run' }],
    [429, 'TooManyRequests', { code: 'S3_THROTTLED', retryable: true, throttled: true, scope: 'run' }],
    [503, 'SomethingOfItsOwn', { code: 'S3_THROTTLED', retryable: true, throttled: true, scope: 'run' }],
    [500, 'InternalError', { code: 'S3_REJECTED', retryable: true, throttled: false, scope: 'item' }],
    [502, 'BadGateway', { code: 'S3_REJECTED', retryable: true, throttled: false, scope: 'item' }],
    [403, 'AccessDenied', { code: 'S3_ACCESS_DENIED', retryable: false, scope: 'run' }],
    [403, 'RequestTimeTooSkewed', { code: 'S3_CLOCK_SKEW', retryable: false, scope: 'run' }],
    [403, 'ExpiredToken', { code: 'S3_TOKEN_EXPIRED', retryable: false, scope: 'run' }],
    [301, 'PermanentRedirect', { code: 'S3_WRONG_REGION', retryable: false, scope: 'run' }],
    [400, 'AuthorizationHeaderMalformed', { code: 'S3_WRONG_REGION', retryable: false, scope: 'run' }],
    [400, 'BadDigest', { code: 'S3_INTEGRITY', retryable: true, scope: 'item' }],
    [400, 'EntityTooLarge', { code: 'S3_REJECTED', retryable: false, scope: 'item' }],
    [409, 'OperationAborted', { code: 'S3_REJECTED', retryable: true, scope: 'item' }],
    [400, 'KMS.DisabledException', { code: 'S3_KMS', retryable: false, scope: 'run' }],
    [400, 'KMS.ThrottlingException', { code: 'S3_THROTTLED', retryable: true, throttled: true, scope: 'run' }],
    [404, 'NoSuchBucket', { code: 'S3_NO_BUCKET', retryable: false, scope: 'run' }],
  ])('%i %s is understood', async (status, name, meaning) => {
    answer = says(status, name)
    await expect(failureOf(store.put(smallPut, never))).resolves.toMatchObject(meaning)
  })

  it('a refusal of the key that encrypts names its permissions, and none of the bucket', async () => {
    const words = 'User: arn:aws:iam::1:user/ada is not authorized to perform: kms:GenerateDataKey on this resource'
    answer = says(403, 'AccessDenied', words)
    const calls = [
      () => store.put(smallPut, never),
      () => store.createUpload(head, never),
      () => drain(store.get(key, never)),
    ]
    for (const call of calls) {
      const error = await failureOf(call())
      expect(error).toMatchObject({ code: 'S3_KMS', scope: 'run' })
      const needed = `${words}. It needs the permissions kms:GenerateDataKey and kms:Decrypt.`
      expect(errorData(error).message).toContain(needed)
    }
  })

  it.each<[string, (store: ObjectStore) => Promise<unknown>, string, string]>([
    ['HeadObject', (it) => it.head(key, never), key, 's3:GetObject'],
    ['GetObject', (it) => drain(it.get(key, never)), key, 's3:GetObject'],
    ['PutObject', (it) => it.put(smallPut, never), key, 's3:PutObject'],
    ['DeleteObject', (it) => it.remove(key, ownStepPermit(), never), key, 's3:DeleteObject'],
    ['ListObjectsV2', (it) => it.list('documents/', null, never), 'bucket', 's3:ListBucket'],
    ['CreateMultipartUpload', (it) => it.createUpload(head, never), key, 's3:PutObject'],
  ])(
    'a refusal without a word names what was asked, of what, and the permission: %s',
    async (action, call, of, needs) => {
      answer = (_, response) => void response.writeHead(403).end()
      const error = await failureOf(call(store))
      expect(error).toMatchObject({
        code: 'S3_ACCESS_DENIED',
        subject: of,
        message: `${action} of “${of}”: 403. It needs the permission ${needs}.`,
      })
    },
  )

  it.each([
    ['ahead of', -3 * 3_600_000],
    ['behind', 3 * 3_600_000],
  ])('a refusal with a date far off is about the clock: %s', async (way, offset) => {
    answer = (_, response) => {
      response.sendDate = false
      response.writeHead(403, { date: new Date(Date.now() + offset).toUTCString() }).end()
    }
    expect(await failureOf(store.head(key, never))).toMatchObject({
      code: 'S3_CLOCK_SKEW',
      scope: 'run',
      subject: store.label,
      message: `The clock of this computer is 180 minutes ${way} that of the storage service, so that HeadObject of “${key}” was refused.`,
    })
  })

  it('what concerns the service as a whole is said of the service', async () => {
    answer = says(403, 'InvalidAccessKeyId')
    expect(await failureOf(store.head(key, never))).toMatchObject({ subject: key })
    expect(await failureOf(store.put(smallPut, never))).toMatchObject({ code: 'S3_UNKNOWN_KEY', subject: store.label })
  })

  it('makes one request a call: trying again is left to the wrapper that can open the body anew', async () => {
    answer = says(503, 'SlowDown')
    await failureOf(store.put(smallPut, never))
    expect(requests).toHaveLength(1)
  })

  it('sends a known length and no checksum that older services refuse', async () => {
    answer = (_, response) => void response.end()
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('streamed'))
    }
    await store.put({ ...head, size: 8, body, contentMd5: md5Of(Buffer.from('streamed')) }, never)
    const [request] = requests
    expect(request?.headers).toMatchObject({ 'content-length': '8', 'if-none-match': '*' })
    expect(request?.headers).not.toHaveProperty('transfer-encoding')
    expect(Object.keys(request?.headers ?? {}).filter((name) => name.includes('checksum'))).toEqual([])
  })

  it('writes without the condition once a service says that it knows none', async () => {
    const picky = new S3ObjectStore(settings(), 2)
    answer = (request, response) => {
      if (request.headers['if-none-match']) says(501, 'NotImplemented')(request, response)
      else response.end()
    }
    await expect(picky.put(smallPut, never)).resolves.toBe('stored')
    await expect(picky.put(smallPut, never)).resolves.toBe('stored')
    expect(requests.map((request) => request.headers['if-none-match'])).toEqual(['*', undefined, undefined])
    picky.close()
  })

  it('takes a connection that breaks in the middle of a download for one that can be tried again', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('only this much', () => response.destroy())
    }
    await expect(failureOf(drain(store.get(key, never)))).resolves.toMatchObject({
      code: 'S3_UNREACHABLE',
      retryable: true,
    })
  })
})
