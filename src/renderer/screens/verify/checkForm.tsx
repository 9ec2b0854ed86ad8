import { NumberInput, Radio } from '@mantine/core'
import { type CheckLevel, checkLevels, optionLimits } from '../../../shared/run.ts'
import { levelWords } from './checkWords.ts'
import { texts } from '../../texts/texts.ts'
import classes from './verify.module.css'

interface CheckFormProps {
  draft: CheckDraft
  /** What is wrong with the sample. */
  error: string | null
  onChange: (draft: CheckDraft) => void
}

/** How closely a run is compared, and with how many of its files. Nothing is changed by it. */
export function CheckForm({ draft, error, onChange }: CheckFormProps) {
  return (
    <div className={classes.form}>
      <Radio.Group
        aria-label={texts.verify.depth}
        value={draft.level}
        onChange={(value) => onChange({ ...draft, level: checkLevels.find((one) => one === value) ?? draft.level })}
      >
        <div className={classes.levels}>
          {checkLevels.map((level) => (
            <Radio key={level} value={level} label={levelWords[level].label} description={levelWords[level].means} />
          ))}
        </div>
      </Radio.Group>
      <NumberInput
        className={classes.sample ?? ''}
        label={texts.verify.sampleSize}
        description={texts.verify.sampleHint}
        placeholder={texts.verify.all}
        {...optionLimits.sample}
        clampBehavior="none"
        allowDecimal={false}
        value={draft.sample}
        error={error}
        onChange={(sample) => onChange({ ...draft, sample })}
      />
    </div>
  )
}

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
