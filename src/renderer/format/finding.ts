import { errorCatalogue, type ErrorCode } from '../../shared/errors.ts'
import type { Verdict } from '../../shared/run.ts'
import { texts } from '../texts/texts.ts'
import type { Tone } from './status.ts'

const words: Record<Verdict, { label: string; tone: Tone }> = {
  move: { label: texts.plan.willBeMoved, tone: 'neutral' },
  skip: { label: texts.plan.skipped, tone: 'neutral' },
  blocked: { label: texts.plan.excluded, tone: 'bad' },
}

/** What a plan has found about an item, in a few words. */
export function findingOf({ verdict, code }: { verdict: Verdict; code: ErrorCode | null }): {
  label: string
  tone: Tone
} {
  return code === null ? words[verdict] : { label: errorCatalogue[code].title, tone: words[verdict].tone }
}

/** What is to happen to items with this verdict. */
export const verdictWord = (verdict: Verdict): string => words[verdict].label
