import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { S3Settings } from '../../src/main/adapters/s3/client.ts'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { S3BucketProbe } from '../../src/main/adapters/s3/probe.ts'
import { checkBodies } from '../../src/main/engine/doctor/bucket/bodies.ts'
import { Checkup } from '../../src/main/engine/doctor/checkup.ts'
import { asMigrateError, errorData } from '../../src/main/engine/errors.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import type { ObjectStore } from '../../src/main/engine/ports.ts'
import { md5Of, wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import { startSandboxS3 } from '../../src/sandbox/s3.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'
import { startNginx, type Nginx } from '../services/nginx.ts'
import { refuses, showsPage, StubService } from '../services/stubService.ts'

/** Services as they are met in the wild, each with a manner that others do not have. */

const never = new AbortController().signal
const key = 'documents/user/2024/05/a.pdf'
const head = { key, contentType: 'application/pdf', metadata: {} }
const smallPut = wholeBody(head, Buffer.from('x'))

const settingsAt = (endpoint: string): S3Settings => ({
  endpoint,
  bucket: 'bucket',
  region: 'us-east-1',
  forcePathStyle: true,
  accessKeyId: 'id',
  secretAccessKey: 'secret',
})

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => asMigrateError(error),
  )

const service = new StubService()
let store: S3ObjectStore
beforeAll(() => service.start())
afterAll(() => service.stop())
beforeEach(() => {
  service.answer = (_, response) => response.end()
  store = new S3ObjectStore(settingsAt(service.endpoint), 2)
})
afterEach(() => {
  store.close()
  service.requests.length = 0
})

const emptyListing = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
const calls: [string, (store: ObjectStore) => Promise<unknown>][] = [
  ['check', (it) => it.check(never)],
  ['list', (it) => it.list('documents/', null, never)],
  ['put', (it) => it.put(smallPut, never)],
  ['remove', (it) => it.remove(key, ownStepPermit(), never)],
  ['createUpload', (it) => it.createUpload(head, never)],
  ['putPart', (it) => it.putPart({ key, uploadId: 'u' }, 1, Buffer.from('x'), md5Of(Buffer.from('x')), never)],
  ['completeUpload', (it) => it.completeUpload({ key, uploadId: 'u' }, [{ number: 1, etag: 'e' }], never)],
  ['listUploads', (it) => it.listUploads(key, never)],
]

describe('a large write', () => {
  const large = Buffer.alloc(3_000_000)
  const streamed = async function* () {
    yield await Promise.resolve(large)
  }

  it('is sent at once, without asking whether it may be', async () => {
    let asked = 0
    const strict: Server = createServer((request, response) => void request.resume().on('end', () => response.end()))
    strict.on('checkContinue', () => (asked += 1))
    strict.listen(0, '127.0.0.1')
    await once(strict, 'listening')
    const address = strict.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const sender = new S3ObjectStore(settingsAt(`http://127.0.0.1:${port}`), 2)
    await expect(sender.put(wholeBody(head, large), never)).resolves.toBe('stored')
    expect(asked).toBe(0)
    sender.close()
    strict.closeAllConnections()
    strict.close()
  })

  it('carries its Content-MD5, streamed ones too', async () => {
    await store.put({ ...wholeBody(head, large), body: streamed }, never)
    await store.put(smallPut, never)
    expect(service.requests.map(({ headers }) => headers['content-md5'])).toEqual([md5Of(large), smallPut.contentMd5])
  })
})

