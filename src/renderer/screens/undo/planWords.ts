import type { RunDetails } from '../../../shared/run.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import { repairFacts, takingBackFacts } from '../../format/repair.ts'

/** What is said of a plan that goes back over a run: what it would do, and what will be different afterwards. */
export interface PlanWords {
  /** The button that starts it; null when there is nothing to do. */
  start: string | null
  nothing: string
  /** What will be different, one thing a line. */
  facts: string[]
  /** It cannot be taken back, or takes documents from users: what is asked before, and the button of that. */
  asks: { question: string; action: string; forGood: boolean } | null
}

/** The words for a plan that goes back over a run, or repairs what an audit found. */
export function planWords(details: RunDetails, locale?: string): PlanWords {
  switch (details.kind) {
    case 'quarantine':
      return quarantineWords(details, locale)
    case 'purge':
      return purgeWords(details, locale)
    case 'return':
      return returnWords(details, locale)
    case 'repair':
      return repairWords(details, locale)
    case 'unrepair':
      return unrepairWords(details, locale)
    case 'migrate':
    case 'import':
    case 'recover':
    case 'audit':
    case 'rollback':
      return rollbackWords(details, locale)
  }
}

const moves = ({ totals }: RunDetails): number => totals?.move ?? 0

const filesWithSize = (details: RunDetails, locale: string | undefined): string =>
  `${formatCount(moves(details), 'file', locale)} (${formatBytes(details.totals?.bytes ?? 0, locale)})`

function stays(count: number, locale: string | undefined): string[] {
  return count > 0
    ? [
        `${formatCount(count, 'file', locale)} cannot be rolled back as things stand and ${count === 1 ? 'stays' : 'stay'} on S3, whole.`,
      ]
    : []
}

function rollbackWords(details: RunDetails, locale: string | undefined): PlanWords {
  const { database, bucket, preview, rollbackOptions } = details
  const { rows = 0, filesToReturn = 0, filesToFetch = 0, bytesToFetch = 0, objects = 0, conflicts = 0 } = preview ?? {}
  const files = formatCount(moves(details), 'file', locale)
  return {
    start: moves(details) > 0 ? `Roll back ${files}` : null,
    nothing: conflicts > 0 ? 'Nothing can be rolled back as things stand.' : 'There is nothing to roll back.',
    facts: [
      `${formatCount(rows, 'row', locale)} in ${database} ${rows === 1 ? 'goes' : 'go'} back to the local path.`,
      ...(filesToReturn > 0
        ? [
            `${formatCount(filesToReturn, 'file', locale)} ${filesToReturn === 1 ? 'comes' : 'come'} back from the quarantine.`,
          ]
        : []),
      ...(filesToFetch > 0
        ? [
            `${formatCount(filesToFetch, 'file', locale)} (${formatBytes(bytesToFetch, locale)}) ${filesToFetch === 1 ? 'is' : 'are'} fetched from S3 first.`,
          ]
        : []),
      rollbackOptions?.keepObjects === true
        ? `All objects stay in bucket ${bucket}.`
        : `${formatCount(objects, 'object', locale)} ${objects === 1 ? 'is' : 'are'} removed from bucket ${bucket} afterwards.`,
      ...stays(conflicts, locale),
      'Readur loads the local files again. To reverse the rollback, migrate again.',
    ],
    asks: null,
  }
}

function repairWords(details: RunDetails, locale: string | undefined): PlanWords {
  const findings = formatCount(moves(details), 'finding', locale)
  const removesRows = details.repairs?.some(({ deed }) => deed === 'remove-row') === true
  return {
    start: moves(details) > 0 ? `Put ${findings} right` : null,
    nothing: details.failed > 0 ? 'Nothing can be put right as things stand.' : 'There is nothing to put right.',
    facts: repairFacts(details.repairs ?? [], details, locale),
    asks: removesRows ? { question: 'Start the repairs?', action: 'Start repairs', forGood: false } : null,
  }
}

function unrepairWords(details: RunDetails, locale: string | undefined): PlanWords {
  const repairs = formatCount(moves(details), 'repair', locale)
  return {
    start: moves(details) > 0 ? `Take ${repairs} back` : null,
    nothing: 'There is no repair that could be taken back.',
    facts: takingBackFacts(details.repairs ?? [], details, locale),
    asks: null,
  }
}

function returnWords(details: RunDetails, locale: string | undefined): PlanWords {
  const files = formatCount(moves(details), 'file', locale)
  return {
    start: moves(details) > 0 ? `Put ${files} back` : null,
    nothing: 'There is no file that can be put back.',
    facts: [
      `${filesWithSize(details, locale)} move from the quarantine to where they were.`,
      'Rows and objects stay as they are.',
    ],
    asks: null,
  }
}

function quarantineWords(details: RunDetails, locale: string | undefined): PlanWords {
  const count = moves(details)
  const files = filesWithSize(details, locale)
  return {
    start: count > 0 ? `Quarantine ${files}` : null,
    nothing: 'There are no local files to quarantine.',
    facts: [
      `${files} move to quarantine/ in the uploads folder.`,
      'A file is moved only after its S3 copy has been downloaded and checked.',
      'No space is freed yet. You can put them back until they are deleted there.',
    ],
    asks: null,
  }
}

function purgeWords(details: RunDetails, locale: string | undefined): PlanWords {
  const count = moves(details)
  const files = filesWithSize(details, locale)
  return {
    start: count > 0 ? `Delete ${files}` : null,
    nothing: 'There are no quarantined files of this run.',
    facts: [
      `${files} are deleted from the quarantine for good.`,
      'A file is deleted only after its S3 copy has been downloaded and checked.',
      'After that, S3 holds the only copy. A rollback would download them from there.',
    ],
    asks: {
      forGood: true,
      question: 'Delete these files?',
      action: `Delete ${formatCount(count, 'file', locale)}`,
    },
  }
}
