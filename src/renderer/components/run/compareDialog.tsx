import { areComparable } from '../../../shared/runKind.ts'
import { runWords } from '../../../shared/runWords.ts'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Dialog } from '../dialog.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation } from '../../stores/context.tsx'
import { useRead } from '../../stores/useRead.ts'
import { texts } from '../../texts/texts.ts'
import classes from '../dialog.module.css'

interface CompareDialogProps {
  details: RunDetails
  onClose: () => void
}

/** So many of the latest are to choose from. */
const offered = 100

/** Chooses the run that another one is put beside: of the same connection and kind. */
export function CompareDialog({ details, onClose }: CompareDialogProps) {
  const { runId, profileId, kind } = details
  const go = useNavigation((state) => state.go)
  const { value } = useRead(profileId, (api) =>
    api.runs.list({ offset: 0, limit: offered, filter: { profileId, kinds: [kind] } }),
  )
  const others = value?.runs.filter((run) => run.runId !== runId && areComparable(run, details))
  const [chosen, setChosen] = useState<string | null>(null)
  const second = chosen ?? others?.[0]?.runId ?? null
  return (
    <Dialog
      opened
      title={texts.result.compareWithAnotherRun}
      onClose={onClose}
      action={
        <Button
          disabled={second === null}
          onClick={() => {
            if (second !== null) go({ name: 'compare', first: runId, second })
          }}
        >
          {texts.result.compare}
        </Button>
      }
    >
      {others?.length === 0 ? (
        <p className={classes.lead}>{texts.result.noOtherRun}</p>
      ) : (
        <NativeSelect
          label={texts.result.runOfTheSameConnection}
          value={second ?? ''}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={(others ?? []).map((run) => ({
            value: run.runId,
            label: `${formatMoment(run.createdAt)}: ${runWords[run.kind].name}, ${wordOfRun(run).label.toLowerCase()}`,
          }))}
        />
      )}
    </Dialog>
  )
}
