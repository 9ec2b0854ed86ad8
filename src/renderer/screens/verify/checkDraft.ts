import { type CheckLevel, optionLimits } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'

/** How a run is to be compared, as it stands in the form. */
export interface CheckDraft {
  level: CheckLevel
  /** Only so many files; empty for all. */
  sample: number | string
}

export const firstCheck: CheckDraft = { level: 'checksum', sample: '' }

/** Options from a draft, or what is wrong with it. */
export function parseCheck({
  level,
  sample,
}: CheckDraft): { ok: true; options: { level: CheckLevel; sample?: number } } | { ok: false; error: string } {
  if (typeof sample === 'string' && sample.trim() === '') return { ok: true, options: { level } }
  const size = Number(sample)
  const { min, max } = optionLimits.sample
  if (!Number.isInteger(size) || size < min || size > max) {
    return { ok: false, error: texts.verify.numberBetween({ min, max }) }
  }
  return { ok: true, options: { level, sample: size } }
}
