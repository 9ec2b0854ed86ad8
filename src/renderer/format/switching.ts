import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../shared/readurState.ts'

const notChecked = 'It was not checked yet whether Readur uses this bucket.'

/** What a switch of documents means as Readur stands. */
export const switchingFact = (readur: ReadurState | null): string => (readur ? readurStateWords(readur) : notChecked)

/** Offers to try Readur before documents are switched. */
export const tryFirst =
  'Try Readur with a test document first. If it doesn’t store and serve it from this bucket, nothing is switched.'

/** What has to be decided before documents are switched; null where Readur uses the bucket. */
export const switchingDecision = (readur: ReadurState | null): string | null =>
  readur?.at === 'bucket' ? null : `Switch anyway. ${notSwitchedConsequence}`
