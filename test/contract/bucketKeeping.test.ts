import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  S3Client,
  type LifecycleRule,
} from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { ownStepPermit } from '../../src/main/engine/ownership/permit.ts'
import { wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'
import { checkStorage } from '../../src/main/runs/checks/checkConnection.ts'
import { createBucket, type TestBucket } from '../services/bucket.ts'
import { refuses, StubService } from '../services/stubService.ts'

const never = new AbortController().signal
let bucket: TestBucket
let client: S3Client
beforeEach(async () => {
  bucket = await createBucket()
  const { endpoint, region, accessKeyId, secretAccessKey } = inject('s3')
  const credentials = { accessKeyId, secretAccessKey }
  client = new S3Client({ endpoint, region, credentials, forcePathStyle: true })
})
afterEach(async () => {
  client.destroy()
  await bucket.remove()
})

async function seen(name = bucket.bucket) {
  const { diagnostics } = await checkStorage({
    s3: { ...bucket, bucket: name, forcePathStyle: true },
    onChange: () => undefined,
    signal: never,
    without: ['bucket.speed', 'bucket.integrity', 'bucket.overwrite', 'bucket.uploads'],
  })
  const found = diagnostics.find(({ code }) => code === 'bucket.keeping')
  if (!found) throw new Error('It was not looked at.')
  return found
}

const ruled = (...Rules: LifecycleRule[]) =>
  client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket.bucket, LifecycleConfiguration: { Rules } }))
const versioned = () =>
  client.send(new PutBucketVersioningCommand({ Bucket: bucket.bucket, VersioningConfiguration: { Status: 'Enabled' } }))

describe('what a bucket does with objects by itself', () => {
  it('is nothing', async () => {
    expect(await seen()).toMatchObject({ severity: 'ok', evidence: [] })
  })

  it('keeps versions: that is said, and what a rollback leaves', async () => {
    await versioned()
    expect(await seen()).toMatchObject({ severity: 'note', finding: 'The bucket keeps old versions.' })
    expect((await seen()).remedy?.words).toContain('their versions stay and are billed')
  })

  it.each<[string, LifecycleRule['Filter'], string]>([
    ['everything', { Prefix: '' }, 'blocking'],
    ['documents', { Prefix: 'documents/' }, 'blocking'],
    ['documents of some users', { Prefix: 'documents/0a' }, 'blocking'],
    ['what begins like documents', { Prefix: 'doc' }, 'blocking'],
    ['other folders', { Prefix: 'backups/' }, 'ok'],
    ['a folder of somebody else below documents', { Prefix: 'documents/incoming/' }, 'ok'],
    ['objects with a tag', { Tag: { Key: 'a', Value: 'b' } }, 'ok'],
  ])('deletes %s after days', async (_name, Filter, severity) => {
    await ruled({ ID: 'old ones', Status: 'Enabled', Filter, Expiration: { Days: 30 } })
    const found = await seen()
    expect(found.severity).toBe(severity)
    expect(found.error?.code).toBe(severity === 'blocking' ? 'S3_LIFECYCLE' : undefined)
    if (severity === 'blocking') expect(found.finding).toContain('“old ones”')
  })

  it.each<[string, LifecycleRule]>([
    ['it is switched off', { Status: 'Disabled', Filter: { Prefix: '' }, Expiration: { Days: 30 } }],
    [
      'it ends unfinished uploads',
      { Status: 'Enabled', Filter: { Prefix: '' }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 } },
    ],
    [
      'it deletes old versions',
      { Status: 'Enabled', Filter: { Prefix: '' }, NoncurrentVersionExpiration: { NoncurrentDays: 3 } },
    ],
  ])('has a rule that does no harm: %s', async (_name, rule) => {
    await ruled({ ID: 'harmless', ...rule })
    expect((await seen()).severity).toBe('ok')
  })

  it('locks objects: writes have what such a bucket wants, and a removal leaves the version', async () => {
    const name = `test-${randomUUID()}`
    await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }))
    await client.send(
      new PutObjectLockConfigurationCommand({
        Bucket: name,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
        },
      }),
    )
    const store = new S3ObjectStore({ ...bucket, bucket: name, forcePathStyle: true }, 2)
    const head = { key: 'documents/a', contentType: 'text/plain', metadata: {} }
    await expect(store.put(wholeBody(head, Buffer.from('x')), never)).resolves.toBe('stored')
    await store.remove(head.key, ownStepPermit(), never)
    expect(await store.head(head.key, never)).toBeNull()
    expect(await store.keepsVersions(never)).toBe(true)
    store.close()
    expect(await seen(name)).toMatchObject({
      severity: 'note',
      finding: 'Objects are locked, and old versions are kept.',
      evidence: ['versions are kept', 'Object Lock: GOVERNANCE, 1 day'],
    })
  })

  it.each([
    [403, 'AccessDenied'],
    [501, 'NotImplemented'],
  ])('is unknown where the service does not say: a run goes on (%i %s)', async (status, code) => {
    const service = new StubService()
    await service.start()
    service.answer = refuses(status, code)
    const store = new S3ObjectStore({ ...bucket, endpoint: service.endpoint, forcePathStyle: true }, 1)
    expect(await store.keepsVersions(never)).toBe(false)
    store.close()
    await service.stop()
  })
})
