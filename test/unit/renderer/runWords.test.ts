import { repaired, takenBack } from './auditFixtures.ts'
import { describe, expect, it } from 'vitest'
import {
  checkSentence,
  reUploadedSentence,
  repairWords,
  sortedDrift,
} from '../../../src/renderer/screens/verify/checkWords.ts'
import { doneOf, runWords } from '../../../src/shared/runWords.ts'
import { activityWords, presentStep, stepsOf } from '../../../src/renderer/components/run/progress.ts'
import { runShare } from '../../../src/shared/runShare.ts'
import { driftText } from '../../../src/renderer/format/report.ts'
import { settingLines } from '../../../src/renderer/components/run/settingLines.ts'
import { itemWord } from '../../../src/renderer/format/status.ts'
import { actionsOf } from '../../../src/renderer/screens/result/actions.ts'
import { planWords } from '../../../src/renderer/screens/undo/planWords.ts'
import { defaultMigrateOptions } from '../../../src/shared/run.ts'
import type { RunDetails } from '../../../src/shared/record.ts'
import { runKinds } from '../../../src/shared/runKind.ts'
import { driftOf, finished, planned, rollbackPlan, rolledBack, snapshot, stateCheck } from './fixtures.ts'
import { setReaderLocale } from '../../../src/renderer/format/locale.ts'
import { whereNow } from '../../../src/renderer/screens/result/whereNow.tsx'
import { timelineLines } from '../../../src/renderer/components/run/timeline.tsx'

setReaderLocale('en-US')

const details = (more: Partial<RunDetails>): RunDetails => ({ ...finished, ...more })
const names = (more: Partial<RunDetails>) => actionsOf(details(more)).map(({ name }) => name)

describe('what can be done with a run', () => {
  it.each<[string, Partial<RunDetails>, string]>([
    ['a migration with failures', {}, 'retry verify validate rollback free plan'],
    ['a completed migration', { status: 'completed', failed: 0, canSucceed: 0 }, 'verify validate rollback free plan'],
    [
      'one that has only copied',
      { status: 'copied', committed: 0, failed: 0, canSucceed: 0, copied: 300 },
      'cutover verify rollback plan',
    ],
    [
      'an interrupted one',
      { status: 'interrupted', failed: 0, canSucceed: 0, remaining: 9 },
      'resume verify validate rollback free plan',
    ],
    [
      'a cutover that Readur has refused',
      { status: 'interrupted', failed: 0, canSucceed: 0, committed: 0, copied: 300, remaining: 300 },
      'resume cutover verify rollback plan',
    ],
    [
      'one that was killed before its first row',
      { status: 'interrupted', failed: 0, canSucceed: 0, committed: 0 },
      'resume verify rollback plan',
    ],
    [
      'one that were rolled back',
      { status: 'rolled back', committed: 0, failed: 0, canSucceed: 0, restored: 300 },
      'verify plan',
    ],
    ['one that moved nothing', { status: 'completed', committed: 0, failed: 0, canSucceed: 0 }, 'plan'],
    ['one that was never started', { status: 'not started', committed: 0 }, 'plan'],
    ['one without a plan', { status: 'not started', totals: null, committed: 0 }, 'plan'],
    ['one that goes on elsewhere', { status: 'running' }, ''],
    ['an imported record', { kind: 'import', status: 'completed' }, 'verify validate rollback plan'],
    ['an interrupted rollback', { ...rolledBack, status: 'interrupted', restored: 0 }, 'resume'],
    ['a rollback', rolledBack, 'again'],
    ['a rollback with failures', { ...rolledBack, status: 'completed with failures' }, 'rest again'],
    ['a return of files', { ...rolledBack, kind: 'return', preview: null }, ''],
    ['files put aside', { kind: 'quarantine', status: 'completed', freed: 9 }, 'return'],
    ['a repair', repaired, 'undo audit'],
    ['an interrupted repair', { ...repaired, status: 'interrupted' }, 'resume undo audit'],
    ['a repair that did nothing', { ...repaired, committed: 0 }, 'audit'],
    ['a repair that was taken back', takenBack, 'audit'],
    ['files deleted', { kind: 'purge', status: 'completed', freed: 9 }, ''],
  ])('%s', (_what, run, actions) => expect(names(run).join(' ')).toBe(actions))

  it('counts what would be retried', () => {
    expect(actionsOf(details({ canSucceed: 1_400 }))[0]?.label).toBe('Retry 1,400 that can succeed')
  })
})

