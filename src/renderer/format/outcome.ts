import type { RunDetails } from '../../shared/run.ts'
import { runFacts } from '../../shared/runKind.ts'
import { doneOf, runWords, undoneWord } from '../../shared/runWords.ts'
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
  | 'effects'
> & { hasPlan: boolean }

/** A plan ends early only because somebody stopped it. */
export const planStopped = 'The plan was stopped. Nothing was changed.'

/** Tells what became of a run: nothing is called done that is not, nothing is left out. */
export function describeOutcome(facts: OutcomeFacts, locale?: string): Outcome {
  const { kind, status, hasPlan } = facts
  const tone = runWord(status).tone
  const { name, nothing } = runWords[kind]
  const undone = undoneWord(kind)
  switch (status) {
    case 'completed':
      return doneOf(facts) === 0 && facts.failed === 0
        ? { headline: nothing, sentence: nothingDone(facts, locale), tone }
        : { headline: `${name} completed`, sentence: tally(facts, locale), tone }
    case 'completed with failures':
      // An audit that finds something has not failed.
      return {
        headline: kind === 'audit' ? 'Issues found' : `${name} completed with failures`,
        sentence: tally(facts, locale),
        tone,
      }
    case 'copied':
      return {
        headline: 'Copied and verified',
        sentence: `${things(facts, facts.copied, locale)} copied and verified. Readur still loads the local files until you cut over.`,
        tone,
      }
    case 'partly rolled back':
      return { headline: `Partly ${undone}`, sentence: tally(facts, locale), tone }
    case 'unreadable':
      return {
        headline: 'Record can’t be read',
        sentence: 'The record of this run is damaged or can’t be opened.',
        tone,
      }
    case 'rolled back':
      return { headline: `${name} ${undone}`, sentence: undoneSentence(facts, locale), tone }
    case 'rollback incomplete':
      return {
        headline: 'Rollback incomplete',
        sentence: `${things(facts, facts.restored, locale)} rolled back; ${formatNumber(facts.committed, locale)} still on S3. Readur can open every one of them.`,
        tone,
      }
    case 'interrupted':
      if (!hasPlan) return { headline: 'Plan stopped', sentence: planStopped, tone: 'neutral' }
      return {
        headline: `${name} interrupted`,
        sentence: `${tally(facts, locale)} What was done stays done, and nothing is broken.`,
        tone,
      }
    case 'not started':
      // The reason stands beside it in red; that nothing was changed is no bad news.
      return { headline: `${name} not started`, sentence: 'Nothing was changed.', tone: 'neutral' }
    case 'planned':
      return { headline: runWord(status).label, sentence: 'Nothing has been changed yet.', tone }
    case 'planning':
    case 'running':
      return { headline: runWord(status).label, sentence: 'Another window or terminal is working on it.', tone }
  }
}

function things({ kind, planned, documents }: OutcomeFacts, count: number, locale: string | undefined): string {
  const { noun } = runFacts[kind]
  return formatCount(count, noun === 'file' ? nounFor({ items: planned, documents }) : noun, locale)
}

function nothingDone(facts: OutcomeFacts, locale: string | undefined): string {
  if (facts.kind === 'audit') return tally(facts, locale)
  if (facts.planned > 0) return `${things(facts, facts.skipped, locale)} skipped: nothing had to be done.`
  return `The plan contained no ${runFacts[facts.kind].noun}s.`
}

/** A later run, or the run itself, has taken back what it did. */
function undoneSentence(facts: OutcomeFacts, locale: string | undefined): string {
  const { kind, restored, freed, effects } = facts
  const what = `${things(facts, restored, locale)} ${undoneWord(kind)}`
  if (kind === 'quarantine') return `${what}${freed > 0 ? `; ${formatNumber(freed, locale)} still quarantined` : ''}.`
  if (kind === 'repair') return `${what}. Everything is as it was before the repair.`
  const objects =
    effects.objectsRemoved > 0 && effects.objectsLeft === 0 ? ', and its objects were removed from the bucket' : ''
  return `${what}. Readur loads the local files again${objects}.`
}

function tally(facts: OutcomeFacts, locale: string | undefined): string {
  if (facts.kind === 'audit') return auditTally(facts, locale)
  const { kind, planned, failed, skipped, restored, remaining, copied, effects } = facts
  const { goal } = runFacts[kind]
  const done = doneOf(facts)
  const share = done === planned ? (planned > 1 ? 'All ' : '') : `${formatNumber(done, locale)} of `
  const did = kind === 'migrate' ? 'moved and verified' : runWords[kind].done
  const parts = [`${share}${things(facts, planned, locale)} ${did}`]
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(`${formatNumber(count, locale)} ${words}`)
  }
  add(failed, 'failed')
  add(skipped, 'skipped')
  if (goal !== 'restored') add(restored, undoneWord(kind))
  // A copy that Readur does not use yet is not nothing.
  add(copied, 'copied, not switched yet')
  add(remaining - copied, 'not started')
  if (goal === 'restored') add(effects.objectsLeft, effects.objectsLeft === 1 ? 'object left' : 'objects left')
  return `${parts.join('; ')}.`
}

/** An audit keeps what it has found, not what is sound. */
function auditTally({ documents, failed, skipped }: OutcomeFacts, locale: string | undefined): string {
  const issues = failed === 0 ? 'no issues' : formatCount(failed, 'issue', locale)
  const notes = skipped > 0 ? ` and ${formatCount(skipped, 'note', locale)}` : ''
  return `${formatCount(documents, 'document', locale)} and every file and object compared: ${issues}${notes}.`
}
