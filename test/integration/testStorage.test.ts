import { once } from 'node:events'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import {
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { performAction } from '../../src/main/engine/doctor/perform.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import { openBucketProbe } from '../../src/main/site.ts'
import { MemoryCondition } from '../fakes/memoryProbes.ts'
import { startProxy } from '../services/proxy.ts'
import { checkWorld } from './doctorOutcome.ts'
import { World } from './world.ts'

let world: World
let client: S3Client
let original: string

beforeAll(async () => {
  world = await World.bulk(3)
  const { endpoint, region, accessKeyId, secretAccessKey } = world.s3
  client = new S3Client({ endpoint, region, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true })
  original = await readFile(world.envFile, 'utf8')
})
afterAll(async () => {
  client.destroy()
  await world.close()
})
afterEach(async () => {
  vi.useRealTimers()
  await writeFile(world.envFile, original)
})

const set = (...lines: string[]): Promise<void> => appendFile(world.envFile, `\n${lines.join('\n')}\n`)
const storage = (...more: string[]) => checkWorld(world, 'test-storage', '--no-speed', ...more)
const withSpeed = () => checkWorld(world, 'test-storage')
const Bucket = (): string => world.s3.bucket

async function keys(): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: Bucket() }))
  return Contents.flatMap(({ Key }) => Key ?? [])
}

/** Lets the key that owns nothing do all that is needed, but for this. */
async function allowAllBut(...denied: string[]): Promise<void> {
  const arn = `arn:aws:s3:::${Bucket()}`
  const Principal = { AWS: ['arn:aws:iam:::user/limited'] }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: all, Resource: [arn, `${arn}/*`] },
      // Who owns an object may read it, unless that is denied.
      ...(denied.length > 0 ? [{ Effect: 'Deny', Principal, Action: denied, Resource: [arn, `${arn}/*`] }] : []),
    ],
  })
  await client.send(new PutBucketPolicyCommand({ Bucket: Bucket(), Policy }))
}

const all = ['ListBucket', 'GetBucketLocation', 'ListBucketMultipartUploads', 'GetObject', 'PutObject']
  .concat('DeleteObject', 'AbortMultipartUpload')
  .map((it) => `s3:${it}`)

