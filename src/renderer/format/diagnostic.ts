import {
  diagnosticCatalogue,
  type CheckupOutcome,
  type Diagnostic,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../shared/diagnostic.ts'
import { texts } from '../texts/texts.ts'
import { readerLocale } from './locale.ts'
import type { Tone, Word } from './status.ts'

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

/** How the checks of an area stand; null before they were begun. */
export function areaWord(diagnostics: readonly Diagnostic[]): Word | null {
  const standings = diagnostics.map(standingOf)
  const has = (standing: Standing) => standings.includes(standing)
  const isDone = diagnostics.some(({ state }) => state === 'done')
  if (has('blocking')) return { label: texts.doctor.failed, tone: 'bad' }
  if (has('skipped')) return { label: texts.doctor.notTriedLabel, tone: 'neutral' }
  if (has('begun') || (has('waiting') && isDone)) return { label: texts.doctor.testing, tone: 'active' }
  return isDone ? { label: texts.doctor.reached, tone: 'good' } : null
}

/** Checks of one thing. */
export interface CheckGroup {
  area: DiagnosticArea
  subject: string
  diagnostics: Diagnostic[]
}

/** Checks in the order in which they are made, one group for each server, the database and so on. */
export function groupsOf(diagnostics: readonly Diagnostic[]): CheckGroup[] {
  const groups: CheckGroup[] = []
  for (const it of diagnostics) {
    const last = groups.at(-1)
    if (last?.area === it.area && last.subject === it.subject) last.diagnostics.push(it)
    else groups.push({ area: it.area, subject: it.subject, diagnostics: [it] })
  }
  return groups
}

/** `12 ms`, `1.4 s`. */
export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds < 1000) return texts.doctor.milliseconds(Math.round(milliseconds))
  const seconds = new Intl.NumberFormat(readerLocale(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${seconds.format(milliseconds / 1000)} s`
}

const nameOf = ({ area, code }: Diagnostic): string => `${areaWords[area]}: ${checkWord(code)}`

/** What has come of a test of a connection, or what it is doing, in one sentence. */
export function testSentence(diagnostics: readonly Diagnostic[], outcome: CheckupOutcome): string {
  switch (outcome) {
    case 'passed':
      return texts.doctor.testPassed
    case 'cancelled':
      return texts.doctor.testCancelled
    case 'failed': {
      const failed = diagnostics.filter((it) => standingOf(it) === 'blocking')
      return texts.doctor.failedAt(failed.map(nameOf).join('; '))
    }
    case 'running': {
      const now = diagnostics.find(({ state }) => state === 'begun')
      return now ? texts.doctor.testingNow(nameOf(now)) : texts.doctor.testingSentence
    }
  }
}
