import type { CountedDocuments } from './documentCounts.ts'
import type { RunSnapshot, RunSummary } from './run.ts'
import type { RunKind } from './runKind.ts'
import { runShare } from './runShare.ts'

/** All that is known of a connection now. */
export interface StandingFacts {
  /** Why its settings cannot be used; null when they can. */
  problem: string | null
  counts: CountedDocuments | null
  /** Why the latest count came to nothing; null when it did not. */
  unreachable: string | null
  /** Its runs, newest first. */
  runs: readonly RunSummary[]
  /** What is under way for it, or was last. */
  snapshot: RunSnapshot | null
}

/**
 * `unknown`: never looked at. `idle`: known, nothing moved. `busy`: something is under way. `good`: all that can be is on
 * S3. `open`: something can be done. `bad`: it cannot be reached or used.
 */
export type StandingDot = 'unknown' | 'idle' | 'busy' | 'good' | 'open' | 'bad'

/** Files of the latest migration that it did not move, by why. No file is in two of these. */
export interface LeftBehind {
  /** The plan knew that they cannot move. */
  excluded: number
  /** Tried, and it did not work. */
  failed: number
  skipped: number
  /** The run stopped before them. */
  notStarted: number
}

/** Where a connection stands: the one source of what the window says of it. */
export interface Standing {
  dot: StandingDot
  /** A few words, for the list of connections. */
  line: string
  /** The verdict, in a sentence. */
  sentence: string
  /** How much of what is under way is done, 0 to 1; null where nothing is, or nobody knows. */
  share: number | null
  /** The latest migration that has got beyond its plan and was not rolled back. */
  migration: RunSummary | null
  /** A plan that is still the latest word: nothing has moved since it was made. */
  plan: RunSummary | null
  left: LeftBehind
}

const number = (value: number): string => value.toLocaleString('en')
const files = (count: number): string => `${number(count)} ${count === 1 ? 'file' : 'files'}`
const documents = (count: number): string => `${number(count)} ${count === 1 ? 'document' : 'documents'}`
const percent = (share: number): string => `${Math.floor(share * 100)}%`

const working: Record<RunKind, string> = {
  migrate: 'Copying',
  import: 'Importing',
  recover: 'Recovering',
  rollback: 'Rolling back',
  quarantine: 'Quarantining',
  purge: 'Deleting',
  return: 'Putting files back',
  audit: 'Auditing',
  repair: 'Repairing',
  unrepair: 'Undoing repairs',
}

/** The latest migration that has got beyond its plan and was not rolled back. */
export function migrationOf(runs: readonly RunSummary[]): RunSummary | null {
  const begun = ['copied', 'completed', 'completed with failures', 'interrupted', 'partly rolled back', 'running']
  return (
    runs.find(({ kind, status, committed, copied }) => {
      const record = kind === 'import' || kind === 'recover'
      return (kind === 'migrate' && begun.includes(status)) || (record && committed + copied > 0)
    }) ?? null
  )
}

/** The plan of a migration that nothing has moved since: an older one no longer says what a run would do. */
export function planOf(runs: readonly RunSummary[]): RunSummary | null {
  const latest = runs.find(({ kind, status }) => {
    const isOtherPlan = kind !== 'migrate' && (status === 'planned' || status === 'planning')
    return kind !== 'audit' && !isOtherPlan && status !== 'unreadable' && status !== 'not started'
  })
  return latest?.kind === 'migrate' && latest.status === 'planned' ? latest : null
}

function leftBehind(run: RunSummary | null): LeftBehind {
  if (run === null) return { excluded: 0, failed: 0, skipped: 0, notStarted: 0 }
  const { excluded, failed, skipped, remaining, copied } = run
  return { excluded, failed: Math.max(0, failed - excluded), skipped, notStarted: Math.max(0, remaining - copied) }
}

/** Where a connection stands, from the latest that is known of it. */
export function standingOf(facts: StandingFacts): Standing {
  const migration = migrationOf(facts.runs)
  const plan = planOf(facts.runs)
  const left = leftBehind(migration)
  const told = { migration, plan, left }
  const { snapshot } = facts
  if (snapshot && (snapshot.status === 'planning' || snapshot.status === 'running')) {
    const line = busyLine(snapshot)
    return { ...told, dot: 'busy', share: runShare(snapshot), line, sentence: `${line}.`.replace('….', '…') }
  }
  return { ...told, share: null, ...atRest(facts, told) }
}

function busyLine(snapshot: RunSnapshot): string {
  const { activity, kind, stopping, pause, documents: seen } = snapshot
  if (stopping !== null) return 'Finishing…'
  const share = runShare(snapshot)
  if (pause !== null) return share === null ? 'Paused' : `Paused: ${percent(share)}`
  if (activity === 'plan' && kind !== 'audit') return seen > 0 ? `Planning: ${number(seen)} looked at` : 'Planning…'
  const deed = activity === 'check' || activity === 'validate' ? 'Validating' : working[kind]
  return share === null ? `${deed}…` : `${deed}: ${percent(share)}`
}

type AtRest = Pick<Standing, 'dot' | 'line' | 'sentence'>

function atRest(
  facts: StandingFacts,
  { migration, plan, left }: Pick<Standing, 'migration' | 'plan' | 'left'>,
): AtRest {
  const { problem, unreachable, counts } = facts
  if (problem !== null) return { dot: 'bad', line: 'Settings missing', sentence: problem }
  if (unreachable !== null) return { dot: 'bad', line: unreachable, sentence: `${unreachable}.` }
  const total = counts ? counts.local + counts.onS3 : 0
  const sentence = verdict(facts.counts, left)
  if (migration?.status === 'interrupted' && plan === null) {
    const share = migration.planned === 0 ? 0 : 1 - migration.remaining / migration.planned
    return { dot: 'open', line: `Interrupted: ${percent(share)}`, sentence }
  }
  if (plan !== null) {
    return { dot: migration ? 'open' : 'idle', line: `Plan ready: ${files(plan.remaining)}`, sentence }
  }
  if (migration?.status === 'copied') {
    return { dot: 'open', line: `${files(migration.copied)} copied, not switched`, sentence }
  }
  if (!counts) return { dot: 'unknown', line: 'Not checked yet', sentence }
  if (counts.onS3 === 0) {
    return { dot: 'idle', line: total === 0 ? 'No documents' : `${documents(total)}, all local`, sentence }
  }
  const mixed = `${number(counts.onS3)} of ${number(total)} on S3`
  if (left.failed > 0) return { dot: 'open', line: `${mixed} · ${number(left.failed)} failed`, sentence }
  // What is new since the latest run can be moved; what its plan excluded cannot.
  const isAll = counts.local <= left.excluded && left.notStarted === 0
  return { dot: isAll ? 'good' : 'open', line: mixed, sentence }
}

function verdict(counts: CountedDocuments | null, { failed, excluded }: LeftBehind): string {
  if (!counts) return 'Not checked yet.'
  const { local, onS3 } = counts
  if (local + onS3 === 0) return 'Readur has no documents yet.'
  if (onS3 === 0) return `${documents(local)}, none on S3 yet.`
  if (local === 0) return `All ${documents(onS3)} are on S3.`
  const why = [
    ...(excluded > 0 ? [`${files(excluded)} excluded`] : []),
    ...(failed > 0 ? [`${files(failed)} failed`] : []),
  ]
  const rest = why.length === 0 ? '' : ` ${why.join(', ')}.`
  return `${number(onS3)} of ${documents(local + onS3)} are on S3.${rest}`
}