describe('a service that compresses what it sends', () => {
  const names = (headers: string | undefined): string[] =>
    /SignedHeaders=([^,&]*)/.exec(decodeURIComponent(headers ?? ''))?.[1]?.split(';') ?? []

  it('is asked not to, in a header that proxies may change', async () => {
    service.answer = (_, response) => response.end(emptyListing)
    await store.list('documents/', null, never)
    await store.remove(key, ownStepPermit(), never)
    expect(service.requests).toHaveLength(2)
    for (const { headers, url } of service.requests) {
      expect(headers['accept-encoding']).toBe('identity')
      const signed = names(headers.authorization ?? url)
      expect(signed).toContain('host')
      expect(signed).not.toContain('accept-encoding')
    }
  })

  const compressed = (text: string) => {
    service.answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(text))
    }
  }

  it('and does it all the same: its bytes are not taken for the document', async () => {
    compressed('the document')
    const error = await failureOf(bytesOf(store.get(key, never)))
    expect(error).toMatchObject({ code: 'S3_STRANGE', scope: 'item', subject: key })
    expect(error?.message).toContain('compressed (gzip)')
  })

  it('and does it all the same: its listing is not taken for an empty one', async () => {
    compressed(emptyListing)
    expect(await failureOf(store.list('documents/', null, never))).toMatchObject({ code: 'S3_STRANGE', scope: 'run' })
  })

  it('and names the encoding of a body that has none', async () => {
    service.answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': 'aws-chunked' })
      response.end('as it is')
    }
    expect((await bytesOf(store.get(key, never))).toString()).toBe('as it is')
  })
})

describe('a web console, a login page, or another program', () => {
  it.each(calls)('answers 200 with a page, and passes for no storage service: %s', async (_name, call) => {
    service.answer = showsPage(200, 'MinIO Console')
    const error = await failureOf(call(store))
    expect(error).toMatchObject({ code: 'S3_NOT_S3', scope: 'run', retryable: false })
    expect(error?.message).not.toContain('<')
  })

  it.each([
    ['nothing', ''],
    ['JSON', '{"ok":true}'],
    ['another XML', '<html xmlns="x"><body/></html>'],
  ])('answers a listing with %s, and passes for no empty bucket', async (_name, text) => {
    service.answer = (_, response) => response.end(text)
    const error = await failureOf(store.list('documents/', null, never))
    expect(error).toMatchObject({ code: 'S3_NOT_S3', scope: 'run' })
    expect(error?.message).toMatch(
      /^(The answer to a listing isn’t a listing|ListObjectsV2 of “bucket”: the answer can’t be read)\.?$/,
    )
  })

  it('is not seen in a document that is a page', async () => {
    service.answer = showsPage(200, 'A document')
    expect((await bytesOf(store.get(key, never))).toString()).toContain('A document')
  })

  it.each([403, 404, 405])('refuses with a page: %i', async (status) => {
    service.answer = showsPage(status, 'Access restricted')
    expect(await failureOf(store.put(smallPut, never))).toMatchObject({
      code: 'S3_NOT_S3',
      message: `PutObject of “${key}”: ${status}: Access restricted`,
    })
  })
})

describe('a proxy in front', () => {
  it.each([
    [502, { code: 'S3_REJECTED', retryable: true }],
    [503, { code: 'S3_THROTTLED', retryable: true }],
    [413, { code: 'S3_BODY_LIMIT', retryable: false, scope: 'item' }],
  ])('says in a page of its own what is wrong: %i', async (status, meaning) => {
    service.answer = showsPage(status, 'It is down')
    const error = await failureOf(store.put(smallPut, never))
    expect(error).toMatchObject(meaning)
    expect(error?.message).toBe(`PutObject of “${key}”: ${status}: It is down`)
  })

  let bucket: TestBucket
  let nginx: Nginx
  beforeAll(async () => {
    bucket = await createBucket()
    nginx = await startNginx(bucket.endpoint)
  })
  afterAll(async () => {
    await nginx.stop()
    await bucket.remove()
  })

  it('with the limit of nginx lets small documents through and refuses large ones, with what to set', async () => {
    const behind = new S3ObjectStore({ ...bucket, endpoint: nginx.endpoint, forcePathStyle: true }, 2)
    await expect(behind.put(smallPut, never)).resolves.toBe('stored')
    const large = wholeBody({ ...head, key: 'documents/large' }, Buffer.alloc(1_500_000))
    const error = await failureOf(behind.put(large, never))
    expect(error).toMatchObject({ code: 'S3_BODY_LIMIT', scope: 'item', retryable: false })
    expect(errorData(error).remedy).toContain('client_max_body_size 0;')
    expect((await bytesOf(behind.get(key, never))).toString()).toBe('x')
    behind.close()
  })
})

