import type { RepairDeed, RepairKind, RepairShare, RepairTally } from '../../shared/repair.ts'
import type { ItemView, RunDetails } from '../../shared/run.ts'
import { formatBytes } from './bytes.ts'
import { formatCount, formatNumber } from './number.ts'

interface RepairKindWords {
  label: string
  /** Where there is little room. */
  short: string
  means: string
  /** What it is counted in. */
  noun: string
}

/** A repair as it is chosen: what it does, in one line. */
export const repairKindWords: Record<RepairKind, RepairKindWords> = {
  fixPaths: {
    label: 'Correct paths',
    short: 'Paths to correct',
    means:
      'Rows get the path where their document was found, or its file goes back to where the row says. Each is compared by its hash first.',
    noun: 'document',
  },
  quarantineFiles: {
    label: 'Set files aside',
    short: 'Files to set aside',
    means: 'Files that no row of any table names move to quarantine/ in the uploads folder. Nothing is deleted.',
    noun: 'file',
  },
  removeObjects: {
    label: 'Remove objects',
    short: 'Objects to remove',
    means:
      'Objects under Readur’s own keys, marked as made for this database, whose document is gone. Their bytes are saved to quarantine/ first.',
    noun: 'object',
  },
  unmarkedObjects: {
    label: 'Those too that do not say whose they are',
    short: 'Objects that say nothing',
    means: 'Only if no other Readur uses this bucket: they might be the documents of another one.',
    noun: 'object',
  },
  removeRows: {
    label: 'Remove rows whose document is nowhere',
    short: 'Rows to remove, last',
    means:
      'Last, after everything else, and after the row was saved with all that depends on it. Users no longer see these documents.',
    noun: 'row',
  },
}

/** How much a repair is for, in two lines. */
export function shareText(kind: RepairKind, { items, bytes }: RepairShare, locale?: string): string {
  if (items === 0) return 'None found'
  return `${formatCount(items, repairKindWords[kind].noun, locale)}\n${formatBytes(bytes, locale)}`
}

const nouns: Record<RepairDeed, string> = {
  'fix-path': 'row',
  'put-back': 'file',
  'set-aside': 'file',
  'remove-object': 'object',
  'remove-row': 'row',
}

/** Name of a deed, before a number. */
export const deedWords: Record<RepairDeed, { does: string; takesBack: string; detail: string }> = {
  'fix-path': { does: 'Paths corrected', takesBack: 'Paths as before', detail: 'after the hash was compared' },
  'put-back': { does: 'Files put back', takesBack: 'Files into quarantine', detail: 'out of quarantine/' },
  'set-aside': { does: 'Files set aside', takesBack: 'Files put back', detail: 'into quarantine/' },
  'remove-object': { does: 'Objects removed', takesBack: 'Objects sent again', detail: 'saved to quarantine/ before' },
  'remove-row': { does: 'Rows removed', takesBack: 'Rows put back', detail: 'saved whole before' },
}

type Place = Pick<RunDetails, 'database' | 'bucket'>

/** What a repair is going to change, one thing a line. */
export function repairFacts(tallies: readonly RepairTally[], { database, bucket }: Place, locale?: string): string[] {
  const lines = tallies.flatMap(({ deed, planned, bytes, unmarked }) => {
    const what = formatCount(planned, nouns[deed], locale)
    const size = formatBytes(bytes, locale)
    const one = planned === 1
    switch (deed) {
      case 'fix-path':
        return [`${what} in ${database} ${one ? 'gets' : 'get'} the path where the document was found.`]
      case 'put-back':
        return [
          `${what} (${size}) ${one ? 'moves' : 'move'} out of quarantine/ to where the ${one ? 'row says' : 'rows say'}.`,
        ]
      case 'set-aside':
        return [`${what} (${size}) ${one ? 'moves' : 'move'} to quarantine/ in the uploads folder.`]
      case 'remove-object':
        return [
          `${what} (${size}) ${one ? 'is' : 'are'} removed from bucket ${bucket}, after ${one ? 'its bytes were' : 'their bytes were'} saved to quarantine/.`,
          ...(unmarked > 0
            ? [
                `${formatNumber(unmarked, locale)} of them ${unmarked === 1 ? 'does not say whose it is' : 'do not say whose they are'}: no other Readur may use this bucket.`,
              ]
            : []),
        ]
      case 'remove-row':
        return [
          `${what} in ${database} ${one ? 'is' : 'are'} deleted, with all that depends on ${one ? 'it' : 'them'}, after that was saved in the record of this repair. Users no longer see ${one ? 'this document' : 'these documents'}.`,
        ]
    }
  })
  return [...lines, 'Each is proved once more right before it is done. All of it can be taken back.']
}

