import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import { texts } from '../../texts/texts.ts'

const notChecked = texts.overview.readurUnknown

/** What a switch of documents means as Readur stands. */
export const switchingFact = (readur: ReadurState | null): string => (readur ? readurStateWords(readur) : notChecked)

/** Offers to try Readur before documents are switched. */
export const tryFirst = texts.overview.tryFirst

/** What has to be decided before documents are switched; null where Readur uses the bucket. */
export const switchingDecision = (readur: ReadurState | null): string | null =>
  readur?.at === 'bucket' ? null : texts.overview.switchAnyway(notSwitchedConsequence)
