import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3ObjectStore } from '../../src/main/adapters/s3/objectStore.ts'
import { openBucket, type BucketAccess } from '../../src/sandbox/bucket.ts'
import { startSandboxS3 } from '../../src/sandbox/s3.ts'
import { MemoryObjectStore } from '../fakes/memoryObjectStore.ts'
import { createBucket } from '../services/bucket.ts'
import { objectStoreSuite, type StoreCan, type StoreHarness } from './objectStore.suite.ts'

function harness(access: BucketAccess, close: () => Promise<void>): StoreHarness {
  const store = new S3ObjectStore({ ...access, forcePathStyle: true }, 4)
  const observer = openBucket(access)
  return {
    store,
    keys: async () => {
      const keys: string[] = []
      for await (const key of observer.keys()) keys.push(key)
      return keys
    },
    unfinished: () => observer.unfinished(),
    close: async () => {
      store.close()
      observer.close()
      await close()
    },
  }
}

const everything: StoreCan = {
  checkMd5: true,
  keepExisting: true,
  keepExistingOnComplete: true,
  checkParts: true,
  abortUploads: true,
  dropBroken: true,
  compositeEtag: true,
  listAnything: true,
  refuseLate: true,
}

objectStoreSuite('the in-memory fake', { ...everything, refuseLate: false }, () => {
  const store = new MemoryObjectStore()
  return Promise.resolve({
    store,
    keys: () => Promise.resolve([...store.objects.keys()]),
    unfinished: () => Promise.resolve([...store.uploads.values()].map(({ head }) => head.key)),
    close: () => Promise.resolve(),
  })
})

objectStoreSuite('Ceph', { ...everything, keepExistingOnComplete: false }, async () => {
  const bucket = await createBucket()
  return harness(bucket, () => bucket.remove())
})

const nothing: StoreCan = {
  refuseLate: false,
  checkMd5: false,
  keepExisting: false,
  keepExistingOnComplete: false,
  checkParts: false,
  abortUploads: false,
  dropBroken: false,
  compositeEtag: false,
  listAnything: false,
}

objectStoreSuite("the sandbox's S3 service", nothing, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'readur-contract-'))
  const { stop, ...access } = await startSandboxS3({ dir })
  return harness(access, async () => {
    await stop()
    await rm(dir, { recursive: true, force: true })
  })
})
