import type { RunDetails } from '../../../shared/record.ts'
import { runFacts } from '../../../shared/runKind.ts'
import { doneOf, runWords, undoneWord } from '../../../shared/runWords.ts'
import { texts } from '../../texts/texts.ts'
import { runWord, type Tone } from '../../format/status.ts'

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
  | 'totals'
> & { hasPlan: boolean }

/** A plan ends early only because somebody stopped it. */
export const planStopped = texts.result.planStoppedMeans

/** What the run tried and failed at, and what its plan had excluded: known before, and no failure. */
export function failuresOf({ failed, totals }: Pick<RunDetails, 'failed' | 'totals'>): {
  failed: number
  excluded: number
} {
  const excluded = Math.min(failed, totals?.blocked ?? 0)
  return { failed: failed - excluded, excluded }
}

/** Tells what became of a run: nothing is called done that is not, nothing is left out. */
export function describeOutcome(facts: OutcomeFacts): Outcome {
  const { kind, status, hasPlan } = facts
  const tone = runWord(status).tone
  const { name, nothing } = runWords[kind]
  const undone = undoneWord(kind)
  switch (status) {
    case 'completed':
      return doneOf(facts) === 0 && facts.failed === 0
        ? { headline: nothing, sentence: nothingDone(facts), tone }
        : { headline: texts.result.completed(name), sentence: tally(facts), tone }
    case 'completed with failures':
      // An audit that finds something has not failed.
      return {
        headline: kind === 'audit' ? texts.result.issuesFound : texts.result.completedWithFailures(name),
        sentence: tally(facts),
        tone,
      }
    case 'copied':
      return {
        headline: texts.result.copiedAndVerified,
        sentence: texts.result.copiedNotSwitched(things(facts, facts.copied)),
        tone,
      }
    case 'partly rolled back':
      return { headline: texts.result.partly(undone), sentence: tally(facts), tone }
    case 'unreadable':
      return {
        headline: texts.result.recordCantBeRead,
        sentence: texts.result.recordCantBeReadMeans,
        tone,
      }
    case 'rolled back':
      return { headline: `${name} ${undone}`, sentence: undoneSentence(facts), tone }
    case 'rollback incomplete':
      return {
        headline: texts.result.rollbackIncomplete,
        sentence: texts.result.partOnS3({ files: things(facts, facts.restored), committed: facts.committed }),
        tone,
      }
    case 'interrupted':
      if (!hasPlan) return { headline: texts.result.planStopped, sentence: planStopped, tone: 'neutral' }
      return {
        headline: texts.result.interrupted(name),
        sentence: texts.result.finishedStays(tally(facts)),
        tone,
      }
    case 'not started':
      // The reason stands beside it in red; that nothing was changed is no bad news.
      return { headline: texts.result.notStarted(name), sentence: texts.result.nothingWasChanged, tone: 'neutral' }
    case 'planned':
      return { headline: runWord(status).label, sentence: texts.result.notStartedYet, tone }
    case 'planning':
    case 'running':
      return { headline: runWord(status).label, sentence: texts.result.busyElsewhere, tone }
  }
}

function things({ kind, planned, documents }: OutcomeFacts, count: number): string {
  const { noun } = runFacts[kind]
  return texts.nouns[noun === 'file' ? nounFor({ items: planned, documents }) : noun](count)
}

function nothingDone(facts: OutcomeFacts): string {
  if (facts.kind === 'audit') return tally(facts)
  if (facts.planned > 0) return texts.result.skippedAll(things(facts, facts.skipped))
  return texts.result.emptyPlan(runFacts[facts.kind].noun)
}

/** A later run, or the run itself, has taken back what it did. */
function undoneSentence(facts: OutcomeFacts): string {
  const { kind, restored, freed, effects } = facts
  const what = `${things(facts, restored)} ${undoneWord(kind)}`
  if (kind === 'quarantine') return `${what}${freed > 0 ? texts.result.stillQuarantined(freed) : ''}.`
  if (kind === 'repair') return texts.result.asBeforeRepair(what)
  const objects = effects.objectsRemoved > 0 && effects.objectsLeft === 0 ? texts.result.copiesRemovedToo : ''
  return texts.result.localAgain({ what, copiesRemoved: objects })
}

function tally(facts: OutcomeFacts): string {
  if (facts.kind === 'audit') return auditTally(facts)
  const { kind, planned, skipped, restored, remaining, copied, effects } = facts
  const { failed, excluded } = failuresOf(facts)
  const { goal } = runFacts[kind]
  const done = doneOf(facts)
  const words = {
    things: things(facts, planned),
    did: kind === 'migrate' ? texts.result.movedAndVerified : runWords[kind].done,
  }
  const parts = [
    done === planned ? texts.result.allDone({ ...words, planned }) : texts.result.someDone({ ...words, done }),
  ]
  const add = (count: number, words: string) => {
    if (count > 0) parts.push(texts.result.countOf({ count, words }))
  }
  add(failed, texts.result.failedToo)
  add(excluded, texts.result.excludedToo)
  add(skipped, texts.result.skippedToo)
  if (goal !== 'restored') add(restored, undoneWord(kind))
  // A copy that Readur does not use yet is not nothing.
  add(copied, texts.result.copiedNotSwitchedYet)
  add(remaining - copied, texts.result.notStartedToo)
  if (goal === 'restored' && effects.objectsLeft > 0) parts.push(texts.result.copiesLeft(effects.objectsLeft))
  return `${parts.join('; ')}.`
}

/** An audit keeps what it has found, not what is sound. */
function auditTally({ documents, failed, skipped }: OutcomeFacts): string {
  const issues = failed === 0 ? texts.result.noIssues : texts.nouns.issue(failed)
  const notes = skipped > 0 ? texts.result.andNotes(skipped) : ''
  return texts.result.auditTally({ documents, issues, notes })
}

/** What a number of items is called. */
type Noun = 'document' | 'file'

/**
 * Items are files; where each document has exactly one, they may be called by the name that people use for them.
 */
export function nounFor(counted: { items: number; documents: number }): Noun {
  return counted.items === counted.documents ? 'document' : 'file'
}
