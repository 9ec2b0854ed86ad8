import type { CheckupSnapshot, Severity } from '../../shared/diagnostic.ts'
import { formatCount } from './number.ts'
import type { Tone } from './status.ts'

/** How a checkup stands or has ended, in one sentence. */
export function checkupSentence(
  { outcome, diagnostics }: Pick<CheckupSnapshot, 'outcome' | 'diagnostics'>,
  locale?: string,
): { text: string; tone: Tone } {
  const count = (severity: Severity) => diagnostics.filter((it) => it.severity === severity).length
  const done = diagnostics.filter(({ state }) => state === 'done').length
  const [blocking, warnings] = [count('blocking'), count('warning')]
  const found = [
    ...(blocking > 0 ? [`${formatCount(blocking, 'thing', locale)} would stop a run`] : []),
    ...(warnings > 0 ? [formatCount(warnings, 'warning', locale)] : []),
  ].join(', ')
  switch (outcome) {
    case 'running':
      return { text: `${formatCount(done, 'check', locale)} of ${diagnostics.length} done…`, tone: 'active' }
    case 'cancelled':
      return { text: `Cancelled after ${formatCount(done, 'check', locale)}.`, tone: 'neutral' }
    case 'failed':
      return { text: `${found === '' ? 'Not everything could be looked at' : found}.`, tone: 'bad' }
    case 'passed':
      return warnings > 0
        ? { text: `Nothing is in the way of a run; ${found}.`, tone: 'warn' }
        : { text: `${formatCount(done, 'check', locale)}, nothing is in the way.`, tone: 'good' }
  }
}

const ranks: Record<Severity, number> = { ok: 0, note: 1, warning: 2, blocking: 3 }

/** The worst of what was found; null before anything was. */
export function worstOf(severities: readonly (Severity | null)[]): Severity | null {
  return severities.reduce<Severity | null>(
    (worst, it) => (it !== null && (worst === null || ranks[it] > ranks[worst]) ? it : worst),
    null,
  )
}
