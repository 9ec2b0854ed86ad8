import {
  diagnosticCatalogue,
  type CheckupOutcome,
  type Diagnostic,
  type DiagnosticArea,
} from '../../shared/diagnostic.ts'
import { checkHints, hints } from './hints.ts'
import { count, told } from './text.ts'

const areas: Record<DiagnosticArea, string> = {
  computer: 'This computer',
  server: 'Server',
  database: 'Database',
  uploads: 'Uploads',
  bucket: 'Bucket',
  readur: 'Readur',
}

const words = { ok: 'ok', note: 'note', warning: 'warning', blocking: 'FAILED' } as const

const indent = ' '.repeat(9)

/** One check that has ended, with what it found and what to do about it. */
export function checkText({ code, area, state, severity, finding, evidence, remedy, error }: Diagnostic): string[] {
  const name = `${areas[area]}: ${diagnosticCatalogue[code].name}`
  if (state === 'skipped') return [`${'-'.padEnd(8)} ${name} – not checked`]
  const standing = severity ?? 'ok'
  const head = `${words[standing].padEnd(8)} ${name} – ${finding ?? ''}`
  if (standing === 'ok') return [head]
  const because = error && finding?.includes(error.message) !== true ? [error.message, ...error.causes] : []
  const commands = (remedy?.commands ?? []).flatMap(({ where, text }) => [
    `On ${where}:`,
    ...text.split('\n').map((line) => `  ${line}`),
  ])
  const todo = remedy && remedy.words !== '' ? [`→ ${remedy.words}`] : []
  // What blocks is the error itself; what only warns is the check's own finding, whatever error it met.
  const hint = error && standing === 'blocking' ? hints[error.code] : checkHints[code]
  const code_ = error ? [`(${error.code})`] : []
  const facts = [...new Set([...because, ...evidence])].flatMap((text) => told('', text))
  return [
    head,
    ...[...facts, ...todo, ...(remedy && hint !== undefined ? [hint] : []), ...commands, ...code_].map(
      (line) => `${indent}${line}`,
    ),
  ]
}

/** The outcome of all checks. */
export function checkupText(diagnostics: readonly Diagnostic[], outcome: Exclude<CheckupOutcome, 'running'>): string[] {
  const of = (severity: Diagnostic['severity']): number => diagnostics.filter((it) => it.severity === severity).length
  const parts = [
    `${of('ok')} ok`,
    count(of('note'), 'note'),
    count(of('warning'), 'warning'),
    `${of('blocking')} failed`,
  ]
  const ends = {
    passed: 'Checks passed.',
    failed: 'Checks failed; a run would not work.',
    cancelled: 'Checks canceled.',
  }
  return ['', `${ends[outcome]} ${parts.join(', ')}.`]
}

/** Fixes that the checks offer, where nobody can be asked. */
export function offersText(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap(({ remedy }) =>
    (remedy?.actions ?? []).map(({ id, label, consequence }) => `${label}: run again with --do ${id}. ${consequence}`),
  )
}
