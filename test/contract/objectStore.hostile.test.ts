import { execFileSync } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { HeadBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createS3Client, type S3Settings } from '../../src/main/adapters/s3/client.ts'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { S3BucketProbe } from '../../src/main/adapters/s3/probe.ts'
import { asMigrateError } from '../../src/main/engine/errors.ts'
import { objectPages } from '../../src/main/engine/listing.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { StubService } from '../services/stubService.ts'

const never = new AbortController().signal
const mebibyte = 1024 ** 2

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => asMigrateError(error),
  )

async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

const service = new StubService()
let store: S3ObjectStore
let probe: S3BucketProbe

beforeAll(async () => {
  await service.start()
  const settings: S3Settings = {
    endpoint: service.endpoint,
    bucket: 'bucket',
    region: 'us-east-1',
    forcePathStyle: true,
    accessKeyId: 'id',
    secretAccessKey: 'secret',
  }
  store = new S3ObjectStore(settings, 2)
  probe = new S3BucketProbe(settings, 2, [])
})
afterEach(() => {
  service.requests.length = 0
})
afterAll(async () => {
  store.close()
  probe.close()
  await service.stop()
})

describe('an answer that never ends', () => {
  /** Sends as fast as it is taken, and knows how much. */
  function endless(status: number, begin: string, piece: string) {
    const sent = { bytes: 0, hungUp: false }
    service.answer = (_, response) => {
      response.writeHead(status, { 'content-type': 'application/xml' })
      response.write(begin)
      const chunk = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)))
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent.bytes += chunk.length
      }
      response.on('drain', more).on('close', () => (sent.hungUp = true))
      more()
    }
    return sent
  }

  const list = '<?xml version="1.0"?><ListBucketResult>'
  const entry = '<Contents><Key>documents/a</Key><Size>1</Size></Contents>'
  const upload = '<Upload><Key>documents/a</Key><UploadId>x</UploadId></Upload>'
  const failed = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>'
  const smallPut = wholeBody({ key: 'a', contentType: 'a/b', metadata: {} }, Buffer.from('x'))
  const calls: [string, number, string, string, () => Promise<unknown>][] = [
    ['a listing of entities', 200, `${list}<Contents><Key>`, '&', () => store.list('documents/', null, never)],
    ['a listing of attributes', 200, '<ListBucketResult', ' a="x"', () => store.list('documents/', null, never)],
    ['a listing', 200, list, entry, () => store.list('documents/', null, never)],
    ['a listing of one key', 200, `${list}<Contents><Key>`, 'k', () => store.list('documents/', null, never)],
    ['a listing of elements in elements', 200, list, '<a>', () => store.list('documents/', null, never)],
    ['blanks before the document', 200, '', ' ', () => store.list('documents/', null, never)],
    ['a list of uploads', 200, '<ListMultipartUploadsResult>', upload, () => store.listUploads('documents/a', never)],
    ['a list of uploads for a check', 200, '<ListMultipartUploadsResult>', upload, () => probe.openUploads('d', never)],
    ['a new upload', 200, '<InitiateMultipartUploadResult>', '<a/>', () => store.createUpload(smallPut, never)],
    [
      'the end of an upload',
      200,
      '<CompleteMultipartUploadResult>',
      '<a/>',
      () => store.completeUpload({ key: 'a', uploadId: 'x' }, [{ number: 1, etag: 'e' }], never),
    ],
    ['an error on a read', 503, failed, 'x', () => collect(wrapped(store.get('a', never)))],
    ['an error on a write', 503, failed, 'x', () => store.put(smallPut, never)],
    ['an error on a removal', 403, failed, 'x', () => store.remove('a', ownStepPermit(), never)],
    ['the region', 200, '<LocationConstraint>', 'x', () => probe.location(never)],
  ]

  async function* wrapped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<number[]> {
    for await (const chunk of chunks) yield [chunk.byteLength]
  }

  it.each(calls)('is ended: %s', async (_name, status, begin, piece, call) => {
    const sent = endless(status, begin, piece)
    const before = process.memoryUsage.rss()
    let most = before
    const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
    const error = await failureOf(call())
    clearInterval(watching)
    expect(error).toMatchObject({ code: 'S3_STRANGE', scope: 'run', retryable: false })
    expect(error?.message).toMatch(/The answer has more than (4 MiB|100000 marks of XML|500 elements in elements)\./)
    // What sockets hold on both sides comes on top.
    expect(sent.bytes).toBeLessThan(20 * mebibyte)
    expect(most - before).toBeLessThan(100 * mebibyte)
    await vi.waitFor(() => expect(sent.hungUp).toBe(true))
  })

  it('is none: a thousand of the longest keys, with all that services say of them', async () => {
    const key = (at: number): string => `documents%2F${at}${'%F0%9F%93%84'.repeat(240)}`
    const about =
      '<LastModified>2026-07-01T10:20:29.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>' +
      '<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType><Size>1</Size>' +
      '<Owner><ID>0123456789abcdef</ID><DisplayName>somebody</DisplayName></Owner><StorageClass>STANDARD</StorageClass>' +
      '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>'
    const contents = Array.from({ length: 1_000 }, (_, at) => `<Contents><Key>${key(at)}</Key>${about}</Contents>`)
    const xml = `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>${contents.join('')}</ListBucketResult>`
    expect(xml.length).toBeGreaterThan(3 * mebibyte)
    service.answer = (_, response) => response.end(xml)
    expect((await store.list('documents/', null, never)).objects).toHaveLength(1_000)
  })

  it('is none: an object may be larger than any answer', async () => {
    service.answer = (_, response) => {
      response.writeHead(200, { 'content-length': 32 * mebibyte })
      response.end(Buffer.alloc(32 * mebibyte))
    }
    let size = 0
    for await (const chunk of store.get('a', never)) size += chunk.byteLength
    expect(size).toBe(32 * mebibyte)
  })
})

