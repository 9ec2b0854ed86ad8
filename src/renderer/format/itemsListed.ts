import type { PlanRow } from '../../shared/planTable.ts'
import type { Verdict } from '../../shared/run.ts'
import { formatBytes } from './bytes.ts'
import { verdictWord } from './finding.ts'
import { formatCount } from './number.ts'

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
    list: 'Files of the plan',
    search: 'Find files by name, path or document id',
    all: 'All files',
    verdicts: { move: verdictWord('move'), blocked: verdictWord('blocked'), skip: verdictWord('skip') },
    details: 'Details of the file',
  },
  audit: {
    list: 'Findings of the audit',
    search: 'Find findings by name, path or document id',
    all: 'All findings',
    verdicts: { blocked: 'Issues', skip: 'Notes' },
    details: 'Details of the finding',
  },
}

/** What a list comes to. `bytes`: of what a plan moves; an audit moves nothing. */
export function listedSum(
  listed: Listed,
  { total, bytes, narrowed }: { total: number; bytes: number; narrowed: boolean },
  locale?: string,
): string {
  if (listed === 'audit') {
    const findings = formatCount(total, 'finding', locale)
    return narrowed ? `${findings} ${total === 1 ? 'fits' : 'fit'}` : findings
  }
  return `${formatCount(total, 'file', locale)}${narrowed ? ' found' : ''}, ${formatBytes(bytes, locale)} to move`
}

/** The path that a line shows: of a plan the row's, of an audit the whole of where something lies, where it does. */
export const pathShown = (listed: Listed, { path, place }: Pick<PlanRow, 'path' | 'place'>): string =>
  listed === 'audit' ? (place ?? path) : path
