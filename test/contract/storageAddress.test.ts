import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { S3BucketProbe } from '../../src/main/adapters/s3/probe.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import type { DiagnosticCode } from '../../src/shared/diagnostic.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'
import { makeCertificates } from '../services/certificates.ts'

let bucket: TestBucket
beforeAll(async () => {
  bucket = await createBucket()
})
afterAll(() => bucket.remove())

const deep: DiagnosticCode[] = ['bucket.put', 'bucket.head', 'bucket.get', 'bucket.multipart', 'bucket.delete']

/** The checks of a bucket at an address that somebody has entered. */
async function checked(endpoint: string, change: { forcePathStyle?: boolean } = {}) {
  const { diagnostics, action } = await checkStorage({
    s3: { ...bucket, forcePathStyle: true, endpoint, ...change },
    onChange: () => undefined,
    signal: new AbortController().signal,
    without: [...deep, 'bucket.integrity', 'bucket.overwrite', 'bucket.uploads', 'bucket.speed'],
  })
  const blocking = diagnostics.find(({ severity }) => severity === 'blocking')
  const offered = blocking?.remedy?.actions[0]
  return { diagnostics, blocking, action: offered === undefined ? null : action(offered.id) }
}

const portOf = (endpoint: string): string => new URL(endpoint).port

describe('a storage address that is wrong in a known way', () => {
  const port = (): string => portOf(bucket.endpoint)
  it.each<[string, () => string, DiagnosticCode, string | RegExp, () => string]>([
    [
      'names the bucket in its path',
      () => `${bucket.endpoint}/${bucket.bucket}`,
      'bucket.addressing',
      /^The storage address already names the bucket “test-/,
      () => bucket.endpoint,
    ],
    [
      'has another path',
      () => `${bucket.endpoint}/minio`,
      'bucket.addressing',
      'The storage address ends in “/minio”, where no S3 API is.',
      () => bucket.endpoint,
    ],
    [
      'says https where http is spoken',
      () => bucket.endpoint.replace('http:', 'https:'),
      'bucket.tls',
      'The service speaks http there, not https.',
      () => bucket.endpoint,
    ],
    [
      'is a name inside Docker',
      () => `http://minio-of-nowhere:${port()}`,
      'bucket.name',
      '“minio-of-nowhere” is a name inside Docker. From here the service answers at 127.0.0.1.',
      () => bucket.endpoint,
    ],
  ])('it %s: the right one is offered', async (_name, endpoint, at, finding, right) => {
    const { blocking, action } = await checked(endpoint())
    expect(blocking).toMatchObject({ code: at, finding: expect.stringMatching(finding) as string })
    expect(action).toEqual({ kind: 'set variable', name: 'S3_ENDPOINT_URL', value: right(), was: endpoint() })
    const after = await checked(right())
    expect(after.blocking).toBeUndefined()
  })

  it('names the bucket in its host', async () => {
    const { blocking, action } = await checked(`http://${bucket.bucket}.localhost:${port()}`)
    expect(blocking?.finding).toContain('already names the bucket')
    expect(action).toMatchObject({ value: `http://localhost:${port()}` })
  })

  it('is not corrected to one where nobody answers', async () => {
    const { blocking, action } = await checked('http://minio-of-nowhere:1')
    expect(blocking).toMatchObject({ code: 'bucket.name', error: { code: 'S3_UNREACHABLE' } })
    expect(action).toBeNull()
  })

  it('says http where https is spoken', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'readur-tls-'))
    const { certificate, key } = await makeCertificates(dir, 'localhost')
    const server = createServer({ cert: await readFile(certificate), key: await readFile(key) })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const at = typeof address === 'object' && address !== null ? address.port : 0
    const { blocking } = await checked(`http://127.0.0.1:${at}`)
    expect(blocking).toMatchObject({ code: 'bucket.tls', error: { code: 'S3_SCHEME' } })
    server.close()
    server.closeAllConnections()
    await rm(dir, { recursive: true })
  })
})

describe('the host of a bucket', () => {
  it.each([
    ['my-docs', 'eu-central-1', false, 'my-docs.s3.eu-central-1.amazonaws.com:443'],
    // No certificate is for so many labels, so the SDK names it in the path.
    ['my.docs', 'eu-central-1', false, 's3.eu-central-1.amazonaws.com:443'],
    ['my-docs', 'eu-central-1', true, 's3.eu-central-1.amazonaws.com:443'],
    ['my-docs', 'cn-north-1', false, 'my-docs.s3.cn-north-1.amazonaws.com.cn:443'],
    ['my-docs', 'eusc-de-east-1', false, 'my-docs.s3.eusc-de-east-1.amazonaws.eu:443'],
    ['my-docs', 'us-gov-west-1', false, 'my-docs.s3.us-gov-west-1.amazonaws.com:443'],
  ])('of AWS is the one that requests go to: %s in %s (%s)', (name, region, forcePathStyle, address) => {
    const settings = { bucket: name, region, forcePathStyle, accessKeyId: 'id', secretAccessKey: 'secret' }
    const probe = new S3BucketProbe(settings, 1, [])
    expect(probe.address).toBe(address)
    probe.close()
  })
})
