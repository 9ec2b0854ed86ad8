import type { CheckLevel, DriftGroup, Mended, Repair, StateCheck } from '../../shared/run.ts'
import { formatDuration } from './duration.ts'
import { formatCount, formatNumber } from './number.ts'
import type { Tone } from './status.ts'

/** What each level looks at, and what it costs. */
export const levelWords: Record<CheckLevel, { label: string; means: string }> = {
  exists: { label: 'Presence', means: 'Rows, objects and local files are there, with the size that they had. Fast.' },
  checksum: {
    label: 'Checksums',
    means: 'Hashes too: of objects as the storage service reports them, of local files by reading them.',
  },
  readback: { label: 'Every byte', means: 'Every object is downloaded and hashed. Takes as long as a migration.' },
}

/** A repair as a button, and what it does. */
export interface RepairWords {
  label: string
  means: string
}

const repairs: Record<Exclude<Repair, 'none'>, RepairWords> = {
  resume: { label: 'Resume the run…', means: 'The run goes on and takes up what it has not written down.' },
  rollback: { label: 'Roll back…', means: 'A rollback puts these in order. It shows first what it would do.' },
  migrate: { label: 'Make a plan', means: 'Their rows are local again: a new migration moves them.' },
  're-upload': {
    label: 'Send again…',
    means: 'What a row points at and the bucket has not is sent from the local file.',
  },
  'mark-gone': {
    label: 'Write down as gone…',
    means: 'The documents were deleted in Readur: this record learns of it.',
  },
}

/** Null where there is nothing to do, or nothing that this program can do. */
export const repairWords = (repair: Repair): RepairWords | null => (repair === 'none' ? null : repairs[repair])

/** What is said of differences that no repair is for. */
export const withoutRepair = (group: Pick<DriftGroup, 'note'>): string =>
  group.note ? 'Known and harmless.' : 'Only a backup helps here, or Readur itself: look at the files below.'

/** The result of a comparison in one sentence. */
export function checkSentence(check: StateCheck, locale?: string): { text: string; tone: Tone } {
  const { checked, of, sound, seconds } = check
  const took = `in ${formatDuration(seconds)}`
  if (checked === 0) return { text: 'There was nothing to compare.', tone: 'neutral' }
  const files =
    checked < of
      ? `${formatNumber(checked, locale)} of ${formatCount(of, 'file', locale)}, chosen at random,`
      : formatCount(checked, 'file', locale)
  if (sound === checked) return { text: `${files} compared ${took}: all as recorded.`, tone: 'good' }
  return {
    text: `${files} compared ${took}: ${formatNumber(sound, locale)} as recorded, ${formatNumber(checked - sound, locale)} not.`,
    tone: 'warn',
  }
}

/** What a repair has done in one sentence. */
export function mendedSentence({ resent, gone, isWhole }: Mended, locale?: string): { text: string; tone: Tone } {
  const parts = [
    ...(resent > 0 ? [`${formatCount(resent, 'object', locale)} sent again`] : []),
    ...(gone > 0 ? [`${formatCount(gone, 'file', locale)} written down as gone`] : []),
  ]
  const done = parts.length > 0 ? `${parts.join('; ')}.` : 'Nothing was changed.'
  return isWhole
    ? { text: done, tone: 'good' }
    : { text: `${done} Not everything could be put right: the findings of the run say why.`, tone: 'warn' }
}

/** Differences in the order in which somebody should look at them: those with something to do first, notes last. */
export const sortedDrift = (drift: readonly DriftGroup[]): DriftGroup[] =>
  drift.toSorted((a, b) => rank(a) - rank(b) || b.count - a.count)

const rank = ({ note, repair }: DriftGroup): number => (note ? 2 : repair === 'none' ? 0 : 1)