describe('a listing that gets nowhere', () => {
  interface Page {
    keys: string[]
    next: string | null
  }
  const pageOf = ({ keys, next }: Page): string => {
    const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join('')
    const more = next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
    return `<ListBucketResult><IsTruncated>${next !== null}</IsTruncated>${more}${contents}</ListBucketResult>`
  }
  /** Pages by the token that asks for them; the first one by none. */
  const listing = (pageFor: (token: string | null) => Page): void => {
    service.answer = (request, response) => {
      const { searchParams } = new URL(request.url ?? '', service.endpoint)
      response.end(pageOf(pageFor(searchParams.get('continuation-token'))))
    }
  }
  const all = () => collect(objectPages(store, 'documents/', never))

  it('is followed to its end where it gets on, over pages without anything too', async () => {
    listing((token) => {
      const at = Number(token ?? 0)
      return { keys: at % 2 === 0 ? [`k${at}`] : [], next: at < 20 ? String(at + 1) : null }
    })
    expect((await all()).map(({ key }) => key)).toEqual(Array.from({ length: 11 }, (_, at) => `k${2 * at}`))
  })

  it.each<[string, (token: string | null) => Page]>([
    ['it names the same page again', () => ({ keys: ['a'], next: 'same' })],
    ['empty pages, all with the same token', () => ({ keys: [], next: 'same' })],
    ['two tokens in turn', (token) => ({ keys: [`${token}${Math.random()}`], next: token === 'x' ? 'y' : 'x' })],
    ['new tokens, and ever the same keys', (token) => ({ keys: ['a', 'b'], next: `${Number(token ?? 0) + 1}` })],
  ])('is ended: %s', async (_name, pageFor) => {
    listing(pageFor)
    expect(await failureOf(all())).toMatchObject({ code: 'S3_STRANGE', scope: 'run', retryable: false })
    expect(service.requests.length).toBeLessThan(5)
  })

  it('is ended: new tokens, and never a key', async () => {
    listing((token) => ({ keys: [], next: `${Number(token ?? 0) + 1}` }))
    expect((await failureOf(all()))?.code).toBe('S3_STRANGE')
    expect(service.requests.length).toBeLessThan(1_010)
  })

  const uploads = (at: number, marker: string): string =>
    `<ListMultipartUploadsResult><IsTruncated>true</IsTruncated><NextKeyMarker>documents/a</NextKeyMarker>
     <NextUploadIdMarker>${marker}</NextUploadIdMarker>
     <Upload><Key>documents/a</Key><UploadId>${at}</UploadId></Upload></ListMultipartUploadsResult>`

  it.each<[string, (at: number) => string]>([
    ['the same marker', (at) => uploads(at, 'same')],
    ['the same uploads', (at) => uploads(0, String(at))],
  ])('is ended: of uploads, with %s', async (_name, xml) => {
    service.answer = (_, response) => response.end(xml(service.requests.length))
    expect((await failureOf(store.listUploads('documents/a', never)))?.code).toBe('S3_STRANGE')
    expect((await failureOf(probe.openUploads('documents/', never)))?.code).toBe('S3_STRANGE')
    expect(service.requests.length).toBeLessThan(6)
  })
})

