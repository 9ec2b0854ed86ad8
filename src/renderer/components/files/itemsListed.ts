import type { PlanRow } from '../../../shared/planTable.ts'
import type { Verdict } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes } from '../../format/bytes.ts'
import { errorCatalogue, type ErrorCode } from '../../../shared/errors.ts'
import type { Tone } from '../../format/status.ts'

const words: Record<Verdict, { label: string; tone: Tone }> = {
  move: { label: texts.plan.willBeMoved, tone: 'neutral' },
  skip: { label: texts.plan.skipped, tone: 'neutral' },
  blocked: { label: texts.plan.excluded, tone: 'bad' },
}

/** What a long list holds: the files of a plan, or what an audit has found. */
export type Listed = 'plan' | 'audit'

interface ListedWords {
  /** Name of the list, and of what it can be narrowed by. */
  list: string
  search: string
  all: string
  verdicts: Partial<Record<Verdict, string>>
  details: string
}

export const listedWords: Record<Listed, ListedWords> = {
  plan: {
    list: texts.plan.planList,
    search: texts.plan.searchFiles,
    all: texts.plan.allFiles,
    verdicts: { move: words.move.label, blocked: words.blocked.label, skip: words.skip.label },
    details: texts.plan.detailsOfTheFile,
  },
  audit: {
    list: texts.plan.auditList,
    search: texts.plan.searchIssues,
    all: texts.plan.allIssuesAndNotes,
    verdicts: { blocked: texts.plan.issues, skip: texts.plan.notes },
    details: texts.plan.detailsOfTheIssue,
  },
}

/** What a list comes to. `bytes`: of what a plan moves; an audit moves nothing. */
export function listedSum(
  listed: Listed,
  { total, bytes, narrowed }: { total: number; bytes: number; narrowed: boolean },
): string {
  if (listed === 'audit') {
    return narrowed ? texts.plan.issuesFound(total) : texts.nouns.issue(total)
  }
  const sum = { total, bytes: formatBytes(bytes) }
  return narrowed ? texts.plan.filesFound(sum) : texts.plan.filesListed(sum)
}

/** The path that a line shows: of a plan the row's, of an audit the whole of where something lies, where it does. */
export const pathShown = (listed: Listed, { path, place }: Pick<PlanRow, 'path' | 'place'>): string =>
  listed === 'audit' ? (place ?? path) : path

/** What a plan has found about an item, in a few words. */
export function findingOf({ verdict, code }: { verdict: Verdict; code: ErrorCode | null }): {
  label: string
  tone: Tone
} {
  return code === null ? words[verdict] : { label: errorCatalogue[code].title, tone: words[verdict].tone }
}