describe('a limit of a proxy in front, before any run', () => {
  const bodiesAt = async (s3: S3Settings) =>
    (
      await checkStorage({ s3, onChange: () => undefined, signal: never, without: ['bucket.speed', 'bucket.uploads'] })
    ).diagnostics.find(({ code }) => code === 'bucket.bodies')

  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await createBucket()
  })
  afterAll(() => bucket.remove())

  it.each([
    ['1m', 'blocking', 'A proxy in front of the storage service refuses uploads of 8 MiB.', 'client_max_body_size 0;'],
    [
      '500k',
      'blocking',
      'A proxy in front of the storage service refuses uploads of 1 MiB.',
      'client_max_body_size 0;',
    ],
    [
      '20m',
      'warning',
      'A proxy in front of the storage service refuses uploads of 32 MiB.',
      'Upload files from 16 MB on in parts',
    ],
    ['0', 'ok', 'Not limited.', ''],
  ])('of nginx, %s: %s', async (limit, severity, finding, words) => {
    const nginx = await startNginx(bucket.endpoint, limit)
    try {
      const found = await bodiesAt({ ...bucket, endpoint: nginx.endpoint, forcePathStyle: true })
      expect(found).toMatchObject({ severity, finding })
      expect(found?.remedy?.words ?? '').toContain(words)
    } finally {
      await nginx.stop()
    }
  })

  it('is found through a proxy that refuses at once, and says nothing to what it takes', async () => {
    const silent = new StubService()
    await silent.start()
    silent.announced = ({ headers }, response) => {
      if (Number(headers['content-length']) > 40_000_000) response.writeHead(413).end()
    }
    const probe = new S3BucketProbe(settingsAt(silent.endpoint), 1, [])
    const planned = [{ code: 'bucket.bodies' as const, subject: '' }]
    const checkup = new Checkup(planned, { onChange: () => undefined, signal: never, limitMs: 5_000 })
    await checkBodies(checkup, probe)
    probe.close()
    await silent.stop()
    expect(checkup.all[0]).toMatchObject({
      severity: 'warning',
      finding: 'A proxy in front of the storage service refuses uploads of 64 MiB.',
    })
  })

  it('is not seen where the service itself answers, or says nothing', async () => {
    expect(await bodiesAt({ ...bucket, forcePathStyle: true })).toMatchObject({ finding: 'Not limited.' })
    const probe = new S3BucketProbe(settingsAt(service.endpoint), 1, [])
    const { announced } = service
    service.announced = () => undefined
    expect(await probe.takesBody(100_000_000, never)).toBe(true)
    service.announced = announced
    probe.close()
  })

  it('leaves nothing in a bucket that anybody may write to, and that takes a request without its body for an empty object', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'readur-announced-'))
    const open = { ...(await startSandboxS3({ dir })), forcePathStyle: true }
    const [probe, objects] = [new S3BucketProbe(open, 1, []), new S3ObjectStore(open, 1)]
    for (let time = 0; time < 5; time += 1) expect(await probe.takesBody(100_000_000, never)).toBe(true)
    // A later write was answered: the announcements have been dealt with by then.
    await objects.put(smallPut, never)
    expect((await objects.list('', null, never)).objects.map((it) => it.key)).toEqual([key])
    probe.close()
    objects.close()
    await open.stop()
    await rm(dir, { recursive: true })
  })
})

describe('http where https is meant, and the reverse', () => {
  it('https at a port that speaks http', async () => {
    const mixed = new S3ObjectStore(settingsAt(service.endpoint.replace('http:', 'https:')), 2)
    const error = await failureOf(mixed.check(never))
    expect(error).toMatchObject({ code: 'S3_SCHEME', scope: 'run', retryable: false })
    expect(error?.message).toBe('What answers on that port does not speak https.')
    // What the library says is among the details.
    expect(errorData(error).causes.join()).toMatch(/SSL|packet length|wrong version/i)
    mixed.close()
  })

  it.each([
    ['nginx', showsPage(400, '400 The plain HTTP request was sent to HTTPS port')],
    ['Go', showsPage(400, 'Client sent an HTTP request to an HTTPS server.', 'text/plain')],
  ])('http at a port of %s that speaks https', async (_name, answer) => {
    service.answer = answer
    expect(await failureOf(store.check(never))).toMatchObject({ code: 'S3_SCHEME', scope: 'run' })
  })

  it('http at an address that sends everybody on to https', async () => {
    service.answer = (_, response) => response.writeHead(301, { location: 'https://s3.example.org/' }).end()
    expect(await failureOf(store.put(smallPut, never))).toMatchObject({ code: 'S3_SCHEME', scope: 'run' })
  })
})

