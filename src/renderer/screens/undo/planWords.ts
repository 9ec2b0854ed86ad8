import type { RunDetails } from '../../../shared/record.ts'
import { formatBytes } from '../../format/bytes.ts'
import { repairFacts, undoFacts } from '../../components/run/repairWords.ts'
import { texts } from '../../texts/texts.ts'

/** What is said of a plan that undoes a run: what it would do, and what will be different afterwards. */
export interface PlanWords {
  /** The button that starts it; null when there is nothing to do. */
  start: string | null
  nothing: string
  /** What will be different, one thing a line. */
  facts: string[]
  /** It takes something back or away: its button is red. */
  isDangerous: boolean
  /** It can't be undone, or takes documents from users: what is asked before, and the button of that. */
  asks: { question: string; action: string; forGood: boolean } | null
}

/** The words for a plan that undoes a run, or repairs what an audit found. */
export function planWords(details: RunDetails): PlanWords {
  switch (details.kind) {
    case 'quarantine':
      return quarantineWords(details)
    case 'purge':
      return purgeWords(details)
    case 'return':
      return returnWords(details)
    case 'repair':
      return repairWords(details)
    case 'unrepair':
      return unrepairWords(details)
    case 'migrate':
    case 'import':
    case 'recover':
    case 'audit':
    case 'rollback':
      return rollbackWords(details)
  }
}

const words = texts.undoPlan

const moves = ({ totals }: RunDetails): number => totals?.move ?? 0

const filesOf = (details: RunDetails): { count: number; size: string } => ({
  count: moves(details),
  size: formatBytes(details.totals?.bytes ?? 0),
})

function rollbackWords(details: RunDetails): PlanWords {
  const { database, bucket, preview, rollbackOptions } = details
  const {
    documents = null,
    rows = 0,
    filesToReturn = 0,
    filesToFetch = 0,
    bytesToFetch = 0,
    objects = 0,
    conflicts = 0,
  } = preview ?? {}
  return {
    start: moves(details) > 0 ? startOf(documents, moves(details)) : null,
    nothing: conflicts > 0 ? words.conflictsOnly : words.nothingToRollBack,
    facts: [
      words.backToLocal({ count: rows, database }),
      ...(filesToReturn > 0 ? [words.fromQuarantine(filesToReturn)] : []),
      ...(filesToFetch > 0 ? [words.downloads({ count: filesToFetch, size: formatBytes(bytesToFetch) })] : []),
      rollbackOptions?.keepObjects === true
        ? words.keepsObjects(bucket)
        : words.removesObjects({ count: objects, bucket }),
      ...(conflicts > 0 ? [words.conflicts(conflicts)] : []),
      words.reversible,
    ],
    isDangerous: true,
    asks: null,
  }
}

/** Where rows go back, their documents are what people know; a plan may only have copies to remove. */
const startOf = (documents: number | null, files: number): string =>
  documents === null || documents === 0 ? words.rollBack(files) : words.rollBackDocuments(documents)

function repairWords(details: RunDetails): PlanWords {
  const removesRows = details.repairs?.some(({ deed }) => deed === 'remove-row') === true
  return {
    start: moves(details) > 0 ? words.repair(moves(details)) : null,
    nothing: details.failed > 0 ? words.cannotRepair : words.nothingToRepair,
    facts: repairFacts(details),
    isDangerous: removesRows,
    asks: removesRows ? { question: words.startRepairs, action: words.startRepairsAction, forGood: true } : null,
  }
}

function unrepairWords(details: RunDetails): PlanWords {
  return {
    start: moves(details) > 0 ? words.undoRepairs(moves(details)) : null,
    nothing: words.nothingToUndo,
    facts: undoFacts(details),
    isDangerous: false,
    asks: null,
  }
}

function returnWords(details: RunDetails): PlanWords {
  return {
    start: moves(details) > 0 ? words.putBack(moves(details)) : null,
    nothing: words.nothingToPutBack,
    facts: [words.movesBack(filesOf(details)), words.restUnchanged],
    isDangerous: false,
    asks: null,
  }
}

function quarantineWords(details: RunDetails): PlanWords {
  return {
    start: moves(details) > 0 ? words.quarantine(filesOf(details)) : null,
    nothing: words.nothingToQuarantine,
    facts: [words.movesToQuarantine(filesOf(details)), words.movedOnlyAfterCheck, words.noSpaceYet],
    isDangerous: false,
    asks: null,
  }
}

function purgeWords(details: RunDetails): PlanWords {
  return {
    start: moves(details) > 0 ? words.deleteWithSize(filesOf(details)) : null,
    nothing: words.nothingToDelete,
    facts: [words.deletesForGood(filesOf(details)), words.deletedOnlyAfterCheck, words.onlyCopyOnS3],
    isDangerous: true,
    asks: { forGood: true, question: words.deleteTheseFiles, action: words.deleteFiles(moves(details)) },
  }
}