/** What taking a repair back is going to change, one thing a line. */
export function takingBackFacts(
  tallies: readonly RepairTally[],
  { database, bucket }: Place,
  locale?: string,
): string[] {
  return tallies.toReversed().map(({ deed, planned, bytes }) => {
    const what = formatCount(planned, nouns[deed], locale)
    const one = planned === 1
    switch (deed) {
      case 'fix-path':
        return `${what} in ${database} ${one ? 'gets' : 'get'} the path of before the repair.`
      case 'put-back':
        return `${what} ${one ? 'moves' : 'move'} into quarantine/ again.`
      case 'set-aside':
        return `${what} (${formatBytes(bytes, locale)}) ${one ? 'moves' : 'move'} out of quarantine/ to where ${one ? 'it' : 'they'} lay.`
      case 'remove-object':
        return `${what} (${formatBytes(bytes, locale)}) ${one ? 'is' : 'are'} sent to bucket ${bucket} again, from what was saved.`
      case 'remove-row':
        return `${what} in ${database} ${one ? 'is' : 'are'} put back, with all that depended on ${one ? 'it' : 'them'}.`
    }
  })
}

/** What lies where after a repair, and after what was taken back of it. */
export function afterRepair(
  { runId, bucket, repairs, failed }: Pick<RunDetails, 'runId' | 'bucket' | 'repairs' | 'failed'>,
  locale?: string,
): string[] {
  const lines = (repairs ?? []).flatMap(({ deed, committed }) =>
    committed === 0 ? [] : [doneLine(deed, committed, { runId, bucket }, locale)],
  )
  const restored = (repairs ?? []).reduce((sum, tally) => sum + tally.restored, 0)
  const remaining = (repairs ?? []).reduce((sum, tally) => sum + tally.remaining, 0)
  if (restored > 0) lines.push(`${formatCount(restored, 'repair', locale)} taken back: as before.`)
  if (failed > 0) lines.push(`${formatCount(failed, 'finding', locale)} left as found.`)
  if (remaining > 0)
    lines.push(`${formatCount(remaining, 'finding', locale)} not reached; nothing of them was changed.`)
  return lines
}

function doneLine(
  deed: RepairDeed,
  count: number,
  { runId, bucket }: { runId: string; bucket: string },
  locale: string | undefined,
): string {
  const what = formatCount(count, nouns[deed], locale)
  const one = count === 1
  switch (deed) {
    case 'fix-path':
      return `${what} ${one ? 'names' : 'name'} the place where the document lies.`
    case 'put-back':
      return `${what} ${one ? 'lies' : 'lie'} where the ${one ? 'row says' : 'rows say'}.`
    case 'set-aside':
      return `${what} ${one ? 'lies' : 'lie'} in quarantine/${runId}/ of the uploads folder.`
    case 'remove-object':
      return `${what} ${one ? 'is' : 'are'} gone from bucket ${bucket}; the bytes lie in quarantine/${runId}/bucket/ of the uploads folder.`
    case 'remove-row':
      return `${what} ${one ? 'is' : 'are'} deleted. Saved in this record alone, with all that depended on ${one ? 'it' : 'them'}: keep it as long as ${one ? 'it' : 'they'} may be wanted back.`
  }
}

/** What lies where after a repair was taken back. */
export function afterTakingBack(
  { bucket, repairs }: Pick<RunDetails, 'bucket' | 'repairs'>,
  locale?: string,
): string[] {
  const lines = (repairs ?? []).flatMap(({ deed, restored }) => {
    if (restored === 0) return []
    const what = formatCount(restored, nouns[deed], locale)
    const one = restored === 1
    switch (deed) {
      case 'fix-path':
        return [`${what} ${one ? 'holds' : 'hold'} the path of before the repair.`]
      case 'put-back':
        return [`${what} ${one ? 'lies' : 'lie'} in the quarantine again.`]
      case 'set-aside':
        return [`${what} ${one ? 'lies' : 'lie'} where ${one ? 'it' : 'they'} lay before.`]
      case 'remove-object':
        return [
          `${what} ${one ? 'is' : 'are'} in bucket ${bucket} again; the saved ${one ? 'copy stays' : 'copies stay'} in the quarantine.`,
        ]
      case 'remove-row':
        return [`${what} ${one ? 'is' : 'are'} back, with all that depended on ${one ? 'it' : 'them'}.`]
    }
  })
  const left = (repairs ?? []).reduce((sum, { failed, remaining }) => sum + failed + remaining, 0)
  return left > 0
    ? [...lines, `${formatCount(left, 'repair', locale)} not taken back: as the repair left them.`]
    : lines
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
