import { errorCatalogue, type ErrorCode } from '../../shared/errors.ts'
import type { Verdict } from '../../shared/run.ts'
import type { Tone } from './status.ts'

const words: Record<Verdict, { label: string; tone: Tone }> = {
  move: { label: 'Will be moved', tone: 'neutral' },
  skip: { label: 'Needs nothing', tone: 'neutral' },
  blocked: { label: 'Cannot be moved', tone: 'bad' },
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
