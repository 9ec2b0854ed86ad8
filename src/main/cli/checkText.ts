import {
  diagnosticCatalogue,
  type CheckupOutcome,
  type Diagnostic,
  type DiagnosticArea,
} from '../../shared/diagnostic.ts'
import { told } from './text.ts'

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
  const name = `${areas[area]}, ${diagnosticCatalogue[code].toLowerCase()}`
  if (state === 'skipped') return [`${'-'.padEnd(8)} ${name}: not tried`]
  const standing = severity ?? 'ok'
  const head = `${words[standing].padEnd(8)} ${name}: ${finding ?? ''}`
  if (standing === 'ok') return [head]
  const because = error && finding?.includes(error.message) !== true ? [error.message, ...error.causes] : []
  const commands = (remedy?.commands ?? []).flatMap(({ where, text }) => [
    `On ${where}:`,
    ...text.split('\n').map((line) => `  ${line}`),
  ])
  const todo = remedy && remedy.words !== '' ? [`→ ${remedy.words}`] : []
  const code_ = error ? [`(${error.code})`] : []
  const facts = [...new Set([...because, ...evidence])].flatMap((text) => told('', text))
  return [head, ...[...facts, ...todo, ...commands, ...code_].map((line) => `${indent}${line}`)]
}

/** What has come of all of them. */
export function checkupText(diagnostics: readonly Diagnostic[], outcome: Exclude<CheckupOutcome, 'running'>): string[] {
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((it) => it.severity === severity).length
  const parts = [
    `${count('ok')} ok`,
    `${count('note')} notes`,
    `${count('warning')} warnings`,
    `${count('blocking')} failed`,
  ]
  const ends = {
    passed: 'Nothing stands in the way of a run.',
    failed: 'A run would not work.',
    cancelled: 'The checks were cancelled.',
  }
  return ['', `${ends[outcome]} ${parts.join(', ')}.`]
}

/** Offers of the checks, for who cannot be asked. */
export function offersText(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.flatMap(({ remedy }) =>
    (remedy?.actions ?? []).map(({ id, label, consequence }) => `${label}: add --do ${id}. ${consequence}`),
  )
}
