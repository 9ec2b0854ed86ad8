import {
  diagnosticCatalogue,
  type CheckupOutcome,
  type Diagnostic,
  type DiagnosticArea,
  type DiagnosticCode,
} from '../../shared/diagnostic.ts'
import type { Tone, Word } from './status.ts'

export const areaWords: Record<DiagnosticArea, string> = {
  computer: 'This computer',
  server: 'Server',
  database: 'Database',
  uploads: 'Uploads folder',
  bucket: 'Bucket',
  readur: 'Readur',
}

export const checkWord = (code: DiagnosticCode): string => diagnosticCatalogue[code]

/** How a check stands: while it is not done its state, then what it found. */
export type Standing = 'waiting' | 'begun' | 'skipped' | 'ok' | 'note' | 'warning' | 'blocking'

export const standingOf = ({ state, severity }: Pick<Diagnostic, 'state' | 'severity'>): Standing =>
  state === 'done' ? (severity ?? 'ok') : state

/** The standing as a screen reader says it. */
export const standingWords: Record<Standing, string> = {
  waiting: 'not begun',
  begun: 'under way',
  skipped: 'not tried',
  ok: 'done',
  note: 'done, with a remark',
  warning: 'done, with a warning',
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
  if (has('blocking')) return { label: 'Failed', tone: 'bad' }
  if (has('skipped')) return { label: 'Not tried', tone: 'neutral' }
  if (has('begun') || (has('waiting') && isDone)) return { label: 'Testing…', tone: 'active' }
  return isDone ? { label: 'Reached', tone: 'good' } : null
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
export function formatMilliseconds(milliseconds: number, locale?: string): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  const seconds = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  return `${seconds.format(milliseconds / 1000)} s`
}

const nameOf = ({ area, code }: Diagnostic): string => `${areaWords[area]}: ${checkWord(code)}`

/** What has come of a test of a connection, or what it is doing, in one sentence. */
export function testSentence(diagnostics: readonly Diagnostic[], outcome: CheckupOutcome): string {
  switch (outcome) {
    case 'passed':
      return 'Everything can be reached.'
    case 'cancelled':
      return 'The test was cancelled.'
    case 'failed': {
      const failed = diagnostics.filter((it) => standingOf(it) === 'blocking')
      return `Failed – ${failed.map(nameOf).join('; ')}.`
    }
    case 'running': {
      const now = diagnostics.find(({ state }) => state === 'begun')
      return now ? `Testing: ${nameOf(now)}.` : 'Testing.'
    }
  }
}
