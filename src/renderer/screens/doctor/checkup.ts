import type { CheckupSnapshot, Severity } from '../../../shared/diagnostic.ts'
import { texts } from '../../texts/texts.ts'
import type { Tone } from '../../format/status.ts'

/** How a checkup stands or has ended, in one sentence. */
export function checkupSentence({ outcome, diagnostics }: Pick<CheckupSnapshot, 'outcome' | 'diagnostics'>): {
  text: string
  tone: Tone
} {
  const count = (severity: Severity) => diagnostics.filter((it) => it.severity === severity).length
  const done = diagnostics.filter(({ state }) => state === 'done').length
  const [blocking, warnings] = [count('blocking'), count('warning')]
  const found = [
    ...(blocking > 0 ? [texts.doctor.blocks(blocking)] : []),
    ...(warnings > 0 ? [texts.nouns.warning(warnings)] : []),
  ].join(', ')
  switch (outcome) {
    case 'running':
      return { text: texts.doctor.checksDone({ done, total: diagnostics.length }), tone: 'active' }
    case 'cancelled':
      return { text: texts.doctor.cancelledAfter(done), tone: 'neutral' }
    case 'failed':
      return { text: `${found === '' ? texts.doctor.checksFailed : found}.`, tone: 'bad' }
    case 'passed':
      return warnings > 0
        ? { text: texts.doctor.readyWith(found), tone: 'warn' }
        : { text: texts.doctor.ready(done), tone: 'good' }
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
