import { Input, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useId } from 'react'
import { optionLimits, type VerifyLevel } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'
import classes from './optionsForm.module.css'
import type { OptionErrors, OptionsDraft } from './options.ts'

interface OptionsFormProps {
  draft: OptionsDraft
  errors: OptionErrors
  onChange: (draft: OptionsDraft) => void
}

const verifyWords: Record<VerifyLevel, { label: string; means: string }> = {
  head: { label: texts.plan.checksum, means: texts.plan.checksumMeans },
  readback: { label: texts.plan.download, means: texts.plan.downloadMeans },
}

/** How a plan is carried out: every option with what it does. The defaults suit most. */
export function OptionsForm({ draft, errors, onChange }: OptionsFormProps) {
  const change = (part: Partial<OptionsDraft>) => onChange({ ...draft, ...part })
  const verifyId = useId()
  return (
    <div className={classes.form}>
      <NumberInput
        label={texts.plan.filesInParallel}
        description={texts.plan.filesInParallelMeans}
        {...optionLimits.parallelUploads}
        clampBehavior="none"
        allowDecimal={false}
        value={draft.parallelUploads}
        error={errors.parallelUploads}
        onChange={(parallelUploads) => change({ parallelUploads })}
      />
      <TextInput
        label={texts.plan.bandwidth}
        description={texts.plan.bandwidthMeans}
        placeholder={texts.plan.noLimit}
        value={draft.bandwidth}
        error={errors.bandwidth}
        onChange={(event) => change({ bandwidth: event.currentTarget.value })}
      />
      <TextInput
        label={texts.plan.uploadInPartsAbove}
        description={texts.plan.uploadInPartsMeans}
        value={draft.multipartThreshold}
        error={errors.multipartThreshold}
        onChange={(event) => change({ multipartThreshold: event.currentTarget.value })}
      />
      <NumberInput
        label={texts.plan.batchSize}
        description={texts.plan.batchSizeMeans}
        {...optionLimits.batchSize}
        clampBehavior="none"
        allowDecimal={false}
        value={draft.batchSize}
        error={errors.batchSize}
        onChange={(batchSize) => change({ batchSize })}
      />
      <Input.Wrapper
        label={texts.plan.verification}
        description={verifyWords[draft.verify].means}
        labelElement="div"
        labelProps={{ id: verifyId }}
      >
        <SegmentedControl
          fullWidth
          aria-labelledby={verifyId}
          className={classes.choice ?? ''}
          value={draft.verify}
          onChange={(verify) => change({ verify })}
          data={[
            { value: 'head', label: verifyWords.head.label },
            { value: 'readback', label: verifyWords.readback.label },
          ]}
        />
      </Input.Wrapper>
      <Switch
        label={texts.plan.copyOnly}
        description={texts.plan.copyOnlyMeans}
        checked={draft.copyOnly}
        onChange={(event) => change({ copyOnly: event.currentTarget.checked })}
      />
      <Switch
        label={texts.plan.rollBackOnFailure}
        description={texts.plan.rollBackMeans}
        checked={draft.enableRollback}
        onChange={(event) => change({ enableRollback: event.currentTarget.checked })}
      />
    </div>
  )
}
