import type { RepairKind, RepairShare, RepairTally } from '../../../shared/auditRepair.ts'
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

type Repaired = Pick<RunDetails, 'runId' | 'database' | 'bucket' | 'repairs'>

/** One line for each kind of repair of which `countOf` finds any. */
function deedLines(
  { runId, database, bucket, repairs }: Repaired,
  say: 'will' | 'willUndo' | 'done' | 'undone',
  countOf: (tally: RepairTally) => number,
): string[] {
  return (repairs ?? []).flatMap((tally) => {
    const count = countOf(tally)
    const amount = { count, size: formatBytes(tally.bytes), database, bucket, runId }
    if (count === 0) return []
    const line = texts.repair.deeds[tally.deed][say](amount)
    return say === 'will' && tally.unmarked > 0 ? [line, texts.repair.untagged(tally.unmarked)] : [line]
  })
}

const sumOf = (repairs: readonly RepairTally[] | null, countOf: (tally: RepairTally) => number): number =>
  (repairs ?? []).reduce((sum, tally) => sum + countOf(tally), 0)

/** What a repair is going to change, one thing a line. */
export const repairFacts = (details: Repaired): string[] => [
  ...deedLines(details, 'will', ({ planned }) => planned),
  texts.repair.checkedAgain,
]

/** What undoing a repair is going to change, one thing a line. */
export const undoFacts = (details: Repaired): string[] =>
  deedLines(details, 'willUndo', ({ planned }) => planned).toReversed()

/** Where everything is after a repair, and after part of it was undone. */
export function afterRepair(details: Repaired & Pick<RunDetails, 'failed'>): string[] {
  const { repairs, failed } = details
  const lines = deedLines(details, 'done', ({ committed }) => committed)
  const restored = sumOf(repairs, (tally) => tally.restored)
  const remaining = sumOf(repairs, (tally) => tally.remaining)
  if (restored > 0) lines.push(texts.repair.repairsUndone(restored))
  if (failed > 0) lines.push(texts.repair.issuesLeft(failed))
  if (remaining > 0) lines.push(texts.repair.issuesNotStarted(remaining))
  return lines
}

/** Where everything is after a repair was undone. */
export function afterUndo(details: Repaired): string[] {
  const lines = deedLines(details, 'undone', ({ restored }) => restored)
  const left = sumOf(details.repairs, ({ failed, remaining }) => failed + remaining)
  return left > 0 ? [...lines, texts.repair.repairsNotUndone(left)] : lines
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
