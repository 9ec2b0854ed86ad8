import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { idOf, Outside } from './outside.ts'
import { World } from './world.ts'

let world: World | null = null
let outside: Outside | null = null
afterEach(async () => {
  outside?.[Symbol.dispose]()
  await world?.close()
  world = outside = null
})

/** A key that Ceph was started with. */
const withKey = 'S3_SSE=aws:kms\nS3_SSE_KMS_KEY_ID=test-key\n'

async function opened(documents: number) {
  const readur = (world = await World.bulk(documents))
  const bucket = (outside = new Outside(readur.s3))
  const plain = await readFile(readur.envFile, 'utf8')
  const encryptions = async (): Promise<string[]> =>
    Promise.all(Object.keys(await bucket.listed()).map((key) => bucket.encryption(key)))
  return { readur, encryptions, withoutKey: () => writeFile(readur.envFile, plain) }
}

describe('a run whose connection is changed meanwhile', () => {
  it('is resumed with the key that it began with, and says so', async () => {
    const { readur, encryptions, withoutKey } = await opened(30)
    await appendFile(readur.envFile, withKey)
    const child = readur.spawn('migrate', '--parallel-uploads', '1')
    await child.reached('verified', 5)
    child.kill('SIGKILL')
    await child.ended
    await withoutKey()
    const resumed = await readur.run('resume')
    expect(resumed).toMatchObject({ code: 0, report: { status: 'completed', committed: 30, failed: 0 } })
    expect(await encryptions()).toEqual(Array.from({ length: 30 }, () => 'aws:kms test-key'))
    expect(resumed.err).toContain(
      'This run keeps the storage options it started with (SSE-KMS with key test-key). The connection has others by now (none), which a new plan uses.',
    )
  })

  it('is cut over with its copies as they are', async () => {
    const { readur, encryptions } = await opened(6)
    const run = idOf(await readur.run('migrate', '--copy-only'))
    await appendFile(readur.envFile, withKey)
    const cutOver = await readur.run('switch', run, '--yes')
    expect(cutOver).toMatchObject({ code: 0, report: { status: 'completed', committed: 6, failed: 0 } })
    expect(cutOver.err).toContain(
      'it started with (none). The connection has others by now (SSE-KMS with key test-key)',
    )
    expect(await encryptions()).toEqual(Array.from({ length: 6 }, () => ''))
  })
})
