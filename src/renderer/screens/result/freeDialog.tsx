import { Button, Checkbox, Radio } from '@mantine/core'
import { useState } from 'react'
import { missingBeforeFree, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/run.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import { Dialog } from '../../components/dialog.tsx'
import { useReadurState } from '../../stores/context.tsx'
import classes from './freeDialog.module.css'

interface FreeDialogProps {
  details: Pick<RunDetails, 'profileId' | 'validated'>
  onClose: () => void
  /** `anyway`: although something is missing before that. */
  onChosen: (mode: FreeKind, anyway: boolean) => void
}

const modes: { mode: FreeKind; label: string; means: string }[] = [
  {
    mode: 'quarantine',
    label: 'Put local files aside',
    means:
      'They move to quarantine/ in the uploads folder. Nothing is deleted, no space is freed yet, and it can be taken back.',
  },
  {
    mode: 'purge',
    label: 'Delete what was put aside',
    means: 'Only files of this run that lie in the quarantine. They can be had from S3 alone afterwards.',
  },
]

const notLookedAt: ReadurState = { at: 'unknown', why: 'It was not checked yet.', canConfirm: true }

/** Chooses what is to become of local files whose documents are on S3. */
export function FreeDialog({ details, onClose, onChosen }: FreeDialogProps) {
  const readur = useReadurState(details.profileId) ?? notLookedAt
  const missing = missingBeforeFree(readur, details.validated)
  const [anyway, setAnyway] = useState(false)
  const [mode, setMode] = useState<FreeKind>('quarantine')
  return (
    <Dialog
      opened
      title="Free space"
      onClose={onClose}
      action={
        <Button disabled={missing.length > 0 && !anyway} onClick={() => onChosen(mode, anyway)}>
          Preview
        </Button>
      }
    >
      <p className={classes.lead}>The preview changes nothing: it shows which files can go, and asks again.</p>
      <Radio.Group
        aria-label="What is to become of local files"
        value={mode}
        onChange={(value) => setMode(value === 'purge' ? 'purge' : 'quarantine')}
      >
        {modes.map(({ mode: value, label, means }) => (
          <Radio key={value} value={value} label={label} description={means} className={classes.choice ?? ''} />
        ))}
      </Radio.Group>
      {missing.length > 0 && (
        <>
          <ul aria-label="What is missing" className={classes.missing}>
            {missing.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
          <Checkbox
            label="Free up space anyway. If Readur can’t open documents from S3, their local files are the way back."
            checked={anyway}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
        </>
      )}
    </Dialog>
  )
}
