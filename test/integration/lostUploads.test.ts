import { appendFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startProxy, type Proxy } from '../services/proxy.ts'
import { idOf, Outside } from './outside.ts'
import { World } from './world.ts'

const mebibyte = 1024 ** 2
const inParts = ['--multipart-threshold', '5MiB', '--parallel-uploads', '1']
const creation = /^POST \S+\?uploads/

let readur: World
let bucket: Outside
let proxy: Proxy
beforeEach(async () => {
  readur = await World.planted({ documents: 0, largeFileBytes: 40 * mebibyte })
  bucket = new Outside(readur.s3)
  proxy = await startProxy(Number(new URL(readur.s3.endpoint).port))
  await appendFile(readur.envFile, `S3_ENDPOINT_URL=http://127.0.0.1:${proxy.port}\n`)
})
afterEach(async () => {
  bucket[Symbol.dispose]()
  await proxy.close()
  await readur.close()
})

/** Kills a migration while it sends parts, after the answers to some creations of its upload were lost. */
async function killedAmongParts(lost: number): Promise<string> {
  proxy.loseAnswersTo(creation, lost)
  const child = readur.spawn('migrate', ...inParts, '--bandwidth', '4MB')
  await child.reached('multipart-intent')
  child.kill('SIGKILL')
  await child.ended
  return readur.latest?.runId ?? ''
}

describe('an upload in parts whose creation was never answered', () => {
  it('is given up at the end of its file', async () => {
    proxy.loseAnswersTo(creation, 2)
    const { report } = await readur.run('migrate', ...inParts)
    expect(report.remaining).toBe(0)
    expect(await bucket.uploads()).toEqual([])
    expect(await readur.check(report.runId)).toMatchObject({ ok: true, differences: [] })
  })

  it('is given up when its run is rolled back, and so is the one that is known', async () => {
    const run = await killedAmongParts(1)
    expect(await bucket.uploads()).toHaveLength(2)
    expect(await readur.run('rollback', run, '--yes')).toMatchObject({ code: 0 })
    expect(await bucket.uploads()).toEqual([])
    expect(await readur.differencesFromBefore()).toEqual([])
  })

  it('is given up with a rollback, where it was to bring back an object that was gone', async () => {
    const first = await readur.run('migrate', ...inParts)
    const large = readur.expectations.find(({ size = 0 }) => size > 5 * mebibyte)?.key ?? ''
    await bucket.remove(large)
    proxy.loseAnswersTo(creation, 1)
    const child = readur.spawn('repair', idOf(first), '--re-upload', '--yes')
    await child.reached('multipart-intent', 2)
    child.kill('SIGKILL')
    await child.ended
    expect(await bucket.uploads()).toHaveLength(2)
    expect(await readur.run('rollback', idOf(first), '--yes')).toMatchObject({ code: 0 })
    expect(await bucket.uploads()).toEqual([])
    expect(await readur.differencesFromBefore()).toEqual([])
  })
})
