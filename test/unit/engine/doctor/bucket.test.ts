import { describe, expect, it, vi } from 'vitest'
import { performAction, type PerformDeps } from '../../../../src/main/engine/doctor/perform.ts'
import { leastPolicy } from '../../../../src/main/engine/doctor/bucket/policy.ts'
import { MigrateError } from '../../../../src/main/engine/errors.ts'
import type { DiagnosticCode } from '../../../../src/shared/diagnostic.ts'
import type { ErrorCode } from '../../../../src/shared/errors.ts'
import { doctorWorld, examine } from './doctorWorld.ts'

const failure = (code: ErrorCode) => new MigrateError(code, { message: 'as planted', scope: 'run' })
const never = new AbortController().signal
const day = 86_400_000

describe('a bucket', () => {
  it('that is well passes, and nothing is left in it', async () => {
    const world = doctorWorld()
    const { outcome, checkup } = await examine(world)
    expect(outcome).toBe('passed')
    expect(checkup.all.filter(({ severity }) => severity === 'warning')).toEqual([])
    expect([world.bucket.objects.size, world.bucket.uploads.size]).toEqual([0, 0])
  })

  it.each<[ErrorCode, DiagnosticCode, string]>([
    ['S3_UNKNOWN_KEY', 'bucket.access', 'Check the access key'],
    ['S3_WRONG_SECRET', 'bucket.access', 'Enter the secret key again'],
    ['S3_TOKEN_EXPIRED', 'bucket.access', 'temporary'],
    ['S3_NO_BUCKET', 'bucket.exists', 'Create the bucket'],
    ['S3_WRONG_REGION', 'bucket.region', 'Set the region'],
    ['S3_ACCESS_DENIED', 'bucket.list', 's3:ListBucket'],
    ['S3_THROTTLED', 'bucket.access', 'fewer|later'],
  ])('%s is told at %s, with its own remedy', async (code, at, remedy) => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'tryListing').mockRejectedValue(failure(code))
    const { of, outcome } = await examine(world)
    expect(of(at)).toMatchObject({ severity: 'blocking', error: { code } })
    expect(of(at).remedy?.words).toMatch(new RegExp(remedy))
    expect(outcome).toBe('failed')
  })

  it.each<[DiagnosticCode, 'resolve' | 'handshake' | 'clockOffset', ErrorCode]>([
    ['bucket.name', 'resolve', 'S3_UNREACHABLE'],
    ['bucket.tls', 'handshake', 'S3_TLS'],
    ['bucket.clock', 'clockOffset', 'S3_UNREACHABLE'],
  ])('%s ends the way there when it fails', async (at, step, code) => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, step).mockRejectedValue(failure(code))
    const { of } = await examine(world)
    expect(of(at)).toMatchObject({ severity: 'blocking', error: { code } })
    expect(of('bucket.access').state).toBe('skipped')
    expect(of('database.connect').severity).toBe('ok')
  })

  it('whose certificate soon ends, and whose clock is minutes off, is warned of', async () => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'handshake').mockResolvedValue({
      protocol: 'TLSv1.2',
      issuer: 'X',
      validTo: Date.now() + day,
    })
    vi.spyOn(world.bucket, 'clockOffset').mockResolvedValue(-5 * 60_000)
    const { of, outcome } = await examine(world)
    expect([of('bucket.tls').severity, of('bucket.clock').severity, outcome]).toEqual(['warning', 'warning', 'passed'])
    expect(of('bucket.clock').finding).toContain('5 minutes ahead of')
  })

  it('that wants to be named in the path is told so, and the setting is kept when that is confirmed', async () => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'tryListing').mockImplementation((pathStyle) =>
      pathStyle ? Promise.reject(failure('S3_NO_BUCKET')) : Promise.resolve(),
    )
    const { of, checkup } = await examine(world)
    const [offer] = of('bucket.addressing').remedy?.actions ?? []
    expect(offer?.consequence).toContain('path style false')
    const setVariable = vi.fn<PerformDeps['setVariable']>()
    const action = checkup.action(offer?.id ?? '')
    if (!action) throw new Error('There is no such action.')
    await performAction(action, { ...world, places: null, setVariable }, never)
    expect(setVariable).toHaveBeenCalledWith('S3_FORCE_PATH_STYLE', 'false')
  })

  it('whose address is that of a web console is told so, and the API is offered where it answers', async () => {
    const world = doctorWorld()
    world.bucket.endpoint = 'http://nas:9001'
    vi.spyOn(world.bucket, 'tryListing').mockRejectedValue(failure('S3_NOT_S3'))
    const tried = vi.spyOn(world.bucket, 'tryEndpoint').mockResolvedValue()
    const { of, checkup } = await examine(world)
    expect(of('bucket.addressing')).toMatchObject({
      severity: 'blocking',
      finding: 'Port 9001 is the web console of MinIO. Its S3 API answers on port 9000.',
    })
    const action = checkup.action('set-endpoint')
    if (!action) throw new Error('There is no such action.')
    const setVariable = vi.fn<PerformDeps['setVariable']>()
    await performAction(action, { ...world, places: null, setVariable }, never)
    expect(setVariable).toHaveBeenCalledWith('S3_ENDPOINT_URL', 'http://nas:9000', 'http://nas:9001')

    tried.mockRejectedValue(failure('S3_NOT_S3'))
    const nowhere = (await examine(world)).of('bucket.addressing')
    expect(nowhere).toMatchObject({ error: { code: 'S3_NOT_S3' }, remedy: { actions: [] } })
    expect(nowhere.remedy?.words).toContain('Enter the address of the S3 API')
  })

  it('that lies in another region says in which', async () => {
    const world = doctorWorld()
    Object.assign(world.bucket, { isAws: true })
    vi.spyOn(world.bucket, 'location').mockResolvedValue('us-west-2')
    const { of } = await examine(world)
    expect(of('bucket.region')).toMatchObject({ severity: 'blocking', error: { code: 'S3_WRONG_REGION' } })
    expect(of('bucket.region').remedy?.actions[0]?.id).toBe('set-region')
  })

  it('is created in the region of the connection', async () => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'tryListing').mockRejectedValue(failure('S3_NO_BUCKET'))
    const { checkup } = await examine(world)
    const action = checkup.action('create-bucket')
    if (!action) throw new Error('Nothing was offered.')
    await performAction(action, { ...world, places: null, setVariable: () => undefined }, never)
    expect(world.bucket.created).toEqual(['eu-central-1'])
  })

  it('that compares no checksum is to be verified by reading back, and one that overwrites is remarked on', async () => {
    const world = doctorWorld()
    world.bucket.compares = []
    vi.spyOn(world.bucket, 'put').mockResolvedValue('stored')
    vi.spyOn(world.bucket, 'head').mockImplementation(() => Promise.resolve(null))
    const { of } = await examine(world)
    expect(of('bucket.head')).toMatchObject({ severity: 'blocking' })
    expect(of('bucket.integrity')).toMatchObject({ severity: 'warning' })
    expect(of('bucket.integrity').remedy?.words).toContain('Verify by reading back')
    expect(of('bucket.overwrite').severity).toBe('note')
  })

  it('that refuses CRC32 lets us migrate, and is told to fail Readur’s own uploads', async () => {
    const world = doctorWorld()
    expect((await examine(world, 'run')).of('bucket.readurUploads')).toMatchObject({ severity: 'ok' })
    world.bucket.refuses = ['crc32']
    const { of, outcome } = await examine(world, 'run')
    expect(of('bucket.readurUploads')).toMatchObject({ severity: 'warning' })
    expect(of('bucket.readurUploads').remedy?.words).toContain('its own uploads will fail')
    expect(outcome).toBe('passed')
  })

  it.each<[string, number | undefined, number, string]>([
    ['of parts of 16 MiB, where all larger files go up in parts', 5, 20, 'Not limited.'],
    ['of the default', undefined, 90, 'A proxy in front of the storage service refuses uploads of 100 MB.'],
    ['of a whole gigabyte', 1024, 200, 'A proxy in front of the storage service refuses uploads of 256 MiB.'],
    ['of two, just too much', 2048, 2047, 'A proxy in front of the storage service refuses uploads of 2048 MiB.'],
    ['even of parts', 5, 10, 'A proxy in front of the storage service refuses uploads of 16 MiB.'],
  ])('is asked for the largest request of the run: %s', async (_name, threshold, limit, finding) => {
    const mebibyte = 1024 ** 2
    const world = doctorWorld({ multipartThreshold: threshold === undefined ? undefined : threshold * mebibyte })
    world.bucket.largestBody = limit * mebibyte
    expect((await examine(world)).of('bucket.bodies').finding).toBe(finding)
  })

  it('whose rule moves documents into an archive is warned of', async () => {
    const world = doctorWorld()
    const rule = { name: 'old ones', prefix: 'documents/', isTagged: false, deletes: null, movesTo: ['GLACIER'] }
    world.bucket.kept = { versions: false, lock: null, rules: [rule] }
    const { of, outcome } = await examine(world)
    expect(of('bucket.keeping')).toMatchObject({
      severity: 'warning',
      finding: 'A lifecycle rule moves documents into an archive.',
      evidence: ['rule “old ones” for “documents/”: moves to GLACIER'],
    })
    expect(outcome).toBe('passed')
  })

  it('that takes documents, and not the encryption of the connection, blocks a run', async () => {
    const world = doctorWorld()
    world.bucket.lacks = ['encryption']
    const { of } = await examine(world)
    expect(of('bucket.head')).toMatchObject({
      severity: 'blocking',
      error: { code: 'S3_OPTION_IGNORED', message: 'The service ignores the encryption of the connection.' },
    })
  })

  it('removes its objects even when a check in between has failed', async () => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'completeUpload').mockRejectedValue(failure('S3_REJECTED'))
    const { of } = await examine(world)
    expect(of('bucket.multipart')).toMatchObject({ severity: 'warning', error: { code: 'S3_REJECTED' } })
    expect([world.bucket.objects.size, world.bucket.uploads.size]).toEqual([0, 0])
  })

  it('has its unfinished uploads sorted into ours, those of others, and none of our business', async () => {
    const id = '11111111-2222-4333-8444-555555555555'
    const old = Date.now() - 3 * day
    const keyOf = (name: string) => `documents/${id}/2026/01/${name}`
    const world = doctorWorld({ isOurs: ({ uploadId }) => uploadId === 'ours' })
    world.bucket.open.push(
      { key: keyOf(`${id}.pdf`), uploadId: 'ours', startedAt: old },
      { key: keyOf(`${id}.pdf`), uploadId: 'theirs', startedAt: old },
      { key: keyOf(`${id}.pdf`), uploadId: 'young', startedAt: Date.now() },
      { key: keyOf('holiday.mp4'), uploadId: 'other', startedAt: old },
    )
    const { of, checkup } = await examine(world)
    expect(of('bucket.uploads').finding).toBe('2 unfinished uploads, 1 of them of this program.')
    expect(checkup.action('abort-uploads')).toEqual({
      kind: 'abort uploads',
      uploads: [{ key: keyOf(`${id}.pdf`), uploadId: 'ours' }],
    })
  })
})

describe('a service without uploads in parts that can be given up', () => {
  it.each<[ErrorCode, string]>([
    ['S3_REJECTED', 'note'],
    ['S3_ACCESS_DENIED', 'warning'],
  ])('is in no run’s way (%s)', async (code, severity) => {
    const world = doctorWorld()
    vi.spyOn(world.bucket, 'abortUpload').mockRejectedValue(failure(code))
    const { of, outcome } = await examine(world)
    expect(of('bucket.multipart').severity).toBe(severity)
    expect(outcome).toBe('passed')
  })
})

describe('the least policy', () => {
  it.each([
    ['eu-central-1', 'arn:aws:s3:::docs'],
    ['cn-north-1', 'arn:aws-cn:s3:::docs'],
    ['us-gov-west-1', 'arn:aws-us-gov:s3:::docs'],
  ])('is for this bucket alone, as %s names it', (region, arn) => {
    const resources: unknown = (
      JSON.parse(leastPolicy('docs', region)) as { Statement: { Resource: unknown }[] }
    ).Statement.map(({ Resource }) => Resource)
    expect(resources).toEqual([arn, `${arn}/*`])
  })
})
