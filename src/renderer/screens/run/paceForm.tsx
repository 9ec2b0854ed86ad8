import { NumberInput, TextInput } from '@mantine/core'
import { useState, type KeyboardEvent } from 'react'
import { optionLimits, type Pace } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { formatRate } from '../../format/bytes.ts'
import { useLive } from '../../stores/context.tsx'
import { bandwidthError, parseBandwidth } from '../../components/options/options.ts'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

interface PaceFormProps {
  runId: string
  pace: Pace
  /** How many files at once the service lets pass now. */
  parallelNow: number
  /** Several files at once; else there is nothing to choose. */
  inParallel: boolean
}

/** How fast a run may go, changed while it goes on: a number of files at once, and a bandwidth. */
export function PaceForm({ runId, pace, parallelNow, inParallel }: PaceFormProps) {
  const adjust = useLive((state) => state.adjust)
  const { parallelUploads, bytesPerSecond } = pace
  const isSlowed = inParallel && parallelNow > 0 && parallelNow < parallelUploads
  return (
    <Panel title={texts.run.speedLimits}>
      <div className={classes.form}>
        {inParallel && (
          <NumberInput
            label={texts.run.filesInParallel}
            description={isSlowed && texts.run.parallelNow(parallelNow)}
            {...optionLimits.parallelUploads}
            clampBehavior="strict"
            allowDecimal={false}
            value={parallelUploads}
            onChange={(value) => {
              if (typeof value === 'number') void adjust(runId, { ...pace, parallelUploads: value })
            }}
          />
        )}
        <BandwidthInput
          key={bytesPerSecond}
          bytesPerSecond={bytesPerSecond}
          onChange={(wanted) => void adjust(runId, { ...pace, bytesPerSecond: wanted })}
        />
      </div>
    </Panel>
  )
}

interface BandwidthInputProps {
  bytesPerSecond: number | null
  onChange: (bytesPerSecond: number | null) => void
}

/** Takes effect with Enter, or when the field is left. */
function BandwidthInput({ bytesPerSecond, onChange }: BandwidthInputProps) {
  const shown = bytesPerSecond === null ? '' : formatRate(bytesPerSecond, 'en')
  const [text, setText] = useState(shown)
  const parsed = parseBandwidth(text)
  const take = () => {
    if (parsed !== undefined && text !== shown) onChange(parsed)
  }
  return (
    <TextInput
      label={texts.run.bandwidth}
      title={texts.run.bandwidthLabel}
      placeholder={texts.run.bandwidthPlaceholder}
      value={text}
      error={parsed === undefined ? bandwidthError : null}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
