import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openBucket } from '../../../src/sandbox/bucket.ts'
import { startSandboxS3 } from '../../../src/sandbox/s3.ts'
import { snapshotObjects } from '../../../src/sandbox/snapshot.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'readur-s3-'))
})
afterEach(() => rm(dir, { recursive: true }))

it('keeps objects of any name over a restart, on loopback', async () => {
  const first = await startSandboxS3({ dir })
  expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const bucket = openBucket(first)
  await bucket.put('documents/u/Ä b.txt (1)', Buffer.from('abc'), 'text/plain')
  await bucket.put('empty', Buffer.alloc(0), 'text/plain')
  expect(await bucket.unfinished()).toEqual([])
  bucket.close()
  await first.stop()

  const second = await startSandboxS3({ dir })
  expect(await snapshotObjects(second)).toEqual({
    'documents/u/Ä b.txt (1)': {
      size: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    },
    empty: { size: 0, sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
  })
  await second.stop()
  await second.stop()
})
