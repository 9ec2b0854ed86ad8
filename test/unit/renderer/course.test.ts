import { describe, expect, it } from 'vitest'
import { courseOf, type CourseFacts, courseSteps } from '../../../src/renderer/screens/overview/courseSteps.ts'
import { migrationOf, planOf } from '../../../src/shared/standing.ts'
import type { RunSummary } from '../../../src/shared/run.ts'
import { finished, planned } from './fixtures.ts'
import { onBucket } from './profileFixtures.ts'
import { counted } from './programFixtures.ts'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'

setReaderLocale('en-US')

const nothing: CourseFacts = {
  ...{ runs: [], migration: null, plan: null, counts: null },
  ...{ tested: false, readur: null, validated: null },
}
/** The facts as the window puts them together: what the runs tell of migration and plan is told by them. */
const known = ({ runs = [], ...facts }: Partial<CourseFacts>): CourseFacts => ({
  ...nothing,
  ...facts,
  runs,
  migration: migrationOf(runs),
  plan: planOf(runs),
})
const run = (more: Partial<RunSummary>): RunSummary => ({
  ...{ ...finished, failed: 0, excluded: 0, status: 'completed' },
  ...more,
})
const statesOf = (facts: Partial<CourseFacts>) =>
  Object.fromEntries(courseOf(known(facts)).map(({ step, state }) => [step, state]))
const wordsOf = (facts: Partial<CourseFacts>, step: string) =>
  courseOf(known(facts)).find((one) => one.step === step)?.words

describe('the way of a connection', () => {
  it('begins with the check, and has every step in its order', () => {
    expect(courseOf(nothing).map(({ step }) => step)).toEqual(courseSteps)
    expect(statesOf({})).toEqual({
      check: 'now',
      plan: 'open',
      copy: 'open',
      switch: 'open',
      cutover: 'open',
      validate: 'open',
      free: 'open',
    })
  })

  it('goes on to the plan after a test that passed, and to the copying after a plan', () => {
    expect(statesOf({ tested: true })).toMatchObject({ check: 'done', plan: 'now' })
    expect(statesOf({ runs: [planned] })).toMatchObject({ check: 'done', plan: 'done', copy: 'now' })
    expect(wordsOf({ runs: [planned] }, 'plan')).toBe('300 files checked; ready to start')
  })

  it('asks to switch Readur before the rows', () => {
    const runs = [run({ status: 'copied', committed: 0, copied: 298 })]
    expect(statesOf({ runs })).toMatchObject({ copy: 'done', switch: 'now', cutover: 'open' })
    expect(statesOf({ runs, readur: onBucket })).toMatchObject({ switch: 'done', cutover: 'now' })
    expect(wordsOf({ runs }, 'cutover')).toBe('298 files waiting for the switch')
  })

  it('calls documents that were switched before Readur was a trouble of the switch', () => {
    const readur = { at: 'local', source: 'container readur' } as const
    const runs = [run({ status: 'completed', committed: 298 })]
    expect(statesOf({ runs, readur })).toMatchObject({ cutover: 'done', switch: 'trouble' })
    expect(wordsOf({ runs, readur }, 'switch')).toBe('Readur stores locally (container readur).')
  })

  it('leads to the cutover again where that was tried and came to nothing', () => {
    const runs = [run({ status: 'interrupted', committed: 0, copied: 298, remaining: 298 })]
    expect(statesOf({ runs, readur: onBucket })).toMatchObject({ copy: 'done', switch: 'done', cutover: 'now' })
    expect(wordsOf({ runs }, 'copy')).toBe('298 files copied and verified')
  })

  it('shows what failed or was interrupted as something to look at, and goes on all the same', () => {
    const failed = [run({ status: 'completed with failures', failed: 14 })]
    expect(statesOf({ runs: failed, readur: onBucket })).toMatchObject({
      copy: 'trouble',
      cutover: 'done',
      validate: 'now',
    })
    expect(wordsOf({ runs: failed }, 'copy')).toBe('298 files copied and verified; 14 files failed')
    const broken = [run({ status: 'interrupted', committed: 10, remaining: 290 })]
    expect(statesOf({ runs: broken })).toMatchObject({ copy: 'trouble' })
    expect(wordsOf({ runs: broken }, 'copy')).toBe('Interrupted; 290 files to go')
  })

  it('shows a validation that has not passed as something to look at', () => {
    const facts = { runs: [run({})], readur: onBucket, validated: false }
    expect(statesOf(facts)).toMatchObject({ validate: 'trouble' })
    expect(wordsOf(facts, 'validate')).toBe('Not everything matches')
  })

  it('does not call files freed that a rollback has put back', () => {
    const runs = [
      run({ kind: 'rollback', parent: 'run-1', status: 'completed', committed: 0, restored: 298 }),
      run({ runId: 'free-1', kind: 'quarantine', parent: 'run-1', freed: 298, committed: 0 }),
      run({ runId: 'run-1', status: 'rolled back', committed: 0, restored: 298 }),
    ]
    expect(wordsOf({ runs }, 'free')).toBe('Local files are kept')
    expect(statesOf({ runs })).toMatchObject({ free: 'open' })
  })

  it('ends with the space that was freed', () => {
    const runs = [run({ kind: 'quarantine', freed: 298, committed: 0 }), run({})]
    const states = statesOf({ runs, readur: onBucket, validated: true })
    expect(Object.values(states).every((state) => state === 'done')).toBe(true)
  })

  it('knows of documents that somebody else has moved', () => {
    const counts = { ...counted, local: 0 }
    expect(statesOf({ counts })).toMatchObject({ copy: 'done', cutover: 'done' })
  })

  it('passes over what were rolled back or never carried out', () => {
    expect(migrationOf([run({ status: 'rolled back' }), planned, run({ kind: 'rollback' })])).toBeNull()
    const record = run({ kind: 'import', runId: 'imported' })
    expect(migrationOf([planned, record])).toBe(record)
  })
})
