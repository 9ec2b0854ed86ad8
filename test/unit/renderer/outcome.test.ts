import { describe, expect, it } from 'vitest'
import { runStatuses } from '../../../src/shared/run.ts'
import { runKinds } from '../../../src/shared/runKind.ts'
import { describeOutcome, type OutcomeFacts } from '../../../src/renderer/components/run/outcome.ts'
import { wordOfRun } from '../../../src/renderer/format/status.ts'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'

setReaderLocale('en-US')

const facts: OutcomeFacts = {
  kind: 'migrate',
  status: 'completed',
  documents: 312,
  planned: 312,
  committed: 312,
  failed: 0,
  skipped: 0,
  restored: 0,
  freed: 0,
  remaining: 0,
  copied: 0,
  effects: { filesFetched: 0, objectsRemoved: 0, objectsLeft: 0 },
  totals: null,
  hasPlan: true,
}
const tell = (more: Partial<OutcomeFacts>) => describeOutcome({ ...facts, ...more })

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
      sentence: '291 of 312 documents moved and verified; 12 failed; 9 skipped.',
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
      sentence: '312 documents skipped: nothing to do.',
      tone: 'good',
    })
    expect(tell({ documents: 0, planned: 0, committed: 0 }).sentence).toBe('The plan contained no files.')
  })

  it('says what an interrupted run has left', () => {
    const { headline, sentence } = tell({ status: 'interrupted', committed: 100, remaining: 212 })
    expect(headline).toBe('Migration interrupted')
    expect(sentence).toBe(
      '100 of 312 documents moved and verified; 212 not started. Nothing is lost; finished files stay as they are.',
    )
  })

  it('tells a plan that was not finished from a run that was not', () => {
    expect(tell({ status: 'interrupted', hasPlan: false })).toMatchObject({
      headline: 'Plan stopped',
      sentence: 'The plan was stopped. Nothing was changed.',
    })
    expect(tell({ status: 'not started', hasPlan: false }).headline).toBe('Migration not started')
    expect(tell({ status: 'not started' }).headline).toBe('Migration not started')
  })

  it('says what were rolled back, and what not', () => {
    expect(tell({ status: 'rolled back', committed: 0, restored: 300, failed: 12 }).sentence).toMatch(
      /^300 documents rolled back\. Readur loads the local files again/,
    )
    expect(tell({ status: 'rollback incomplete', committed: 2, restored: 298 }).sentence).toMatch(
      /^298 documents rolled back; 2 still on S3\./,
    )
  })

  it('claims nothing about a run that goes on elsewhere', () => {
    expect(tell({ status: 'running' }).sentence).toBe('Another window or terminal is working on this run.')
  })

  it('says of an interrupted run what is copied and waits for its row', () => {
    expect(tell({ status: 'interrupted', committed: 100, copied: 50, remaining: 212 }).sentence).toContain(
      '100 of 312 documents moved and verified; 50 copied, not switched yet; 162 not started.',
    )
  })

  it('never takes copies for a migration', () => {
    expect(tell({ status: 'copied', committed: 0, copied: 300, remaining: 300, failed: 12 })).toMatchObject({
      headline: 'Copied and verified',
      sentence: '300 documents copied and verified. Readur still loads the local files until you switch the documents.',
    })
  })
})

