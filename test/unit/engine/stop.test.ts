import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nullProgress } from '../../../src/main/engine/progress.ts'
import { StopControl } from '../../../src/main/engine/stop.ts'
import { World } from '../../fakes/world.ts'

const mebibyte = 1024 ** 2

let world: World
beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  expect(world.broken()).toEqual([])
  await world.close()
})

describe('a run that is stopped in order', () => {
  it('finishes the files under way and commits them; the rest stays for another run', async () => {
    for (let n = 0; n < 20; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', after: () => world.stop.request('in order') })
    const report = await world.migrate()
    expect(report.status).toBe('interrupted')
    expect(report.committed).toBeGreaterThan(0)
    expect(report.committed).toBeLessThan(20)
    expect(report.committed + report.remaining).toBe(20)
    expect(world.leftOver()).toEqual([])
  })

  it('has completed when there was nothing left to do', async () => {
    world.addDocument('only one')
    world.faults.plan({ on: 'put', after: () => world.stop.request('in order') })
    expect(await world.migrate()).toMatchObject({ status: 'completed', committed: 1 })
  })

  it('finishes a large file that is under way', async () => {
    world.addDocument(Buffer.alloc(20 * mebibyte, 1))
    world.addDocument('next')
    world.faults.plan({ on: 'putPart', before: () => world.stop.request('in order') })
    const report = await world.migrate({ multipartThreshold: 5 * mebibyte, parallelUploads: 1 })
    expect(report).toMatchObject({ status: 'interrupted', committed: 1, remaining: 1 })
  })
})

describe('the state file of a run that is stopped', () => {
  const stopped = async (documents: number) => {
    for (let n = 0; n < documents; n += 1) world.addDocument(`document ${n}`)
    world.faults.plan({ on: 'put', after: () => world.stop.request('in order') })
    return await world.migrate()
  }

  it('is written, so that it can be resumed from', async () => {
    expect(await stopped(20)).toMatchObject({ status: 'interrupted', stateFile: expect.any(String) as unknown })
  })

  it('is left for later where it would take long', async () => {
    expect(await stopped(20_001)).toMatchObject({ status: 'interrupted', stateFile: null })
  })
})

describe('a run that is stopped at once', () => {
  it('ends with its rows as they are, and says how it stands', async () => {
    const documents = Array.from({ length: 20 }, (_, n) => world.addDocument(`document ${n}`))
    world.faults.plan({ on: 'put', key: documents[8]?.key ?? '', before: () => world.stop.request('now') })
    const report = await world.migrate({ batchSize: 2 })
    expect(report.status).toBe('interrupted')
    expect(report.problems.map(({ code }) => code)).toEqual(['INTERRUPTED'])
    expect(report.committed + report.remaining).toBe(20)
    const moved = documents.filter(({ id }) => world.pathOf(id)?.startsWith('s3://'))
    expect(moved).toHaveLength(report.committed)
  })

  it('leaves the parts of a large file that have arrived, and knows them, for the next session', async () => {
    world.addDocument(Buffer.alloc(40 * mebibyte, 1))
    let parts = 0
    world.faults.plan({ on: 'putPart', after: () => (parts += 1) === 1 && world.stop.request('now'), times: Infinity })
    expect(await world.migrate({ multipartThreshold: 5 * mebibyte })).toMatchObject({ status: 'interrupted' })
    const [upload] = world.bucket.uploads.keys()
    expect(world.store?.openUpload(1)).toMatchObject({ uploadId: upload, parts: [{ number: 1 }] })
  })

  it('leaves no timer behind that would commit later, or keep the process alive', async () => {
    for (let n = 0; n < 20; n += 1) world.addDocument(`document ${n}`)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    world.database.beforeChange = () => expect.unreachable('nothing may be committed any more')
    world.progress = { ...world.progress, fileEnded: () => world.stop.request('now') }
    await world.migrate()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  it('can be run again to the end, and sends nothing twice that arrived', async () => {
    for (let n = 0; n < 20; n += 1) world.addDocument(`document ${n}`)
    world.progress = { ...world.progress, fileEnded: () => world.stop.request('now') }
    const first = await world.migrate()
    const arrived = new Map(world.keys().map((key) => [key, world.bucket.objects.get(key)?.metadata]))
    expect(arrived.size).toBeGreaterThan(0)
    world.stop = new StopControl()
    world.progress = nullProgress
    expect(await world.migrate()).toMatchObject({ status: 'completed', committed: 20 - first.committed })
    for (const [key, metadata] of arrived) expect(world.bucket.objects.get(key)?.metadata).toBe(metadata)
    expect(world.leftOver()).toEqual([])
  })

  it('before it began does nothing at all', async () => {
    world.addDocument()
    world.stop.request('now')
    await expect(world.migrate()).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(world.keys().length).toBe(0)
  })

  it('while it is planned leaves a plan that cannot be started', async () => {
    for (let n = 0; n < 300; n += 1) world.addDocument(`document ${n}`)
    world.progress = { ...world.progress, planned: () => world.stop.request('in order') }
    await expect(world.migrate()).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(world.keys().length).toBe(0)
  })
})
