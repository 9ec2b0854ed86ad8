import { describe, expect, it } from 'vitest'
import { standingOf, type StandingFacts } from '../../../src/shared/standing.ts'
import type { RunSummary } from '../../../src/shared/run.ts'
import { finished, planned, snapshot } from './fixtures.ts'
import { counted } from './programFixtures.ts'

const nothing: StandingFacts = { problem: null, counts: null, unreachable: null, runs: [], snapshot: null }
const standing = (facts: Partial<StandingFacts>) => standingOf({ ...nothing, ...facts })
const counts = { ...counted, local: 13, onS3: 287 }
const run = (more: Partial<RunSummary>): RunSummary => ({ ...finished, ...more })

describe('where a connection stands', () => {
  it.each<[string, Partial<StandingFacts>, string, string]>([
    ['never looked at', {}, 'unknown', 'Not checked yet'],
    ['nothing moved', { counts: { ...counts, local: 300, onS3: 0 } }, 'idle', '300 documents, all local'],
    ['all on S3', { counts: { ...counts, local: 0, onS3: 300 } }, 'good', '300 of 300 on S3'],
    ['only excluded ones left', { counts, runs: [run({ failed: 13, excluded: 13 })] }, 'good', '287 of 300 on S3'],
    ['failures', { counts, runs: [run({ failed: 12, excluded: 10 })] }, 'open', '287 of 300 on S3 · 2 failed'],
    ['new documents', { counts, runs: [run({ failed: 0, excluded: 0 })] }, 'open', '287 of 300 on S3'],
    ['a plan', { counts, runs: [planned] }, 'idle', 'Plan ready: 300 files'],
    ['a broken connection', { problem: 'No such file' }, 'bad', 'Settings missing'],
    ['no way to it', { counts, unreachable: 'Can’t reach the database' }, 'bad', 'Can’t reach the database'],
    ['a run', { counts, snapshot }, 'busy', 'Copying: 27%'],
    ['a pause', { runs: [planned], snapshot: { ...snapshot, pause: 'paused' } }, 'busy', 'Paused: 27%'],
    ['a stop', { snapshot: { ...snapshot, stopping: 'in order' } }, 'busy', 'Finishing…'],
  ])('is told with %s', (_, facts, dot, line) => {
    expect(standing(facts)).toMatchObject({ dot, line })
  })

  it('keeps excluded, failed, skipped and not started apart', () => {
    const runs = [run({ failed: 12, excluded: 10, skipped: 6, remaining: 1, copied: 0 })]
    expect(standing({ counts, runs })).toMatchObject({
      left: { excluded: 10, failed: 2, skipped: 6, notStarted: 1 },
      sentence: '287 of 300 documents are on S3. 10 files excluded, 2 files failed.',
    })
  })

  it('offers a plan only while nothing has moved since it was made', () => {
    const plan = run({ ...planned, runId: 'retry' })
    expect(standing({ runs: [plan, run({})] }).plan?.runId).toBe('retry')
    expect(standing({ runs: [run({}), plan] }).plan).toBeNull()
    expect(standing({ runs: [run({ kind: 'rollback', status: 'completed' }), plan] }).plan).toBeNull()
    expect(standing({ runs: [run({ kind: 'audit', status: 'completed' }), plan] }).plan?.runId).toBe('retry')
  })
})