describe('a name that only Docker knows', () => {
  it('is called so', async () => {
    const inside = new S3ObjectStore(settingsAt('http://minio-of-nowhere:9000'), 2)
    const error = await failureOf(inside.check(never))
    expect(error?.code).toBe('S3_UNREACHABLE')
    expect(error?.message).toContain('a name without a dot usually exists only inside Docker')
    inside.close()
  })
})

describe('a service that leaves out the length of an object', () => {
  const contents = (found: string): string =>
    `<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>${found}</Key><Size>1234</Size></Contents></ListBucketResult>`
  const leavesOut = (found: string): void => {
    service.answer = (request, response) => {
      if (request.method !== 'HEAD') response.end(contents(found))
      else response.writeHead(200, { etag: '"e"', 'transfer-encoding': 'chunked', 'x-amz-meta-a': 'b' }).end()
    }
  }

  it('is asked for it in a listing', async () => {
    leavesOut(encodeURIComponent(key))
    expect(await store.head(key, never)).toMatchObject({ size: 1234, etag: 'e', metadata: { a: 'b' } })
  })

  it('and names another object there: the size stays unknown', async () => {
    leavesOut(`${key}2`)
    expect(await failureOf(store.head(key, never))).toMatchObject({ code: 'S3_REJECTED', scope: 'item' })
  })
})

describe('a service without conditional writes', () => {
  const conditions = () => service.requests.map(({ headers }) => headers['if-none-match'])

  it.each([
    [501, 'NotImplemented'],
    [400, 'InvalidArgument'],
    [405, 'MethodNotAllowed'],
  ])('refuses If-None-Match (%i %s): the document is written without it', async (status, code) => {
    service.answer = (request, response) => {
      if (request.headers['if-none-match'] !== undefined) refuses(status, code)(request, response)
      else response.end()
    }
    await expect(store.put(smallPut, never)).resolves.toBe('stored')
    await expect(store.put(smallPut, never)).resolves.toBe('stored')
    expect(conditions()).toEqual(['*', undefined, undefined])
  })

  it('refuses it once, after it has obeyed it: the condition stays', async () => {
    service.answer = refuses(412, 'PreconditionFailed')
    await expect(store.put(smallPut, never)).resolves.toBe('exists')
    service.answer = refuses(501, 'NotImplemented')
    expect(await failureOf(store.put(smallPut, never))).toMatchObject({ code: 'S3_REJECTED' })
    expect(conditions()).toEqual(['*', '*'])
  })

  it('refuses it for the end of an upload alone: other writes keep it', async () => {
    service.answer = (request, response) => {
      if (request.method === 'POST' && request.headers['if-none-match'] !== undefined) {
        refuses(501, 'NotImplemented')(request, response)
      } else {
        response.end('<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>')
      }
    }
    await expect(store.completeUpload({ key, uploadId: 'u' }, [{ number: 1, etag: 'e' }], never)).resolves.toBe(
      'stored',
    )
    await expect(store.put(smallPut, never)).resolves.toBe('stored')
    expect(conditions()).toEqual(['*', undefined, '*'])
  })

  it('and what is refused for another reason is not written without the condition', async () => {
    service.answer = refuses(400, 'BadDigest')
    expect(await failureOf(store.put(smallPut, never))).toMatchObject({ code: 'S3_INTEGRITY' })
    expect(conditions()).toEqual(['*'])
  })
})

describe('a listing that says there is more, and not where', () => {
  it('is not taken for all there is', async () => {
    service.answer = (_, response) =>
      response.end(
        '<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>',
      )
    expect(await failureOf(store.list('documents/', null, never))).toMatchObject({ code: 'S3_STRANGE', scope: 'run' })
  })
})
