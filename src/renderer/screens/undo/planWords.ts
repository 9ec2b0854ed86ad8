import type { RunDetails } from '../../../shared/run.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount, formatNumber } from '../../format/number.ts'
import { repairFacts, takingBackFacts } from '../../format/repair.ts'

/** What is said of a plan that goes back over a run: what it would do, and what will be different afterwards. */
export interface PlanWords {
  /** Before the name of the profile. */
  title: string
  /** The button that starts it; null when there is nothing to do. */
  start: string | null
  nothing: string
  /** What will be different, one thing a line. */
  facts: string[]
  /** It cannot be taken back, or takes documents from users: what is asked before, and the button of that. */
  asks: { question: string; action: string; forGood: boolean } | null
}

/** The words for a plan of the kind `rollback`, `free` or `repair`. */
export function planWords(details: RunDetails, locale?: string): PlanWords {
  if (details.kind === 'free') return freeWords(details, locale)
  if (details.kind === 'repair') return repairWords(details, locale)
  if (details.repairs !== null) return takingBackWords(details, locale)
  return details.preview === null ? returnWords(details, locale) : rollbackWords(details, locale)
}

const moves = ({ totals }: RunDetails): number => totals?.move ?? 0

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
    title: 'Rollback plan for',
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
      'Readur finds the documents at any time, set to S3 or not. The rollback can itself be taken back by migrating again.',
    ],
    asks: null,
  }
}

function repairWords(details: RunDetails, locale: string | undefined): PlanWords {
  const findings = formatCount(moves(details), 'finding', locale)
  const removesRows = details.repairs?.some(({ deed }) => deed === 'remove-row') === true
  return {
    title: 'Repair plan for',
    start: moves(details) > 0 ? `Put ${findings} right` : null,
    nothing: details.failed > 0 ? 'Nothing can be put right as things stand.' : 'There is nothing to put right.',
    facts: repairFacts(details.repairs ?? [], details, locale),
    asks: removesRows ? { question: 'Start the repairs?', action: 'Start repairs', forGood: false } : null,
  }
}

function takingBackWords(details: RunDetails, locale: string | undefined): PlanWords {
  const repairs = formatCount(moves(details), 'repair', locale)
  return {
    title: 'Plan to take repairs back for',
    start: moves(details) > 0 ? `Take ${repairs} back` : null,
    nothing: 'There is no repair that could be taken back.',
    facts: takingBackFacts(details.repairs ?? [], details, locale),
    asks: null,
  }
}

function returnWords(details: RunDetails, locale: string | undefined): PlanWords {
  const files = formatCount(moves(details), 'file', locale)
  return {
    title: 'Plan to put files back for',
    start: moves(details) > 0 ? `Put ${files} back` : null,
    nothing: 'There is no file that can be put back.',
    facts: [
      `${files} (${formatBytes(details.totals?.bytes ?? 0, locale)}) move from the quarantine to where they were.`,
      'Rows and objects stay as they are.',
    ],
    asks: null,
  }
}

function freeWords(details: RunDetails, locale: string | undefined): PlanWords {
  const count = moves(details)
  const files = formatCount(count, 'file', locale)
  const size = formatBytes(details.totals?.bytes ?? 0, locale)
  const checked = 'Each goes only after its object was read back whole, and its row found to point there.'
  if (details.freeMode === 'delete') {
    return {
      title: 'Plan to free space for',
      start: count > 0 ? `Delete ${files} (${size})` : null,
      nothing: 'No file of this run lies in the quarantine.',
      facts: [
        `${files} (${size}) are deleted from the quarantine for good.`,
        checked,
        'Afterwards the documents can be had from S3 alone: a rollback would fetch them from there.',
      ],
      asks: {
        forGood: true,
        question: 'Delete these files?',
        action: `Delete ${formatNumber(count, locale)} ${count === 1 ? 'file' : 'files'}`,
      },
    }
  }
  return {
    title: 'Plan to free space for',
    start: count > 0 ? `Put ${files} aside (${size})` : null,
    nothing: 'No local file can be put aside.',
    facts: [
      `${files} (${size}) move to quarantine/ in the uploads folder.`,
      checked,
      'No space is freed before they are deleted there. Until then they can be put back.',
    ],
    asks: null,
  }
}
