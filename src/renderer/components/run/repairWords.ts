import type { RepairDeed, RepairKind, RepairShare, RepairTally } from '../../../shared/auditRepair.ts'
import type { ItemView } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { texts } from '../../texts/texts.ts'
import { formatBytes } from '../../format/bytes.ts'

const nouns = {
  fixPaths: 'document',
  quarantineFiles: 'file',
  removeObjects: 'object',
  unmarkedObjects: 'object',
  removeRows: 'documentRecord',
} as const satisfies Record<RepairKind, keyof typeof texts.nouns>

/** How much a repair is for, in two lines. */
export function shareText(kind: RepairKind, { items, bytes }: RepairShare): string {
  return items === 0 ? texts.repair.noneFound : `${texts.nouns[nouns[kind]](items)}\n${formatBytes(bytes)}`
}

type Place = Pick<RunDetails, 'database' | 'bucket'>

/** What a repair is going to change, one thing a line. */
export function repairFacts(tallies: readonly RepairTally[], { database, bucket }: Place): string[] {
  const lines = tallies.flatMap(({ deed, planned: count, bytes, unmarked }) => {
    const size = formatBytes(bytes)
    switch (deed) {
      case 'fix-path':
        return [texts.repair.willFixPaths({ count, database })]
      case 'put-back':
        return [texts.repair.willPutBack({ count, size })]
      case 'set-aside':
        return [texts.repair.willQuarantine({ count, size })]
      case 'remove-object':
        return [
          texts.repair.willDeleteObjects({ count, size, bucket }),
          ...(unmarked > 0 ? [texts.repair.untagged(unmarked)] : []),
        ]
      case 'remove-row':
        return [texts.repair.willDeleteRecords({ count, database })]
    }
  })
  return [...lines, texts.repair.checkedAgain]
}

/** What undoing a repair is going to change, one thing a line. */
export function undoFacts(tallies: readonly RepairTally[], { database, bucket }: Place): string[] {
  return tallies.toReversed().map(({ deed, planned: count, bytes }) => {
    const size = formatBytes(bytes)
    switch (deed) {
      case 'fix-path':
        return texts.repair.willRestorePaths({ count, database })
      case 'put-back':
        return texts.repair.willQuarantineAgain(count)
      case 'set-aside':
        return texts.repair.willMoveBack({ count, size })
      case 'remove-object':
        return texts.repair.willUploadAgain({ count, size, bucket })
      case 'remove-row':
        return texts.repair.willRestoreRecords({ count, database })
    }
  })
}

/** Where everything is after a repair, and after part of it was undone. */
export function afterRepair({
  runId,
  bucket,
  repairs,
  failed,
}: Pick<RunDetails, 'runId' | 'bucket' | 'repairs' | 'failed'>): string[] {
  const lines = (repairs ?? []).flatMap(({ deed, committed }) =>
    committed === 0 ? [] : [outcomes[deed].done({ count: committed, bucket, runId })],
  )
  const restored = (repairs ?? []).reduce((sum, tally) => sum + tally.restored, 0)
  const remaining = (repairs ?? []).reduce((sum, tally) => sum + tally.remaining, 0)
  if (restored > 0) lines.push(texts.repair.repairsUndone(restored))
  if (failed > 0) lines.push(texts.repair.issuesLeft(failed))
  if (remaining > 0) lines.push(texts.repair.issuesNotStarted(remaining))
  return lines
}

/** Where everything is after a repair was undone. */
export function afterUndo({ bucket, repairs }: Pick<RunDetails, 'bucket' | 'repairs'>): string[] {
  const lines = (repairs ?? []).flatMap(({ deed, restored }) =>
    restored === 0 ? [] : [outcomes[deed].undone({ count: restored, bucket })],
  )
  const left = (repairs ?? []).reduce((sum, { failed, remaining }) => sum + failed + remaining, 0)
  return left > 0 ? [...lines, texts.repair.repairsNotUndone(left)] : lines
}

interface Outcome {
  count: number
  bucket: string
}

/** Where things are once a repair has done its work, and once that was undone. */
const outcomes: Record<
  RepairDeed,
  { done: (outcome: Outcome & { runId: string }) => string; undone: (outcome: Outcome) => string }
> = {
  'fix-path': {
    done: ({ count }) => texts.repair.pathsFixed(count),
    undone: ({ count }) => texts.repair.pathsRestored(count),
  },
  'put-back': {
    done: ({ count }) => texts.repair.filesPutBack(count),
    undone: ({ count }) => texts.repair.filesQuarantinedAgain(count),
  },
  'set-aside': {
    done: (outcome) => texts.repair.filesQuarantined(outcome),
    undone: ({ count }) => texts.repair.filesMovedBack(count),
  },
  'remove-object': {
    done: (outcome) => texts.repair.objectsDeleted(outcome),
    undone: (outcome) => texts.repair.objectsUploadedAgain(outcome),
  },
  'remove-row': {
    done: ({ count }) => texts.repair.recordsDeleted(count),
    undone: ({ count }) => texts.repair.recordsRestored(count),
  },
}

/** From where to where a thing goes: as a migration moves it, the other way, or as a repair puts it right. */
export function routeOf(
  { path, key, remedy }: Pick<ItemView, 'path' | 'key' | 'remedy'>,
  back: boolean,
): { from: string; to: string | null } {
  const [from, to] = remedy === null ? [path, key] : repairRoute(path, remedy)
  // What has no destination goes nowhere.
  return back && to !== null ? { from: to, to: from } : { from, to }
}

function repairRoute(path: string, remedy: NonNullable<ItemView['remedy']>): [from: string, to: string | null] {
  switch (remedy.action) {
    case 'fix-path':
    case 'move-file':
      return [remedy.from, remedy.to]
    case 'remove-object':
      return [path, 'quarantine/']
    case 'remove-row':
      return [path, null]
  }
}
