import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { canBeUndone, isUnfinished } from '../../../shared/undoable.ts'
import { Dialog } from '../dialog.tsx'
import { ErrorCard } from '../errorCard.tsx'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './run.module.css'

/** Names what is lost with the record of a run; of one that could still be rolled back, that has to be ticked. */
export function ForgetDialog({ details, onClose }: { details: RunDetails; onClose: () => void }) {
  const { forgetRun } = useStores()
  const [known, setKnown] = useState(false)
  const [error, setError] = useState<ErrorData | null>(null)
  const matters = canBeUndone(details) || isUnfinished(details)
  const forget = async () => {
    const refused = await forgetRun(details.runId)
    if (refused) setError(refused)
    else onClose()
  }
  return (
    <Dialog
      opened
      title={texts.result.forgetThisRun}
      onClose={onClose}
      action={
        <Button color="red" disabled={matters && !known} onClick={() => void forget()}>
          {texts.result.forgetRun}
        </Button>
      }
    >
      <ul className={classes.facts}>
        <li>{texts.result.deleteRecordMeans}</li>
        <li>{texts.result.deleteRecordKeeps}</li>
        <li>
          {details.stateFile === null ? (
            texts.result.noStateFileHint
          ) : (
            <>{texts.result.stateFileStays(<code>{details.stateFile}</code>)}</>
          )}
        </li>
      </ul>
      {matters && (
        <Checkbox
          className={classes.known ?? ''}
          label={isUnfinished(details) ? texts.result.knowsUnfinished : texts.result.knowsNoRollback}
          checked={known}
          onChange={(event) => setKnown(event.currentTarget.checked)}
        />
      )}
      {error && <ErrorCard error={error} />}
    </Dialog>
  )
}
