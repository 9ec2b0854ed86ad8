import type { RunDetails, RunKind } from '../../shared/run.ts'
import { doneOf } from './kind.ts'
import { nounFor } from './noun.ts'
import { formatCount, formatNumber } from './number.ts'
import { runWord, type Tone } from './status.ts'

/** What a run has come to, in words that are true for exactly these counts. */
export interface Outcome {
  headline: string
  sentence: string
  tone: Tone
}

/** The facts that an outcome is told from. `hasPlan` is false when the run ended before it had a plan. */
export type OutcomeFacts = Pick<
  RunDetails,
  | 'kind'
  | 'status'
  | 'documents'
  | 'planned'
  | 'committed'
  | 'failed'
  | 'skipped'
  | 'restored'
  | 'freed'
  | 'remaining'
  | 'copied'
  | 'preview'
  | 'freeMode'
  | 'repairs'
  | 'effects'
> & { hasPlan: boolean }

/** A plan ends early only because somebody stopped it. */
export const planStopped = 'The plan was stopped. Nothing was changed.'

/** What is said of runs of one kind; of a rollback, of a migration and of a freeing of space are two. */
interface Deed {
  completed: string
  withFailures: string
  interrupted: string
  notStarted: string
  /** It ended before it had a plan. */
  notPlanned: string
  nothing: string
  /** After a number of files. */
  done: string
  failed: string
  needless: string
  /** What they are, where they are no files. */
  noun?: string
}

const migration: Deed = {
  completed: 'Migration completed',
  withFailures: 'Migration completed with failures',
  interrupted: 'Migration interrupted',
  notStarted: 'Migration not started',
  notPlanned: 'No plan was made',
  nothing: 'Nothing to move',
  done: 'moved and verified',
  failed: 'could not be moved',
  needless: 'none needs to be moved',
}

const rollback: Deed = {
  completed: 'Rollback completed',
  withFailures: 'Rollback completed with failures',
  interrupted: 'Rollback interrupted',
  notStarted: 'Rollback not started',
  notPlanned: 'No rollback was planned',
  nothing: 'Nothing to roll back',
  done: 'rolled back',
  failed: 'could not be rolled back',
  needless: 'none needs to be rolled back',
}

const puttingBack: Deed = {
  completed: 'Local files put back',
  withFailures: 'Local files put back, with failures',
  interrupted: 'Putting files back was interrupted',
  notStarted: 'No file was put back',
  notPlanned: 'No file was put back',
  nothing: 'Nothing to put back',
  done: 'put back',
  failed: 'could not be put back',
  needless: 'none has to be put back',
}

const freeing = { failed: 'had to stay', interrupted: 'Freeing space was interrupted', needless: 'none can go' }

const puttingAside: Deed = {
  ...freeing,
  completed: 'Local files put aside',
  withFailures: 'Local files put aside, with exceptions',
  notStarted: 'No file was put aside',
  notPlanned: 'No file was put aside',
  nothing: 'Nothing to put aside',
  done: 'put aside',
}

const deleting: Deed = {
  ...freeing,
  completed: 'Local files deleted',
  withFailures: 'Local files deleted, with exceptions',
  notStarted: 'No file was deleted',
  notPlanned: 'No file was deleted',
  nothing: 'Nothing to delete',
  done: 'deleted',
}

const record = {
  done: 'recorded as moved',
  failed: 'cannot be rolled back',
  needless: 'none of them was moved',
  nothing: 'Nothing recorded',
}

const importing: Deed = {
  ...record,
  completed: 'State file imported',
  withFailures: 'State file imported',
  interrupted: 'Import stopped',
  notStarted: 'The state file was not imported',
  notPlanned: 'The state file was not imported',
}

const recovering: Deed = {
  ...record,
  completed: 'Record recovered',
  withFailures: 'Record recovered',
  interrupted: 'Recovery stopped',
  notStarted: 'No record was recovered',
  notPlanned: 'No record was recovered',
}

const auditing: Deed = {
  completed: 'Audit completed: nothing is amiss',
  withFailures: 'Audit completed',
  interrupted: 'Audit stopped',
  notStarted: 'Not audited',
  notPlanned: 'Not audited',
  nothing: 'Nothing is amiss',
  done: 'sound',
  failed: 'amiss',
  needless: 'none is amiss',
}

const repairing: Deed = {
  completed: 'Repairs completed',
  withFailures: 'Repairs completed with failures',
  interrupted: 'Repairs interrupted',
  notStarted: 'Nothing was repaired',
  notPlanned: 'No repair was planned',
  nothing: 'Nothing to repair',
  done: 'put right',
  failed: 'could not be put right',
  needless: 'none needs to be put right',
  noun: 'finding',
}

const takingBack: Deed = {
  completed: 'Repairs taken back',
  withFailures: 'Repairs taken back, with failures',
  interrupted: 'Taking repairs back was interrupted',
  notStarted: 'No repair was taken back',
  notPlanned: 'No repair was taken back',
  nothing: 'Nothing to take back',
  done: 'taken back',
  failed: 'could not be taken back',
  needless: 'none has to be taken back',
  noun: 'repair',
}

function deedFor({ kind, preview, freeMode, repairs }: OutcomeFacts): Deed {
  switch (kind) {
    case 'migrate':
      return migration
    case 'rollback':
      if (repairs !== null) return takingBack
      return preview === null ? puttingBack : rollback
    case 'free':
      return freeMode === 'delete' ? deleting : puttingAside
    case 'import':
      return importing
    case 'recover':
      return recovering
    case 'audit':
      return auditing
    case 'repair':
      return repairing
  }
}

