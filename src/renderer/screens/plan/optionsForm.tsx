import { Input, NumberInput, SegmentedControl, Switch, TextInput } from '@mantine/core'
import { useId } from 'react'
import { optionLimits, type VerifyLevel } from '../../../shared/run.ts'
import classes from './optionsForm.module.css'
import type { OptionErrors, OptionsDraft } from './options.ts'

interface OptionsFormProps {
  draft: OptionsDraft
  errors: OptionErrors
  onChange: (draft: OptionsDraft) => void
}

const verifyWords: Record<VerifyLevel, { label: string; means: string }> = {
  head: { label: 'Checksum', means: 'The storage service reports size and checksum of each object.' },
  readback: { label: 'Read back', means: 'Every object is downloaded again and hashed. Takes about twice as long.' },
}

/** How a plan is carried out: every option with what it does. The defaults suit most. */
export function OptionsForm({ draft, errors, onChange }: OptionsFormProps) {
  const change = (part: Partial<OptionsDraft>) => onChange({ ...draft, ...part })
  const verifyId = useId()
  return (
    <div className={classes.form}>
      <NumberInput
        label="Files in parallel"
        description="More is faster; fewer is gentler on disk and network. Can be changed while the run goes on."
        {...optionLimits.parallelUploads}
        clampBehavior="none"
        allowDecimal={false}
        value={draft.parallelUploads}
        error={errors.parallelUploads}
        onChange={(parallelUploads) => change({ parallelUploads })}
      />
      <TextInput
        label="Bandwidth"
        description="Bytes a second at most, so that others can use the line too. Can be changed while the run goes on."
        placeholder="No limit"
        value={draft.bandwidth}
        error={errors.bandwidth}
        onChange={(event) => change({ bandwidth: event.currentTarget.value })}
      />
      <TextInput
        label="Send in parts above"
        description="Larger files go up in parts of 16 MB."
        value={draft.multipartThreshold}
        error={errors.multipartThreshold}
        onChange={(event) => change({ multipartThreshold: event.currentTarget.value })}
      />
      <NumberInput
        label="Rows per batch"
        description="Rows that are switched in one transaction."
        {...optionLimits.batchSize}
        clampBehavior="none"
        allowDecimal={false}
        value={draft.batchSize}
        error={errors.batchSize}
        onChange={(batchSize) => change({ batchSize })}
      />
      <Input.Wrapper
        label="Verification"
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
        label="Copy now, switch later"
        description="Documents are copied and verified; Readur keeps using the local files until the cutover."
        checked={draft.copyOnly}
        onChange={(event) => change({ copyOnly: event.currentTarget.checked })}
      />
      <Switch
        label="Roll back on failure"
        description="If a file still fails after its retries, the whole run is rolled back: rows and bucket are as before."
        checked={draft.enableRollback}
        onChange={(event) => change({ enableRollback: event.currentTarget.checked })}
      />
    </div>
  )
}