describe('what is where now', () => {
  const lines = (more: Partial<RunDetails>) => whereNow({ ...details(more), hasPlan: true })

  it('accounts for every file of a migration', () => {
    expect(lines({})).toEqual([
      '298 files are in bucket readur-documents, and Readur loads them from there.',
      '14 files were not moved (nothing changed).',
    ])
    expect(lines({ committed: 100, copied: 50, remaining: 198, failed: 0 })).toEqual([
      '100 files are in bucket readur-documents, and Readur loads them from there.',
      '50 files are also in bucket readur-documents, but Readur still loads the local files.',
      '148 files were not moved (nothing changed).',
    ])
  })

  it('tells rows, files and objects of a rollback apart', () => {
    expect(lines(rolledBack)).toEqual([
      '298 files are local again.',
      '8 files of these were downloaded from S3.',
      '297 S3 copies were removed from bucket readur-documents.',
    ])
    expect(
      lines({ ...rolledBack, restored: 290, failed: 8, rollbackOptions: { keepObjects: true, force: false } }),
    ).toEqual([
      '290 files are local again.',
      '8 files of these were downloaded from S3.',
      'All S3 copies stay in bucket readur-documents, as you chose.',
      '8 files are still on S3, and Readur loads them from there.',
    ])
  })

  it('says of local files whether they can come back', () => {
    expect(lines({ kind: 'quarantine', committed: 0, freed: 1, failed: 0 })).toEqual([
      '1 file is quarantined. Before that, each S3 copy was downloaded and checked.',
    ])
  })
})

describe('the words of a plan that goes back', () => {
  it('name rows, files, objects and what stays', () => {
    const words = planWords(rollbackPlan)
    expect(words.start).toBe('Roll back 290 documents')
    expect(words.facts.slice(0, 4)).toEqual([
      '298 files in 127.0.0.1:54321/readur load from the local path again.',
      '8 files (64.0 kB) are downloaded from S3 first.',
      '297 S3 copies are removed from bucket readur-documents afterwards.',
      '2 files can’t be rolled back at the moment and stay on S3.',
    ])
    expect(words.asks).toBeNull()
  })

  it('say when objects are kept, and when there is nothing to do', () => {
    const kept = planWords({ ...rollbackPlan, rollbackOptions: { keepObjects: true, force: false } })
    expect(kept.facts).toContain('All S3 copies stay in bucket readur-documents.')
    const none = { documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 }
    expect(planWords({ ...rollbackPlan, totals: none }).start).toBeNull()
  })

  it('warn of deleting alone', () => {
    const free: RunDetails = { ...planned, kind: 'quarantine' }
    expect(planWords(free)).toMatchObject({ start: 'Quarantine 300 files (163.4 MB)', asks: null })
    expect(planWords({ ...free, kind: 'purge' })).toMatchObject({
      start: 'Delete 300 files (163.4 MB)',
      asks: { forGood: true, question: 'Delete these files?', action: 'Delete 300 files' },
    })
    expect(planWords({ ...planned, kind: 'return' }).start).toBe('Put 300 files back')
  })
})

describe('the timeline in words', () => {
  it('calls every session after the first a resumption', () => {
    const { planned: files, committed, failed, skipped, restored, freed, remaining } = finished
    const counts = { planned: files, committed, failed, skipped, restored, freed, remaining }
    const lines = timelineLines({
      kind: 'migrate',
      timeline: [
        { at: 1, what: 'planned' },
        { at: 2, what: 'started', host: 'desk' },
        { at: 3, what: 'lost' },
        { at: 4, what: 'started', host: 'desk' },
        { at: 5, what: 'ended', status: 'completed with failures', counts },
      ],
    })
    expect(lines.map(({ text, detail }) => [text, detail].filter(Boolean).join(': '))).toEqual([
      'Planned',
      'Started: on desk',
      'Stopped unexpectedly: The program or the computer stopped.',
      'Resumed: on desk',
      'Completed with failures: 298 of 318 files',
    ])
  })

  it('tells a switch after a copy from a run that was resumed', () => {
    const counts = { ...snapshot.counts, planned: 318, committed: 0, remaining: 318 }
    const timeline: RunDetails['timeline'] = [
      { at: 1, what: 'started', host: 'desk' },
      { at: 2, what: 'ended', status: 'copied', counts },
      { at: 3, what: 'started', host: 'desk' },
    ]
    expect(timelineLines({ kind: 'migrate', timeline }).map(({ text }) => text)).toEqual([
      'Started',
      'Copied, not switched',
      'Switch to S3 started',
    ])
    const lines = settingLines({ ...finished, options: { ...defaultMigrateOptions, copyOnly: false }, timeline })
    expect(Object.fromEntries(lines)).toMatchObject({ 'Copy now, switch later': 'Yes' })
  })

  it('calls files copied that await their switch', () => {
    expect(itemWord('pending', 'migrate', true).label).toBe('Copied')
    expect(itemWord('pending', 'migrate').label).toBe('Not started')
  })
})

