import type { LineState, PlanRow } from '../../../shared/planTable.ts'
import { runFacts, type RunKind } from '../../../shared/runKind.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes } from '../../format/bytes.ts'
import { errorCatalogue, type ErrorCode } from '../../../shared/errors.ts'
import { itemWord, type Word } from '../../format/status.ts'

/** What a long list holds: the files of a plan, those of a run with what became of each, or what an audit has found. */
export type Listed =
  | { of: 'plan' | 'audit' }
  /** `isCopied`: what has not ended is copied, and awaits the switch. */
  | { of: 'run'; kind: RunKind; isCopied: boolean }

interface ListedWords {
  /** Name of the list, and of what it can be narrowed by. */
  list: string
  search: string
  all: string
  details: string
}

export const listedWords: Record<Listed['of'], ListedWords> = {
  plan: {
    list: texts.plan.planList,
    search: texts.plan.searchFiles,
    all: texts.plan.allFiles,
    details: texts.plan.detailsOfTheFile,
  },
  run: {
    list: texts.result.filesOfThisRun,
    search: texts.plan.searchFiles,
    all: texts.plan.allFiles,
    details: texts.plan.detailsOfTheFile,
  },
  audit: {
    list: texts.plan.auditList,
    search: texts.plan.searchIssues,
    all: texts.plan.allIssuesAndNotes,
    details: texts.plan.detailsOfTheIssue,
  },
}

/** What lines of a list can be narrowed to, the most telling first. */
export function statesOf(listed: Listed): LineState[] {
  switch (listed.of) {
    case 'plan':
      return ['pending', 'excluded', 'skipped']
    case 'audit':
      return ['excluded', 'skipped']
    case 'run': {
      const { goal } = runFacts[listed.kind]
      const undone: LineState[] = goal === 'restored' ? [] : ['restored']
      return [goal, 'failed', 'excluded', 'skipped', ...undone, 'pending']
    }
  }
}

/** A state in the words of its list. */
export function wordOfState(listed: Listed, state: LineState): Word {
  if (listed.of === 'audit') {
    return state === 'skipped'
      ? { label: texts.plan.notes, tone: 'neutral' }
      : { label: texts.plan.issues, tone: 'bad' }
  }
  if (state === 'excluded') return { label: texts.plan.excluded, tone: 'warn' }
  if (listed.of === 'run') return itemWord(state, listed.kind, listed.isCopied)
  return state === 'pending' ? { label: texts.plan.willBeMoved, tone: 'neutral' } : itemWord(state)
}

/** What a list comes to. `bytes`: of what a plan moves; an audit moves nothing. */
export function listedSum(
  listed: Listed,
  { total, bytes, narrowed }: { total: number; bytes: number; narrowed: boolean },
): string {
  if (listed.of === 'audit') return narrowed ? texts.plan.issuesFound(total) : texts.nouns.issue(total)
  if (listed.of === 'run') return narrowed ? texts.plan.found(total) : texts.nouns.file(total)
  const sum = { total, bytes: formatBytes(bytes) }
  return narrowed ? texts.plan.filesFound(sum) : texts.plan.filesListed(sum)
}

/** The path that a line shows: the row's, or, of an audit, the whole of where something is. */
export const pathShown = (listed: Listed, { path, place }: Pick<PlanRow, 'path' | 'place'>): string =>
  listed.of === 'audit' ? (place ?? path) : path

/** What is known of a line, in a few words: its cause where it has one, in a plan and an audit; how it stands, in a run. */
export function findingOf(listed: Listed, { state, code }: { state: LineState; code: ErrorCode | null }): Word {
  const word = wordOfState(listed, state)
  return listed.of === 'run' || code === null ? word : { label: errorCatalogue[code].title, tone: word.tone }
}

/** Who owns a line’s document: by name where Readur’s names are known, else by the beginning of the id. */
export const userWord = ({ userId, userName }: Pick<PlanRow, 'userId' | 'userName'>): string =>
  userName ?? (userId === null ? '' : `${userId.slice(0, 8)}…`)

/** A line as text, its fields separated by tabs, as a spreadsheet takes it. */
export const rowText = (listed: Listed, row: PlanRow): string =>
  [
    row.filename,
    pathShown(listed, row),
    row.key ?? '',
    formatBytes(row.size),
    userWord(row),
    findingOf(listed, row).label,
    row.code ?? '',
    row.documentId,
  ].join('\t')
