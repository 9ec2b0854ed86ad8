import type { CheckupSnapshot, Diagnostic, DiagnosticArea } from '../../../shared/diagnostic.ts'
import { diagnosticAreas } from '../../../shared/diagnostic.ts'
import { areaWords, checkWord, standingOf, type Standing } from '../../format/diagnostic.ts'
import type { Tone } from '../../format/status.ts'
import { texts } from '../../texts/texts.ts'

export interface Verdict {
  text: string
  tone: Tone
  /** What stands in the way first. */
  first: Diagnostic | null
}

/** How a checkup goes or has ended, in one sentence. */
export function verdictOf({ outcome, diagnostics }: Pick<CheckupSnapshot, 'outcome' | 'diagnostics'>): Verdict {
  const of = (severity: Diagnostic['severity']) => diagnostics.filter((it) => it.severity === severity)
  const done = diagnostics.filter(({ state }) => state === 'done').length
  const [blocking, warnings] = [of('blocking'), of('warning')]
  const [first = null] = blocking
  switch (outcome) {
    case 'running':
      return { text: texts.doctor.checksDone({ done, total: diagnostics.length }), tone: 'active', first }
    case 'cancelled':
      return { text: texts.doctor.cancelledAfter(done), tone: 'neutral', first }
    case 'failed':
      if (first === null) return { text: texts.doctor.checksFailed, tone: 'bad', first }
      return { text: texts.doctor.stopsHere({ what: titleOf(first), others: blocking.length - 1 }), tone: 'bad', first }
    case 'passed':
      return warnings.length > 0
        ? { text: texts.doctor.readyWith(texts.nouns.warning(warnings.length)), tone: 'warn', first }
        : { text: texts.doctor.ready(done), tone: 'good', first }
  }
}

/** What a check has found, without a full stop. */
export const titleOf = ({ finding, error, code }: Diagnostic): string =>
  (finding ?? error?.title ?? checkWord(code)).replace(/\.$/, '')

/** `Bucket: Region`, `Server: Login`; the area alone where both are called the same. */
export const nameOf = ({ area, code }: Pick<Diagnostic, 'area' | 'code'>): string =>
  [...new Set([areaWords[area], checkWord(code)])].join(': ')

/** The checks of an area that found nothing to do, in one line. */
export interface AreaLine {
  area: DiagnosticArea
  words: string
  standing: Standing
  diagnostics: Diagnostic[]
}

/** One line for each area: what passed, what goes on, what was not tried. What failed or warns stands above. */
export function areaLinesOf(diagnostics: readonly Diagnostic[]): AreaLine[] {
  return diagnosticAreas.flatMap((area): AreaLine[] => {
    const all = diagnostics.filter((it) => it.area === area)
    const quiet = all.filter((it) => !isTrouble(it))
    if (quiet.length === 0) return []
    const done = quiet.filter(({ state }) => state === 'done')
    const name = areaWords[area]
    const isBegun = all.some(({ state }) => state === 'begun' || state === 'waiting')
    const line = (words: string, standing: Standing) => [{ area, words, standing, diagnostics: quiet }]
    if (isBegun && all.every(({ state }) => state === 'waiting')) return line(texts.doctor.areaWaits(name), 'waiting')
    if (isBegun) return line(texts.doctor.areaGoesOn({ name, done: done.length, total: all.length }), 'begun')
    if (done.length === 0) return line(texts.doctor.areaNotTried(name), 'skipped')
    return line(texts.doctor.areaPassed({ name, count: done.length }), 'ok')
  })
}

export function isTrouble(diagnostic: Diagnostic): boolean {
  const standing = standingOf(diagnostic)
  return standing === 'blocking' || standing === 'warning'
}
