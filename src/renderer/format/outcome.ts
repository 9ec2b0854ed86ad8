import type { ItemCounts, RunStatus } from '../../shared/run.ts'
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
export interface OutcomeFacts extends ItemCounts {
  status: RunStatus
  documents: number
  hasPlan: boolean
}

/** A plan ends early only because somebody stopped it. */
export const planStopped = 'The plan was stopped. Nothing was changed.'

/** Tells what became of a run: nothing is called done that is not, nothing is left out. */
export function describeOutcome(facts: OutcomeFacts, locale?: string): Outcome {
  const { status, hasPlan } = facts
  const tone = runWord(status).tone
  switch (status) {
    case 'completed':
      return facts.committed === 0 && facts.failed === 0
        ? { headline: 'Nothing to move', sentence: nothingToMove(facts, locale), tone }
        : { headline: 'Migration completed', sentence: tally(facts, locale), tone }
    case 'completed with failures':
      return { headline: 'Migration completed with failures', sentence: tally(facts, locale), tone }
    case 'copied':
      return {
        headline: 'Copied and verified',
        sentence: `${things(facts, facts.remaining, locale)} copied and verified; no row points at the copies before the cutover.`,
        tone,
      }
    case 'partly rolled back':
      return { headline: 'Partly rolled back', sentence: tally(facts, locale), tone }
    case 'rolled back':
      return {
        headline: 'Migration rolled back',
        sentence: `${things(facts, facts.restored, locale)} rolled back: the rows are as they were before, and the objects that this run had made are gone.`,
        tone,
      }
    case 'rollback incomplete':
      return {
        headline: 'Rollback incomplete',
        sentence: `${things(facts, facts.restored, locale)} rolled back; ${formatNumber(facts.committed, locale)} still on S3. Every row points at a file or an object that is whole.`,
        tone,
      }
    case 'interrupted':
      return hasPlan
        ? {
            headline: 'Migration interrupted',
            sentence: `${tally(facts, locale)} What is done stays done; nothing is broken.`,
            tone,
          }
        : { headline: 'Plan stopped', sentence: planStopped, tone: 'neutral' }
    case 'not started':
      // The reason stands beside it in red; that nothing was changed is no bad news.
      return {
        headline: hasPlan ? 'Migration not started' : 'No plan was made',
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
  return formatCount(count, nounFor({ items: facts.planned, documents: facts.documents }), locale)
}

function nothingToMove(facts: OutcomeFacts, locale: string | undefined): string {
  return facts.planned === 0
    ? 'The plan found no document.'
    : `${things(facts, facts.skipped, locale)} looked at; none needs to be moved.`
}

function tally(facts: OutcomeFacts, locale: string | undefined): string {
  const { planned, committed, failed, skipped, restored, remaining } = facts
  const share = committed === planned ? (planned > 1 ? 'All ' : '') : `${formatNumber(committed, locale)} of `
  const parts = [`${share}${things(facts, planned, locale)} moved and verified`]
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(`${formatNumber(count, locale)} ${words}`)
  }
  add(failed, 'could not be moved')
  add(skipped, 'needed nothing')
  add(restored, 'rolled back')
  add(remaining, 'not reached')
  return `${parts.join('; ')}.`
}