describe('a rollback', () => {
  const rollback = (more: Partial<OutcomeFacts>) =>
    tell({ kind: 'rollback', planned: 298, documents: 298, committed: 0, restored: 298, ...more })

  it('tells what went back', () => {
    expect(rollback({})).toMatchObject({
      headline: 'Rollback completed',
      sentence: 'All 298 documents rolled back.',
      tone: 'good',
    })
  })

  it('tells what did not, in its own words', () => {
    expect(rollback({ status: 'completed with failures', restored: 290, failed: 8 })).toMatchObject({
      headline: 'Rollback completed with failures',
      sentence: '290 of 298 documents rolled back; 8 failed.',
    })
    const effects = { filesFetched: 0, objectsRemoved: 295, objectsLeft: 3 }
    expect(rollback({ status: 'completed with failures', effects }).sentence).toBe(
      'All 298 documents rolled back; 3 S3 copies left.',
    )
    expect(rollback({ status: 'interrupted', restored: 120, remaining: 178 })).toMatchObject({
      headline: 'Rollback interrupted',
      sentence: '120 of 298 documents rolled back; 178 not started. Nothing is lost; finished files stay as they are.',
    })
  })

  it('takes nothing to do for a success, and a refusal for no change', () => {
    expect(rollback({ restored: 0, skipped: 298 })).toMatchObject({ headline: 'Nothing to roll back', tone: 'good' })
    expect(rollback({ status: 'not started', restored: 0 }).headline).toBe('Rollback not started')
    expect(rollback({ status: 'not started', restored: 0, hasPlan: false }).headline).toBe('Rollback not started')
  })

  it('of files that were put aside is called what it is', () => {
    expect(rollback({ kind: 'return' })).toMatchObject({
      headline: 'Quarantine undo completed',
      sentence: 'All 298 documents put back.',
    })
  })
})

describe('a run that frees space', () => {
  const free = (more: Partial<OutcomeFacts>) =>
    tell({ kind: 'quarantine', planned: 298, documents: 298, committed: 0, freed: 298, ...more })

  it('tells moving from deleting', () => {
    expect(free({})).toMatchObject({ headline: 'Quarantine completed', sentence: 'All 298 documents quarantined.' })
    expect(free({ kind: 'purge' })).toMatchObject({
      headline: 'Quarantine deletion completed',
      sentence: 'All 298 documents deleted.',
    })
  })

  it('tells what had to stay', () => {
    expect(free({ status: 'completed with failures', freed: 290, failed: 8 })).toMatchObject({
      headline: 'Quarantine completed with failures',
      sentence: '290 of 298 documents quarantined; 8 failed.',
    })
    expect(free({ freed: 0, skipped: 298 }).headline).toBe('Nothing to quarantine')
  })

  it('does not hide what is still put aside when the rest came back', () => {
    expect(free({ status: 'rolled back', freed: 2, restored: 296 })).toMatchObject({
      headline: 'Quarantine put back',
      sentence: '296 documents put back; 2 still quarantined.',
    })
  })
})

describe('a record of what another run did', () => {
  it('claims no work of its own', () => {
    expect(
      tell({ kind: 'import', status: 'completed with failures', committed: 300, failed: 10, skipped: 2 }),
    ).toMatchObject({
      headline: 'Import completed with failures',
      sentence: '300 of 312 documents recorded; 10 failed; 2 skipped.',
    })
    expect(tell({ kind: 'recover' }).headline).toBe('Recovery completed')
    expect(tell({ kind: 'import', status: 'not started', hasPlan: false }).headline).toBe('Import not started')
  })

  it('has a headline for every kind and status', () => {
    for (const kind of runKinds) {
      for (const status of runStatuses) {
        const { headline, sentence } = tell({ kind, status })
        expect(headline).toMatch(/^[A-Z]/)
        expect(sentence).toMatch(/\.$/)
      }
    }
  })
})

describe('an audit', () => {
  const audit: OutcomeFacts = {
    ...facts,
    status: 'completed with failures',
    kind: 'audit',
    documents: 300,
    committed: 0,
  }

  it('counts issues and notes, not what was moved', () => {
    expect(describeOutcome({ ...audit, planned: 48, failed: 11, skipped: 37 }).sentence).toBe(
      '300 documents and all files and objects compared: 11 issues and 37 notes.',
    )
  })

  it('that finds something has not failed', () => {
    expect(wordOfRun({ kind: 'audit', status: 'completed with failures' }).label).toBe('Issues found')
    expect(wordOfRun({ kind: 'migrate', status: 'completed with failures' }).label).toBe('Completed with failures')
  })
})
