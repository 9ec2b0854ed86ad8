import { describe, expect, it } from 'vitest'
import { progressBar, progressLine } from '../../../src/main/cli/text.ts'
import { ProgressMeter } from '../../../src/main/runs/progressMeter.ts'
import type { RunSnapshot } from '../../../src/shared/run.ts'
import type { RunKind } from '../../../src/shared/runKind.ts'

const run = { runId: 'r', profileId: 'p', kind: 'migrate', activity: 'run', status: 'running', stopping: null } as const

/** A meter with its own time, for a plan of files of `size` bytes. */
function meterFor(files: number, size: number) {
  let now = 1_000_000
  const meter = new ProgressMeter(() => now)
  meter.planned({ documents: files, move: files, skip: 0, blocked: 0, bytes: files * size })
  const look = (kind: RunKind = 'migrate'): RunSnapshot => meter.snapshot({ ...run, kind }, 1_000)
  return {
    meter,
    look,
    wait: (seconds: number) => (now += seconds * 1_000),
    /** A whole file, copied and verified. */
    copy: (seq: number) => {
      meter.fileStarted(seq, `${seq}.txt`, size)
      meter.fileMoved(seq, size)
      meter.fileEnded(seq, 'verified', size)
    },
  }
}

describe('how a run stands', () => {
  it('adds up what the plan found', () => {
    const meter = new ProgressMeter()
    meter.planned({ documents: 3, move: 2, skip: 1, blocked: 0, bytes: 20 })
    meter.planned({ documents: 2, move: 0, skip: 0, blocked: 2, bytes: 0 })
    const { counts, documents, bytesTotal } = meter.snapshot({ ...run, status: 'planning' })
    expect(counts).toEqual({ planned: 5, committed: 0, failed: 2, skipped: 1, restored: 0, freed: 0, remaining: 2 })
    expect({ documents, bytesTotal }).toEqual({ documents: 5, bytesTotal: 20 })
  })

  it('always adds up, whatever becomes of the files', () => {
    const { meter, look, copy } = meterFor(10, 5)
    meter.phase('copy')
    const steps = [
      () => copy(1),
      () => meter.outcomes({ committed: 1 }),
      () => meter.fileEnded(2, 'failed', 5),
      () => meter.outcomes({ failed: 1 }),
      () => copy(3),
      () => meter.outcomes({ committed: 1 }),
      () => meter.phase('rollback'),
      () => meter.outcomes({ restored: 2 }),
    ]
    for (const step of steps) {
      step()
      const { planned, committed, failed, skipped, restored, remaining } = look().counts
      expect(committed + failed + skipped + restored + remaining).toBe(planned)
      for (const count of [committed, failed, restored, remaining]) expect(count).toBeGreaterThanOrEqual(0)
    }
  })

  it('counts bytes of files under way, and no longer those of files that failed', () => {
    const { meter, look, copy } = meterFor(3, 100)
    meter.phase('copy')
    copy(1)
    meter.fileStarted(2, 'b', 100)
    meter.fileMoved(2, 40)
    expect(look()).toMatchObject({ bytesDone: 140, bytesTotal: 300, copied: 1, active: [{ seq: 2, bytes: 40 }] })
    meter.fileEnded(2, 'failed', 100)
    expect(look()).toMatchObject({ bytesDone: 100, bytesTotal: 200, active: [] })
  })

  it('counts the bytes of a file that is sent again once', () => {
    const { meter, look } = meterFor(1, 100)
    meter.phase('copy')
    meter.fileStarted(1, 'a', 100)
    meter.fileMoved(1, 90)
    meter.fileMoved(1, 10)
    expect(look().bytesDone).toBe(10)
  })

  it('has snapshots that do not change afterwards', () => {
    const { meter, look } = meterFor(2, 100)
    meter.fileStarted(1, 'a', 100)
    const before = look()
    meter.fileMoved(1, 50)
    expect(before.active[0]?.bytes).toBe(0)
  })

  it('keeps the latest lines of the log only', () => {
    const { meter, look } = meterFor(1, 1)
    for (let n = 0; n < 500; n += 1) meter.log('info', `line ${n}`)
    expect(look().log).toHaveLength(200)
    expect(look().log.at(-1)?.text).toBe('line 499')
  })
})

