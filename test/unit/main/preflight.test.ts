import { describe, expect, it, vi } from 'vitest'
import { MigrateError } from '../../../src/main/engine/errors.ts'
import { preflightChecks } from '../../../src/main/runs/checks/preflightChecks.ts'
import { ProgressMeter } from '../../../src/main/runs/progressMeter.ts'
import { MortalWorld } from '../../fakes/mortal.ts'
import { migrateAll } from '../../fakes/works.ts'
import { doctorWorld } from '../engine/doctor/doctorWorld.ts'

const never = new AbortController().signal

describe('the checks before a run', () => {
  it.each(['plan', 'copying'] as const)('leave nothing in the bucket at any instant (%s)', async (before) => {
    const world = doctorWorld()
    const writes = [vi.spyOn(world.bucket, 'put'), vi.spyOn(world.bucket, 'createUpload')]
    await preflightChecks(world.site, before, new ProgressMeter(), never)
    for (const write of writes) expect(write).not.toHaveBeenCalled()
  })

  it('throw what is in the way, after the log was told what to do about it', async () => {
    const world = doctorWorld()
    const denied = new MigrateError('S3_ACCESS_DENIED', { message: '403 AccessDenied', scope: 'run' })
    vi.spyOn(world.bucket, 'putChecked').mockRejectedValue(denied)
    const progress = new ProgressMeter()
    await expect(preflightChecks(world.site, 'copying', progress, never)).rejects.toMatchObject({
      code: 'S3_ACCESS_DENIED',
      scope: 'run',
    })
    const { lines } = progress.logAfter(0)
    expect(lines.at(-1)?.text).toContain('The key lacks s3:PutObject')
    await expect(preflightChecks(world.site, 'plan', progress, never)).resolves.toBeUndefined()
  })

  it('are made once more when a connection breaks off in one of them, and once only', async () => {
    const world = doctorWorld()
    const reset = new MigrateError('S3_UNREACHABLE', { message: 'ECONNRESET', scope: 'run', retryable: true })
    const listing = vi.spyOn(world.bucket, 'tryListing').mockRejectedValueOnce(reset)
    const progress = new ProgressMeter()
    await expect(preflightChecks(world.site, 'plan', progress, never)).resolves.toBeUndefined()
    expect(progress.logAfter(0).lines).toEqual([])
    listing.mockClear().mockRejectedValue(reset)
    await expect(preflightChecks(world.site, 'plan', progress, never)).rejects.toMatchObject({ code: 'S3_UNREACHABLE' })
    // In both styles of address, twice.
    expect(listing).toHaveBeenCalledTimes(4)
  })

  it('log what will be in the way, and let the run begin', async () => {
    const world = doctorWorld({ readurState: () => Promise.resolve({ at: 'local', source: 'container readur' }) })
    const progress = new ProgressMeter()
    await preflightChecks(world.site, 'plan', progress, never)
    expect(progress.logAfter(0).lines).toMatchObject([{ level: 'warning' }])
  })

  it('let documents be copied out of a container that they would be deleted with, and warn', async () => {
    const uploadsInside = { container: 'readur', path: '/app/uploads', lostWith: 'container' } as const
    const state = { at: 'local', source: 'container readur', uploadsInside } as const
    const world = doctorWorld({ readurState: () => Promise.resolve(state) })
    const progress = new ProgressMeter()
    await preflightChecks(world.site, 'plan', progress, never)
    expect(progress.logAfter(0).lines.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /its files are deleted when that is recreated\. Before you change Readur’s settings, copy this folder out/,
      ),
    ])
  })

  it('say before documents are switched what an older Readur cannot do with them', async () => {
    const world = doctorWorld({ about: { version: '2.9.1', remarks: [] } })
    const progress = new ProgressMeter()
    await preflightChecks(world.site, 'copying', progress, never)
    expect(progress.logAfter(0).lines.map(({ text }) => text)).toEqual([
      expect.stringContaining('2.9.1, which is before 2.9.2. Before 2.9.2 Readur does no OCR'),
    ])
  })

  it('ask for the largest request that the run will send', async () => {
    const mortal = await MortalWorld.open()
    mortal.addDocument(1)
    const { site, bucket } = doctorWorld()
    const asked = vi.spyOn(bucket, 'takesBody')
    await mortal.does((place) => migrateAll({ multipartThreshold: 2_000_000_000 })({ ...place, doctor: site }))
    await mortal.close()
    // Before the plan, nobody knows how it will be carried out.
    expect(asked.mock.calls.map(([bytes]) => bytes)).toEqual([100_000_000, 2_000_000_000])
  })
})
