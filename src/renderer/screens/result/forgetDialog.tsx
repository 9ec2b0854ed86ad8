import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { RunDetails } from '../../../shared/run.ts'
import { canBeUndone, isUnfinished } from '../../../shared/undoable.ts'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { useStores } from '../../stores/context.tsx'
import classes from './forgetDialog.module.css'

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
      title="Forget this run?"
      onClose={onClose}
      action={
        <Button color="red" disabled={matters && !known} onClick={() => void forget()}>
          Forget
        </Button>
      }
    >
      <ul className={classes.facts}>
        <li>Its record is deleted from this computer: plan, journal, findings, and the paths of before.</li>
        <li>Documents, rows, objects in the bucket and local files stay exactly as they are.</li>
        <li>
          {details.stateFile === null ? (
            'No state file of it was written. One can be written first, in the record.'
          ) : (
            <>
              Its state file stays: <code>{details.stateFile}</code>
            </>
          )}
        </li>
      </ul>
      {matters && (
        <Checkbox
          className={classes.known ?? ''}
          label={
            isUnfinished(details)
              ? 'It is not done. I know that it cannot be gone on with or rolled back from here afterwards.'
              : 'I know that it cannot be rolled back from here afterwards, unless its record is rebuilt.'
          }
          checked={known}
          onChange={(event) => setKnown(event.currentTarget.checked)}
        />
      )}
      {error && <ErrorCard error={error} />}
    </Dialog>
  )
}
