import { describe, expect, it } from 'vitest'
import { describeOutcome, type OutcomeFacts } from '../../../src/renderer/format/outcome.ts'

const facts: OutcomeFacts = {
  status: 'completed',
  documents: 312,
  planned: 312,
  committed: 312,
  failed: 0,
  skipped: 0,
  restored: 0,
  freed: 0,
  remaining: 0,
  hasPlan: true,
}
const tell = (more: Partial<OutcomeFacts>) => describeOutcome({ ...facts, ...more }, 'en-US')

describe('describeOutcome', () => {
  it('says all only when it was all', () => {
    expect(tell({})).toMatchObject({
      headline: 'Migration completed',
      sentence: 'All 312 documents moved and verified.',
      tone: 'good',
    })
  })

  it('names what could not be moved', () => {
    expect(tell({ status: 'completed with failures', committed: 291, failed: 12, skipped: 9 })).toMatchObject({
      headline: 'Migration completed with failures',
      sentence: '291 of 312 documents moved and verified; 12 could not be moved; 9 needed nothing.',
      tone: 'warn',
    })
  })

  it('speaks of files where documents have more than one', () => {
    expect(tell({ planned: 318, committed: 318 }).sentence).toBe('All 318 files moved and verified.')
  })

  it('counts one document as one', () => {
    expect(tell({ documents: 1, planned: 1, committed: 1 }).sentence).toBe('1 document moved and verified.')
  })

  it('takes nothing to do for a success', () => {
    expect(tell({ committed: 0, skipped: 312 })).toMatchObject({
      headline: 'Nothing to move',
      sentence: '312 documents looked at; none needs to be moved.',
      tone: 'good',
    })
    expect(tell({ documents: 0, planned: 0, committed: 0 }).sentence).toBe('The plan found no document.')
  })

  it('says what an interrupted run has left', () => {
    const { headline, sentence } = tell({ status: 'interrupted', committed: 100, remaining: 212 })
    expect(headline).toBe('Migration interrupted')
    expect(sentence).toBe(
      '100 of 312 documents moved and verified; 212 not reached. What is done stays done; nothing is broken.',
    )
  })

  it('tells a plan that was not finished from a run that was not', () => {
    expect(tell({ status: 'interrupted', hasPlan: false })).toMatchObject({
      headline: 'Plan stopped',
      sentence: 'The plan was stopped. Nothing was changed.',
    })
    expect(tell({ status: 'not started', hasPlan: false }).headline).toBe('No plan was made')
    expect(tell({ status: 'not started' }).headline).toBe('Migration not started')
  })

  it('says what was rolled back, and what not', () => {
    expect(tell({ status: 'rolled back', committed: 0, restored: 300, failed: 12 }).sentence).toMatch(
      /^300 documents rolled back: the rows are as they were/,
    )
    expect(tell({ status: 'rollback incomplete', committed: 2, restored: 298 }).sentence).toMatch(
      /^298 documents rolled back; 2 still on S3\./,
    )
  })

  it('claims nothing about a run that goes on elsewhere', () => {
    expect(tell({ status: 'running' }).sentence).toBe('Another window or terminal works on it.')
  })
})
