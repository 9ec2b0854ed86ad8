import { NumberInput, Radio } from '@mantine/core'
import { checkLevels, optionLimits } from '../../../shared/run.ts'
import { levelWords } from './checkWords.ts'
import { texts } from '../../texts/texts.ts'
import type { CheckDraft } from './checkDraft.ts'
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
        description={texts.verify.numberOfRandomFilesToCheck}
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
