import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Entry } from '../../../../src/main/engine/journal/entries.ts'
import { JournalBuffer } from '../../../../src/main/engine/journal/journalBuffer.ts'

describe('gathering lines for the journal', () => {
  let writes: Entry[][]
  let failure: Error | null
  let journal: JournalBuffer
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    writes = []
    failure = null
    journal = new JournalBuffer({
      append: (entries) => {
        if (failure) throw failure
        writes.push([...entries])
      },
    })
  })
  afterEach(() => vi.useRealTimers())

  const outcome = (seq: number): Entry => ({ step: 'committed', seq, data: {} })
  const intent: Entry = { step: 'send-intent', data: { seqs: [9] } }

  it('writes outcomes together, soon', () => {
    journal.add(outcome(1))
    journal.add(outcome(2))
    expect(writes).toEqual([])
    vi.advanceTimersByTime(100)
    expect(writes).toEqual([[outcome(1), outcome(2)]])
    vi.advanceTimersByTime(1_000)
    expect(writes).toHaveLength(1)
  })

  it('writes an intent before it returns, with everything that was waiting, in order', () => {
    journal.add(outcome(1))
    journal.writeNow(intent)
    expect(writes).toEqual([[outcome(1), intent]])
    vi.advanceTimersByTime(1_000)
    expect(writes).toHaveLength(1)
  })

  it('does not let many outcomes wait', () => {
    for (let seq = 1; seq <= 256; seq += 1) journal.add(outcome(seq))
    expect(writes).toHaveLength(1)
    expect(writes[0]).toHaveLength(256)
  })

  it('writes nothing when there is nothing', () => {
    journal.writeNow()
    expect(writes).toEqual([])
  })

  it('throws a failure of an intent at once', () => {
    failure = new Error('disk full')
    expect(() => journal.writeNow(intent)).toThrow('disk full')
  })

  it('tells of a failure in the background at the next line, so that the run stops', () => {
    failure = new Error('disk full')
    journal.add(outcome(1))
    vi.advanceTimersByTime(100)
    expect(() => journal.add(outcome(2))).toThrow(expect.objectContaining({ code: 'INTERNAL', scope: 'run' }))
  })

  it('loses no outcome to a failure that passes', () => {
    failure = new Error('database is locked')
    journal.add(outcome(1))
    vi.advanceTimersByTime(100)
    failure = null
    journal.writeNow(intent)
    expect(writes).toEqual([[outcome(1), intent]])
    expect(() => journal.add(outcome(2))).not.toThrow()
  })
})