describe('rate and time left', () => {
  it('are not guessed in the first seconds', () => {
    const { meter, look, wait, copy } = meterFor(10, 100)
    meter.phase('copy')
    look()
    copy(1)
    wait(2)
    expect(look()).toMatchObject({ bytesPerSecond: null, itemsPerSecond: null, secondsLeft: null })
  })

  it('are what really moved in the last half minute', () => {
    const { meter, look, wait, copy } = meterFor(1_000, 100)
    meter.phase('copy')
    look()
    for (let second = 1; second <= 60; second += 1) {
      wait(1)
      // Ten files a second at first, one later.
      for (let n = 0; n < (second <= 30 ? 10 : 1); n += 1) copy(second * 100 + n)
      look()
    }
    expect(look()).toMatchObject({ bytesPerSecond: 100, itemsPerSecond: 1 })
  })

  it('follow whichever is slower, bytes or files', () => {
    const { meter, look, wait, copy } = meterFor(100, 1_000)
    meter.phase('copy')
    look()
    wait(10)
    for (let seq = 0; seq < 10; seq += 1) copy(seq)
    meter.outcomes({ committed: 10 })
    expect(look().secondsLeft).toBe(90)
  })

  it('follow the bytes alone while a large file keeps all others waiting', () => {
    const { meter, look, wait } = meterFor(1, 10_000)
    meter.phase('copy')
    look()
    meter.fileStarted(1, 'large', 10_000)
    wait(10)
    meter.fileMoved(1, 1_000)
    expect(look()).toMatchObject({ bytesPerSecond: 100, itemsPerSecond: 0, secondsLeft: 90 })
  })

  it('count what goes back while a rollback does', () => {
    const { meter, look, wait } = meterFor(100, 0)
    meter.phase('rollback')
    look('rollback')
    wait(10)
    meter.outcomes({ restored: 20 })
    expect(look('rollback')).toMatchObject({ bytesPerSecond: null, itemsPerSecond: 2, secondsLeft: 40 })
  })

  it('count what is still on S3 while a migration rolls itself back', () => {
    const { meter, look, wait } = meterFor(100, 0)
    meter.outcomes({ committed: 60 })
    meter.phase('rollback')
    look()
    wait(10)
    meter.outcomes({ restored: 20 })
    expect(look()).toMatchObject({ itemsPerSecond: 2, secondsLeft: 20 })
  })

  it('go by the files compared while a run is compared', () => {
    const { meter, look, wait, copy } = meterFor(100, 0)
    meter.phase('verify')
    look()
    wait(10)
    for (let seq = 0; seq < 50; seq += 1) copy(seq)
    expect(look()).toMatchObject({ itemsPerSecond: 5, secondsLeft: 10, counts: { remaining: 100 } })
  })

  it('are unknown while nothing goes back', () => {
    const { meter, look, wait } = meterFor(100, 0)
    meter.phase('rollback')
    look('rollback')
    wait(10)
    expect(look('rollback').secondsLeft).toBeNull()
  })

  it('are unknown while nothing moves, not infinite', () => {
    const { meter, look, wait } = meterFor(1, 10_000)
    meter.phase('copy')
    look()
    wait(40)
    expect(look().secondsLeft).toBeNull()
  })
})

describe('the line and the bar of the command line', () => {
  it('never say 100 % before it is true', () => {
    const { meter, look, copy } = meterFor(1_000, 10)
    meter.phase('copy')
    for (let seq = 0; seq < 1_000; seq += 1) copy(seq)
    meter.outcomes({ committed: 999 })
    expect(progressBar(look())).toBe(`[${'#'.repeat(23)}-]`)
    expect(progressLine(look())).toContain('999 of 1,000 files moved')
    meter.outcomes({ committed: 1 })
    expect(progressBar(look())).toBe(`[${'#'.repeat(24)}]`)
  })

  it('have no bytes to show for empty files, and no share of nothing', () => {
    const { meter, look } = meterFor(2, 0)
    meter.phase('copy')
    meter.outcomes({ committed: 1 })
    expect(progressBar(look(), 10)).toBe('[#####-----]')
    expect(progressBar(meterFor(0, 0).look(), 10)).toBe('[----------]')
  })

  it('say what is being done', () => {
    const { meter, look } = meterFor(2, 1_000)
    expect(progressLine(look())).toMatch(/^Checking/)
    meter.phase('plan')
    expect(progressLine(look())).toBe('Planning: 2 documents, 2 kB')
    meter.phase('rollback')
    meter.outcomes({ committed: 1 })
    meter.outcomes({ restored: 1 })
    expect(progressLine(look())).toBe('Rolling back: 1 file done, 1 left')
  })
})