describe('where AWS is', () => {
  const names = ['CONFIG_FILE', 'SHARED_CREDENTIALS_FILE'] as const
  let dir: string
  const pipes = (): string[] => names.map((name) => join(dir, name))
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-aws-'))
    // Who reads them waits for ever.
    for (const pipe of pipes()) execFileSync('mkfifo', [pipe])
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(() => rm(dir, { recursive: true }))

  const aws: S3Settings = {
    bucket: 'my-docs',
    region: 'eu-central-1',
    forcePathStyle: false,
    accessKeyId: 'ID-OF-THE-CONNECTION',
    secretAccessKey: 'secret',
  }

  it('is decided by the connection alone, not by variables or files of the AWS command line', async () => {
    const variables: Record<string, string> = {
      AWS_ENDPOINT_URL: service.endpoint,
      AWS_ENDPOINT_URL_S3: service.endpoint,
      AWS_REGION: 'mars-1',
      AWS_DEFAULT_REGION: 'mars-1',
      AWS_PROFILE: 'other',
      AWS_ACCESS_KEY_ID: 'ID-OF-THE-ENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'another',
      AWS_SESSION_TOKEN: 'session',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_S3_USE_ARN_REGION: 'true',
      AWS_DEFAULTS_MODE: 'auto',
      AWS_RETRY_MODE: 'adaptive',
      AWS_MAX_ATTEMPTS: '9',
      AWS_REQUEST_CHECKSUM_CALCULATION: 'WHEN_SUPPORTED',
      AWS_SIGV4A_SIGNING_REGION_SET: '*',
      AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
      AWS_SDK_UA_APP_ID: 'somebody',
      AWS_CA_BUNDLE: join(dir, 'CONFIG_FILE'),
    }
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
    for (const name of names) vi.stubEnv(`AWS_${name}`, join(dir, name))
    const client = createS3Client(aws, 2)
    const seen: { hostname: string; headers: Record<string, string> }[] = []
    client.middlewareStack.add(
      () => (args) => {
        seen.push(args.request as (typeof seen)[number])
        throw new Error('It goes nowhere from here.')
      },
      { step: 'deserialize', priority: 'low' },
    )
    const commands = [
      () => client.send(new HeadBucketCommand({ Bucket: aws.bucket })),
      () => client.send(new ListObjectsV2Command({ Bucket: aws.bucket })),
      () => client.send(new PutObjectCommand({ Bucket: aws.bucket, Key: 'a', Body: 'x' })),
    ]
    for (const send of commands) await expect(send()).rejects.toThrow('It goes nowhere from here.')
    client.destroy()
    await setImmediate()

    expect(seen).toHaveLength(commands.length)
    for (const { hostname, headers } of seen) {
      expect(hostname).toBe('my-docs.s3.eu-central-1.amazonaws.com')
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=ID-OF-THE-CONNECTION\/\d+\/eu-central-1\/s3\//,
      )
      expect(headers).not.toHaveProperty('x-amz-security-token')
      expect(Object.keys(headers).filter((name) => name.includes('checksum'))).toEqual([])
    }
    expect(service.requests).toEqual([])
    // A pipe that nobody has opened for reading cannot be opened for writing without waiting.
    for (const pipe of pipes()) {
      await expect(open(pipe, constants.O_WRONLY | constants.O_NONBLOCK)).rejects.toMatchObject({ code: 'ENXIO' })
    }
  })
})
