import type { CheckLevel, DriftGroup, ReUploaded, Repair, StateCheck } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'
import { formatDuration } from '../../format/duration.ts'
import type { Tone } from '../../format/status.ts'

/** What each level looks at, and what it costs. */
export const levelWords: Record<CheckLevel, { label: string; means: string }> = {
  exists: { label: texts.verify.presence, means: texts.verify.presenceMeans },
  checksum: {
    label: texts.verify.checksums,
    means: texts.verify.checksumsMeans,
  },
  readback: { label: texts.verify.everyByte, means: texts.verify.everyByteMeans },
}

/** A repair as a button, and what it does. */
export interface RepairWords {
  label: string
  means: string
}

const repairs: Record<Exclude<Repair, 'none'>, RepairWords> = {
  resume: { label: texts.verify.resumeTheRun, means: texts.verify.resumeMeans },
  rollback: { label: texts.verify.rollBack, means: texts.verify.rollBackMeans },
  migrate: { label: texts.verify.makeAPlan, means: texts.verify.migrateMeans },
  're-upload': {
    label: texts.verify.uploadAgain,
    means: texts.verify.uploadAgainMeans,
  },
  'mark-gone': {
    label: texts.verify.markAsDeleted,
    means: texts.verify.markAsDeletedMeans,
  },
}

/** Null where there is nothing to do, or nothing that this program can do. */
export const repairWords = (repair: Repair): RepairWords | null => (repair === 'none' ? null : repairs[repair])

/** What is said of differences that no repair is for. */
export const withoutRepair = (group: Pick<DriftGroup, 'note'>): string =>
  group.note ? texts.verify.knownAndHarmless : texts.verify.noRepair

/** The result of a comparison in one sentence. */
export function checkSentence(check: StateCheck): { text: string; tone: Tone } {
  const { checked, of, sound, seconds } = check
  const took = texts.verify.tookSeconds(formatDuration(seconds))
  if (checked === 0) return { text: texts.verify.nothingCompared, tone: 'neutral' }
  const files = checked < of ? texts.verify.sampleOf({ checked, total: of }) : texts.nouns.file(checked)
  if (sound === checked) return { text: texts.verify.allAsRecorded({ files, took }), tone: 'good' }
  return {
    text: texts.verify.someDiffer({ files, took, sound, differing: checked - sound }),
    tone: 'warn',
  }
}

/** What a repair has done in one sentence. */
export function reUploadedSentence({ resent, gone, isWhole }: ReUploaded): { text: string; tone: Tone } {
  const parts = [
    ...(resent > 0 ? [texts.verify.uploadedAgain(resent)] : []),
    ...(gone > 0 ? [texts.verify.markedAsDeleted(gone)] : []),
  ]
  const done = parts.length > 0 ? `${parts.join('; ')}.` : texts.verify.nothingWasChanged
  return isWhole ? { text: done, tone: 'good' } : { text: texts.verify.partlyFixed(done), tone: 'warn' }
}

/** Differences in the order in which somebody should look at them: those with something to do first, notes last. */
export const sortedDrift = (drift: readonly DriftGroup[]): DriftGroup[] =>
  drift.toSorted((a, b) => rank(a) - rank(b) || b.count - a.count)

const rank = ({ note, repair }: DriftGroup): number => (note ? 2 : repair === 'none' ? 0 : 1)
