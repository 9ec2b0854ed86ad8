import {
  diagnosticCatalogue,
  type Diagnostic,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../shared/diagnostic.ts'
import { texts } from '../texts/texts.ts'
import { readerLocale } from './locale.ts'
import type { Tone } from './status.ts'

export const areaWords: Record<DiagnosticArea, string> = {
  computer: texts.doctor.thisComputer,
  server: texts.doctor.server,
  database: texts.doctor.database,
  uploads: texts.doctor.uploadsFolder,
  bucket: texts.doctor.bucket,
  readur: texts.doctor.readur,
}

export const checkWord = (code: DiagnosticCode): string => diagnosticCatalogue[code].name

/** How a check stands: while it is not done its state, then what it found. */
export type Standing = 'waiting' | 'begun' | 'skipped' | 'ok' | 'note' | 'warning' | 'blocking'

export const standingOf = ({ state, severity }: Pick<Diagnostic, 'state' | 'severity'>): Standing =>
  state === 'done' ? (severity ?? 'ok') : state

/** The standing as a screen reader says it. */
export const standingWords: Record<Standing, string> = {
  waiting: texts.doctor.notStarted,
  begun: texts.doctor.inProgress,
  skipped: texts.doctor.notTried,
  ok: 'done',
  note: texts.doctor.doneWithANote,
  warning: texts.doctor.doneWithAWarning,
  blocking: 'failed',
}

export const standingTones: Record<Standing, Tone> = {
  waiting: 'neutral',
  begun: 'active',
  skipped: 'neutral',
  ok: 'good',
  note: 'good',
  warning: 'warn',
  blocking: 'bad',
}

/** `12 ms`, `1.4 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 1000) return texts.doctor.milliseconds(Math.round(milliseconds))
  const seconds = new Intl.NumberFormat(readerLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${seconds.format(milliseconds / 1000)} s`
}
