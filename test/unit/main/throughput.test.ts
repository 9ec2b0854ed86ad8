import { describe, expect, it } from 'vitest'
import { ThroughputLog } from '../../../src/main/runs/throughput.ts'

describe('what has moved since a run began', () => {
  it('is kept second by second', () => {
    const log = new ThroughputLog(1_000)
    log.record(1_500, 100, 1)
    log.record(1_900, 300, 2)
    log.record(2_999, 800, 3)
    const { from, stepMs, bytesPerSecond, itemsPerSecond } = log.read()
    expect([from, stepMs]).toEqual([1_000, 1_000])
    expect(bytesPerSecond.map(Math.round)).toEqual([300, 501])
    expect(itemsPerSecond.map(Math.round)).toEqual([2, 1])
  })

  it('stays small however long it takes, and loses nothing', () => {
    const log = new ThroughputLog(0)
    const hours = 3
    for (let second = 1; second <= hours * 3600; second += 1) log.record(second * 1000 - 1, second * 10, second)
    const { stepMs, bytesPerSecond } = log.read()
    expect(bytesPerSecond.length).toBeLessThanOrEqual(120)
    expect(bytesPerSecond.length).toBeGreaterThan(55)
    const sum = bytesPerSecond.reduce((all, rate) => all + (rate * stepMs) / 1000, 0)
    expect(sum / (hours * 36_000)).toBeGreaterThan(0.97)
    expect(sum / (hours * 36_000)).toBeLessThan(1.03)
  })

  it('does not count what an earlier session has moved', () => {
    const log = new ThroughputLog(0)
    log.startAt(1_000_000, 50)
    log.record(999, 1_000_100, 51)
    expect(log.read().bytesPerSecond.map(Math.round)).toEqual([100])
  })
})
