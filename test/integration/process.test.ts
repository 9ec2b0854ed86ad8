import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Step } from '../../src/main/engine/journal/entries.ts'
import { addsUp, parseReport, World } from './world.ts'

let world: World | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const mebibyte = 1024 ** 2
/** Slow enough to be met in the middle. */
const slowly = ['--parallel-uploads', '1', '--batch-size', '10']

/** A second run moves all that is left, and nothing is lost, doubled or left over. */
async function finish(readur: World): Promise<void> {
  expect(await readur.brokenPointers()).toEqual([])
  const { report } = await readur.run('migrate', '--multipart-threshold', '5MiB')
  expect(report.remaining).toBe(0)
  expect(addsUp(report)).toBe(true)
  expect(report.committed + report.skipped).toBeGreaterThanOrEqual(
    readur.expectations.filter(({ outcome }) => outcome === 'committed').length,
  )
  expect(await readur.check()).toMatchObject({ ok: true, differences: [] })
}

describe('Ctrl-C', () => {
  it('lets the files under way arrive, commits them, and leaves the rest for another run', async () => {
    world = await World.bulk(120)
    const migration = world.spawn('migrate', ...slowly)
    await migration.reached('committed', 20)
    migration.kill('SIGINT')
    const { code, out, err } = await migration.ended
    expect(code).toBe(130)
    expect(err).toContain('Finishing current files')
    const report = parseReport(out)
    expect(report.status).toBe('interrupted')
    expect(addsUp(report)).toBe(true)
    expect(report.committed).toBeGreaterThanOrEqual(20)
    expect(report.remaining).toBeGreaterThan(0)
    const moved = await world.query(`SELECT 1 FROM documents WHERE file_path LIKE 's3://%'`)
    expect(moved).toHaveLength(report.committed)
    // In order: what was copied was committed too.
    expect(Object.keys((await world.snapshot()).objects)).toHaveLength(report.committed)
    await finish(world)
  })

  it('pressed twice stops at once, equally whole', async () => {
    world = await World.planted({ largeFileBytes: 60 * mebibyte })
    const slow = ['--parallel-uploads', '2', '--bandwidth', '1MiB']
    const migration = world.spawn('migrate', '--multipart-threshold', '5MiB', ...slow)
    await migration.reached('multipart-intent')
    migration.kill('SIGINT')
    // Two signals at the same instant are one to the system.
    await migration.said('Finishing current files')
    migration.kill('SIGINT')
    const { code, out } = await migration.ended
    // In order, a minute's upload would have been finished first.
    const sizes = Object.values((await world.snapshot()).objects).map(({ size }) => size)
    expect(Math.max(0, ...sizes)).toBeLessThan(60 * mebibyte)
    expect(code).toBe(130)
    expect(parseReport(out)).toMatchObject({ status: 'interrupted' })
    expect(addsUp(parseReport(out))).toBe(true)
    await finish(world)
  })

  it('while it still plans ends with nothing changed', async () => {
    world = await World.bulk(600)
    const migration = world.spawn('migrate')
    await vi.waitUntil(() => world?.latest, { timeout: 30_000, interval: 1 })
    migration.kill('SIGINT')
    const { code, out } = await migration.ended
    expect(code).toBe(130)
    const report = parseReport(out)
    expect(['not started', 'interrupted']).toContain(report.status)
    expect(addsUp(report)).toBe(true)
    expect(await world.brokenPointers()).toEqual([])
  })
})

it('the wish of the system to end stops it at once, equally whole', async () => {
  world = await World.bulk(120)
  const migration = world.spawn('migrate', ...slowly)
  await migration.reached('committed', 10)
  migration.kill('SIGTERM')
  const { code, out } = await migration.ended
  expect(code).toBe(130)
  expect(parseReport(out)).toMatchObject({ status: 'interrupted' })
  expect(addsUp(parseReport(out))).toBe(true)
  await finish(world)
})

describe('killed without warning', () => {
  it.each<[string, Step, number]>([
    ['when the first copies are sent', 'send-intent', 1],
    ['when copies are verified and no row is changed yet', 'verified', 5],
    ['when the first rows are to be changed', 'commit-intent', 1],
    ['when the first rows are changed', 'committed', 10],
    ['in the middle', 'committed', 50],
  ])('%s: no row points at anything that is not whole, and a second run finishes', async (_story, step, lines) => {
    world = await World.bulk(100)
    const migration = world.spawn('migrate', ...slowly)
    await migration.reached(step, lines)
    migration.kill('SIGKILL')
    const { signal, out } = await migration.ended
    expect(signal).toBe('SIGKILL')
    expect(out).toBe('')
    expect(world.latest).toMatchObject({ status: 'interrupted', planned: 100 })
    await finish(world)
  })

  it('in the middle of a file in parts: the parts are swept, and a second run finishes', async () => {
    world = await World.planted({ largeFileBytes: 60 * mebibyte })
    const migration = world.spawn('migrate', '--multipart-threshold', '5MiB')
    await migration.reached('multipart-intent')
    migration.kill('SIGKILL')
    expect(await migration.ended).toMatchObject({ signal: 'SIGKILL' })
    await finish(world)
  })

  it('while it plans: that run never began, and a second one does it all', async () => {
    world = await World.bulk(300)
    const migration = world.spawn('migrate')
    await vi.waitUntil(() => world?.latest, { timeout: 30_000, interval: 1 })
    migration.kill('SIGKILL')
    await migration.ended
    expect(['not started', 'planned', 'interrupted']).toContain(world.latest?.status)
    await finish(world)
  })
})