describe('settings used', () => {
  it('are those that were given, in words', () => {
    const lines = settingLines({
      timeline: [],
      planOptions: { limit: 10, of: { runId: 'r', state: 'failed' } },
      options: { ...defaultMigrateOptions, verify: 'readback', copyOnly: true },
      rollbackOptions: null,
    })
    expect(Object.fromEntries(lines)).toMatchObject({
      Limit: '10 documents',
      'Only documents that': 'failed before',
      'Files in parallel': '8',
      Verification: 'Download',
      'Copy now, switch later': 'Yes',
    })
  })
})

describe('progress of every activity', () => {
  const counts = { ...snapshot.counts, committed: 0, failed: 2, restored: 30, remaining: 90 }

  it('counts what goes back of what is to go back', () => {
    expect(runShare({ ...snapshot, kind: 'rollback', phase: 'rollback', counts })).toBe(0.25)
  })

  it('counts what is compared, and claims nothing where nobody knows', () => {
    const check = { ...snapshot, activity: 'check', phase: 'verify', copied: 50 } as const
    expect(runShare({ ...check, counts: { ...counts, planned: 200 } })).toBe(0.25)
    expect(runShare({ ...check, activity: 'repair' })).toBeNull()
  })

  it('has the present phase among its steps, whatever is done', () => {
    for (const kind of runKinds) expect(stepsOf({ kind, activity: 'run', phase: 'check' })[0]).toBe('check')
    const at = (way: Parameters<typeof presentStep>[0]) => stepsOf(way)[presentStep(way)]
    expect(at({ kind: 'migrate', activity: 'run', phase: 'reconcile' })).toBe('copy')
    expect(at({ kind: 'migrate', activity: 'run', phase: 'rollback' })).toBe('rollback')
    expect(at({ kind: 'rollback', activity: 'run', phase: 'rollback' })).toBe('rollback')
    expect(at({ kind: 'quarantine', activity: 'run', phase: 'free' })).toBe('free')
    expect(at({ kind: 'migrate', activity: 'check', phase: 'verify' })).toBe('verify')
  })

  it('says what it is', () => {
    expect(activityWords({ kind: 'rollback', activity: 'plan', phase: 'plan' })).toBe('Rollback plan for')
    expect(activityWords({ kind: 'migrate', activity: 'run', phase: 'rollback' })).toBe('Rolling back')
    expect(activityWords({ kind: 'migrate', activity: 'check', phase: 'verify' })).toBe('Verifying the run of')
  })
})

describe('a comparison in words', () => {
  it('is good news only when all is as recorded', () => {
    expect(checkSentence({ ...stateCheck, sound: 300, drift: [] })).toEqual({
      text: '300 files compared in 3 s: all match the record.',
      tone: 'good',
    })
    expect(checkSentence(stateCheck)).toEqual({
      text: '300 files compared in 3 s: 295 match the record, 5 don’t.',
      tone: 'warn',
    })
  })

  it('says that a sample is a sample', () => {
    expect(checkSentence({ ...stateCheck, checked: 20, sound: 20 }).text).toBe(
      '20 of 300 files, chosen at random, compared in 3 s: all match the record.',
    )
  })

  it('puts first what no repair is for, and notes last', () => {
    const groups = [
      driftOf('LOCAL_GONE', 'none', 9, true),
      driftOf('ROW_LOCAL', 'migrate', 2),
      driftOf('ROW_CHANGED', 'none', 1),
    ]
    expect(sortedDrift(groups).map(({ code }) => code)).toEqual(['ROW_CHANGED', 'ROW_LOCAL', 'LOCAL_GONE'])
    expect(repairWords('none')).toBeNull()
    expect(driftText(driftOf('ROW_LOCAL', 'migrate', 2)).split('\n')).toHaveLength(3)
  })

  it('says what a repair has done, and what it could not', () => {
    expect(reUploadedSentence({ resent: 2, gone: 1, isWhole: true })).toEqual({
      text: '2 objects uploaded again; 1 file marked as deleted.',
      tone: 'good',
    })
    expect(reUploadedSentence({ resent: 0, gone: 0, isWhole: false })).toMatchObject({ tone: 'warn' })
  })
})

describe('kinds of runs', () => {
  it('have a word, and a count of what they are there for', () => {
    for (const kind of runKinds) expect(runWords[kind].name).toMatch(/^[A-Z]/)
    const counts = { committed: 1, restored: 2, freed: 3 }
    expect(runKinds.map((kind) => doneOf({ kind, ...counts }))).toEqual([1, 1, 1, 2, 3, 3, 2, 1, 1, 2])
  })
})