/** Tells what became of a run: nothing is called done that is not, nothing is left out. */
export function describeOutcome(facts: OutcomeFacts, locale?: string): Outcome {
  const { kind, status, hasPlan } = facts
  const tone = runWord(status).tone
  const deed = deedFor(facts)
  switch (status) {
    case 'completed':
      return doneOf(facts) === 0 && facts.failed === 0
        ? { headline: deed.nothing, sentence: nothing(facts, deed, locale), tone }
        : { headline: deed.completed, sentence: tally(facts, deed, locale), tone }
    case 'completed with failures':
      return { headline: deed.withFailures, sentence: tally(facts, deed, locale), tone }
    case 'copied':
      return {
        headline: 'Copied and verified',
        sentence: `${things(facts, facts.copied, locale)} copied and verified; no row points at the copies before the cutover.`,
        tone,
      }
    case 'partly rolled back':
      return { headline: 'Partly rolled back', sentence: tally(facts, deed, locale), tone }
    case 'unreadable':
      return {
        headline: 'Record can’t be read',
        sentence: 'The record of this run is damaged or can’t be opened.',
        tone,
      }
    case 'rolled back':
      return { headline: undoneWords[kind] ?? 'Rolled back', sentence: undone(facts, locale), tone }
    case 'rollback incomplete':
      return {
        headline: 'Rollback incomplete',
        sentence: `${things(facts, facts.restored, locale)} rolled back; ${formatNumber(facts.committed, locale)} still on S3. Every row points at a file or an object that is whole.`,
        tone,
      }
    case 'interrupted':
      if (!hasPlan) return { headline: 'Plan stopped', sentence: planStopped, tone: 'neutral' }
      return {
        headline: deed.interrupted,
        sentence: `${tally(facts, deed, locale)} What is done stays done; nothing is broken.`,
        tone,
      }
    case 'not started':
      // The reason stands beside it in red; that nothing was changed is no bad news.
      return {
        headline: hasPlan ? deed.notStarted : deed.notPlanned,
        sentence: 'Nothing was changed.',
        tone: 'neutral',
      }
    case 'planned':
      return { headline: runWord(status).label, sentence: 'Nothing was changed yet.', tone }
    case 'planning':
    case 'running':
      return { headline: runWord(status).label, sentence: 'Another window or terminal works on it.', tone }
  }
}

function things(facts: OutcomeFacts, count: number, locale: string | undefined): string {
  const noun = deedFor(facts).noun ?? nounFor({ items: facts.planned, documents: facts.documents })
  return formatCount(count, noun, locale)
}

function nothing(facts: OutcomeFacts, deed: Deed, locale: string | undefined): string {
  if (facts.planned > 0) return `${things(facts, facts.skipped, locale)} looked at; ${deed.needless}.`
  if (facts.kind === 'repair') return 'The audit found nothing of what was asked for.'
  return facts.kind === 'migrate' ? 'The plan found no document.' : 'There is no file that it could be about.'
}

const undoneWords: Partial<Record<RunKind, string>> = { free: 'Files put back', repair: 'Repairs taken back' }

/** A later run, or the run itself, has taken back what it did. */
function undone(facts: OutcomeFacts, locale: string | undefined): string {
  const { kind, restored, freed, effects } = facts
  const files = things(facts, restored, locale)
  if (kind === 'free') {
    const rest = freed > 0 ? `; ${formatNumber(freed, locale)} still put aside` : ''
    return `${files} back in ${restored === 1 ? 'its place' : 'their places'}${rest}.`
  }
  if (kind === 'repair')
    return `${formatCount(restored, 'repair', locale)} taken back: rows, files and objects are as they were before.`
  const objects =
    effects.objectsRemoved > 0 && effects.objectsLeft === 0 ? ', and the objects that it had made are gone' : ''
  return `${files} rolled back: the rows are as they were before${objects}.`
}

const backWords: Partial<Record<RunKind, string>> = { free: 'put back', repair: 'taken back' }

function tally(facts: OutcomeFacts, deed: Deed, locale: string | undefined): string {
  if (facts.kind === 'audit') return auditTally(facts, locale)
  const { kind, planned, failed, skipped, restored, remaining, copied, effects } = facts
  const done = doneOf(facts)
  const share = done === planned ? (planned > 1 ? 'All ' : '') : `${formatNumber(done, locale)} of `
  const parts = [`${share}${things(facts, planned, locale)} ${deed.done}`]
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(`${formatNumber(count, locale)} ${words}`)
  }
  add(failed, deed.failed)
  add(skipped, 'needed nothing')
  if (kind !== 'rollback') add(restored, backWords[kind] ?? 'rolled back')
  // A copy without its row is not nothing.
  add(copied, 'copied, rows not switched')
  add(remaining - copied, 'not reached')
  if (kind === 'rollback') add(effects.objectsLeft, effects.objectsLeft === 1 ? 'object left' : 'objects left')
  return `${parts.join('; ')}.`
}

/** An audit keeps what it has found, not what is sound. */
function auditTally({ documents, failed, skipped }: OutcomeFacts, locale: string | undefined): string {
  const amiss =
    failed === 0 ? 'nothing is amiss' : `${formatCount(failed, 'thing', locale)} ${failed === 1 ? 'is' : 'are'} amiss`
  const known = skipped > 0 ? `; ${formatNumber(skipped, locale)} more to know, which need nothing` : ''
  return `${formatCount(documents, 'document', locale)} and all files and objects compared: ${amiss}${known}.`
}