describe('test-storage on a real service', () => {
  it('finds a sound bucket sound, measures it, and leaves nothing behind', async () => {
    const found = await checkWorld(world, '--test-storage')
    expect(found.troubles).toEqual([])
    expect(found).toMatchObject({ outcome: 'passed', code: 0 })
    expect(found.of('bucket.integrity').evidence).toEqual(expect.arrayContaining(['a wrong Content-MD5: refused']))
    expect(found.of('bucket.speed').finding).toMatch(/MB\/s, \d+ ms/)
    expect(found.diagnostics.every(({ milliseconds }) => milliseconds !== null)).toBe(true)
    expect(await keys()).toEqual([])
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: Bucket() }))
    expect(Uploads).toEqual([])
    expect(found.text).not.toContain(world.s3.secretAccessKey)
  })

  it('tells a wrong secret from an unknown key, and shows neither', async () => {
    await set('S3_SECRET_ACCESS_KEY=wrong-but-secret')
    const wrong = await storage()
    expect(wrong.of('bucket.access')).toMatchObject({ severity: 'blocking', error: { code: 'S3_WRONG_SECRET' } })
    expect(wrong.of('bucket.put').state).toBe('skipped')
    expect(wrong.code).toBe(3)
    // Ceph says no more than that, and the SDK’s filler is not shown.
    expect(wrong.of('bucket.access').error?.message).toBe('403 SignatureDoesNotMatch')
    expect(wrong.text).not.toContain('wrong-but-secret')
    await set('S3_ACCESS_KEY_ID=NOBODY')
    expect((await storage()).of('bucket.access')).toMatchObject({ error: { code: 'S3_UNKNOWN_KEY' } })
  })

  it('offers to create a bucket that is missing, and creates it when told to', async () => {
    const name = `${Bucket()}-new`
    await set(`S3_BUCKET_NAME=${name}`)
    const missing = await storage()
    expect(missing.of('bucket.access').severity).toBe('ok')
    expect(missing.of('bucket.exists')).toMatchObject({
      severity: 'blocking',
      error: { code: 'S3_NO_BUCKET' },
      remedy: { actions: [{ id: 'create-bucket', consequence: expect.stringContaining(name) as unknown }] },
    })
    expect(missing.done).toEqual([])
    const created = await storage('--do', 'create-bucket')
    expect(created.done).toEqual([`The bucket “${name}” was created.`])
    await client.send(new HeadBucketCommand({ Bucket: name }))
    expect((await storage()).outcome).toBe('passed')
    await client.send(new DeleteBucketCommand({ Bucket: name }))
  })

  it.each([
    ['s3:ListBucket', 'bucket.list', 'blocking'],
    ['s3:PutObject', 'bucket.put', 'blocking'],
    ['s3:GetObject', 'bucket.get', 'blocking'],
    ['s3:DeleteObject', 'bucket.delete', 'warning'],
  ])('names %s when it is what the key lacks, with a policy that has it', async (permission, code, severity) => {
    await allowAllBut(permission)
    await set('S3_ACCESS_KEY_ID=limited')
    const found = await storage()
    const lacking = found.of(code)
    expect(lacking).toMatchObject({ severity, error: { code: 'S3_ACCESS_DENIED' } })
    expect(lacking.remedy?.words).toContain(`lacks ${permission} on “${Bucket()}”`)
    const policy = z
      .object({ Statement: z.array(z.object({ Action: z.array(z.string()), Resource: z.string() })) })
      .parse(JSON.parse(lacking.remedy?.commands[0]?.text ?? ''))
    expect(policy.Statement.flatMap(({ Action }) => Action)).toEqual(expect.arrayContaining([...all]))
    expect(policy.Statement.map(({ Resource }) => Resource)).toEqual([
      `arn:aws:s3:::${Bucket()}`,
      `arn:aws:s3:::${Bucket()}/*`,
    ])
    const others = found.troubles.filter((it) => !it.includes('skipped') && !it.startsWith(code))
    expect(others).toEqual(permission === 's3:GetObject' ? ['bucket.head blocking'] : [])
  })

  it('passes with the very policy that it names', async () => {
    await allowAllBut()
    await set('S3_ACCESS_KEY_ID=limited')
    expect((await storage()).troubles).toEqual([])
  })

  it('calls a clock that is an hour off by its name', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
    const found = await storage()
    expect(found.of('bucket.clock')).toMatchObject({ severity: 'blocking', error: { code: 'S3_CLOCK_SKEW' } })
    expect(found.of('bucket.clock').finding).toContain('60 minutes ahead of')
    expect(found.of('bucket.access').state).toBe('skipped')
  })

  it('wants the bucket in the path where the host name leads nowhere', async () => {
    const port = new URL(world.s3.endpoint).port
    await set(`S3_ENDPOINT_URL=http://localhost:${port}`, 'S3_FORCE_PATH_STYLE=false')
    const found = await storage()
    const trouble = found.diagnostics.find(({ severity }) => severity === 'blocking')
    expect(['bucket.name', 'bucket.tls', 'bucket.addressing']).toContain(trouble?.code)
  })

  it('says that a service which answers in plain text speaks http, not https', async () => {
    await set(`S3_ENDPOINT_URL=${world.s3.endpoint.replace('http:', 'https:')}`)
    expect((await storage()).of('bucket.tls')).toMatchObject({ severity: 'blocking', error: { code: 'S3_SCHEME' } })
  })

  it('says at once when nobody listens there', async () => {
    await set('S3_ENDPOINT_URL=http://127.0.0.1:1')
    const found = await storage()
    expect(found.of('bucket.tls')).toMatchObject({ error: { code: 'S3_UNREACHABLE' } })
    expect(found.diagnostics.filter(({ state }) => state === 'skipped')).toHaveLength(17)
  })

  it('measures a slow line as slow, and advises for it', async () => {
    const proxy = await startProxy(Number(new URL(world.s3.endpoint).port), { delayMs: 80 })
    await set(`S3_ENDPOINT_URL=http://127.0.0.1:${proxy.port}`)
    const found = await withSpeed()
    await proxy.close()
    expect(found.outcome).toBe('passed')
    expect(found.of('bucket.speed').evidence[0]).toMatch(/first answer after (1[6-9]|[2-9]\d)\d ms/)
    expect(found.of('bucket.speed').remedy?.words).toContain('upload 16 files at the same time')
  })

  it('survives a connection that is cut in the middle, and says so', async () => {
    const proxy = await startProxy(Number(new URL(world.s3.endpoint).port))
    await set(`S3_ENDPOINT_URL=http://127.0.0.1:${proxy.port}`)
    proxy.cutAfter(2_500, () => proxy.refuse(true))
    const found = await storage()
    await proxy.close()
    const told = found.diagnostics.filter(({ severity }) => severity === 'blocking' || severity === 'warning')
    expect(told.length).toBeGreaterThan(0)
    // A line that broke off says nothing of what the service can or may do.
    for (const { error, severity, remedy } of told) {
      expect(error?.code).toBe('S3_UNREACHABLE')
      expect(severity).toBe('blocking')
      expect(remedy?.words).toContain('the network and the firewall')
    }
    expect(found.outcome).toBe('failed')
  })

  it.each([
    ['ExpiredToken', 400, '', 'bucket.access', 'S3_TOKEN_EXPIRED', 'Use a permanent access key'],
    [
      'AuthorizationHeaderMalformed',
      400,
      '<Region>eu-central-1</Region>',
      'bucket.region',
      'S3_WRONG_REGION',
      'Set the region to eu-central-1.',
    ],
    ['PermanentRedirect', 301, '', 'bucket.region', 'S3_WRONG_REGION', 'Set the region to the bucket’s region.'],
  ])('tells %s as what it means', async (name, status, more, check, code, words) => {
    const server = createServer((_request, response) => {
      const text = `<?xml version="1.0"?><Error><Code>${name}</Code><Message>No.</Message>${more}</Error>`
      response.writeHead(status, { 'content-type': 'application/xml' }).end(text)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (typeof address !== 'object' || address === null) throw new Error('It has no port.')
    await set(`S3_ENDPOINT_URL=http://127.0.0.1:${address.port}`)
    const found = await storage()
    server.close()
    expect(found.of(check)).toMatchObject({ severity: 'blocking', error: { code } })
    expect(found.of(check).remedy?.words).toContain(words)
    expect(found.of('bucket.put').state).toBe('skipped')
  })

  it('lists unfinished uploads under our keys, and gives up none that are not ours', async () => {
    const id = '11111111-2222-4333-8444-555555555555'
    const head = { Bucket: Bucket(), Key: `documents/${id}/2026/01/${id}.pdf` }
    await client.send(new CreateMultipartUploadCommand(head))
    const ours = { Bucket: Bucket(), Key: `readur-migrate/check-${id}` }
    await client.send(new CreateMultipartUploadCommand(ours))
    expect((await storage()).of('bucket.uploads').remedy).toBeNull()
    const s3 = { ...world.s3, forcePathStyle: true }
    const { diagnostics, action } = await checkStorage({
      s3,
      onChange: () => undefined,
      signal: AbortSignal.timeout(30_000),
      without: ['bucket.speed'],
      // The day after tomorrow.
      clock: { now: () => Date.now() + 2 * 86_400_000 },
    })
    const found = diagnostics.find(({ code }) => code === 'bucket.uploads')
    expect(found?.finding).toBe('2 unfinished uploads, 1 of them of this program.')
    const [offered] = found?.remedy?.actions ?? []
    const offer = action(offered?.id ?? '')
    if (!offer) throw new Error('Nothing was offered.')
    const { bucket, close } = openBucketProbe(s3)
    const deps = { bucket, condition: new MemoryCondition(), places: null, setVariable: () => undefined }
    expect(await performAction(offer, deps, AbortSignal.timeout(30_000))).toBe('1 unfinished upload was given up.')
    close()
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: Bucket() }))
    expect(Uploads.map(({ Key }) => Key)).toEqual([head.Key])
  })
})
