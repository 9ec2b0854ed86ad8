import { Button, Checkbox, Radio } from '@mantine/core'
import { useState } from 'react'
import { missingBeforeFree, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/record.ts'
import type { FreeKind } from '../../../shared/runKind.ts'
import { Dialog } from '../../components/dialog.tsx'
import { useReadurState } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from '../../components/dialog.module.css'

interface FreeDialogProps {
  details: Pick<RunDetails, 'profileId' | 'validated'>
  onClose: () => void
  /** `anyway`: although something is missing before that. */
  onChosen: (mode: FreeKind, anyway: boolean) => void
}

const modes: { mode: FreeKind; label: string; means: string }[] = [
  {
    mode: 'quarantine',
    label: texts.result.quarantineLocalFiles,
    means: texts.result.step1,
  },
  {
    mode: 'purge',
    label: texts.result.deleteQuarantinedFiles,
    means: texts.result.step2,
  },
]

const notLookedAt: ReadurState = { at: 'unknown', why: texts.result.notCheckedYet, canConfirm: true }

/** Chooses what is to become of local files whose documents are on S3. */
export function FreeDialog({ details, onClose, onChosen }: FreeDialogProps) {
  const readur = useReadurState(details.profileId) ?? notLookedAt
  const missing = missingBeforeFree(readur, details.validated)
  const [anyway, setAnyway] = useState(false)
  const [mode, setMode] = useState<FreeKind>('quarantine')
  return (
    <Dialog
      opened
      title={texts.result.freeUpSpaceTitle}
      onClose={onClose}
      action={
        <Button disabled={missing.length > 0 && !anyway} onClick={() => onChosen(mode, anyway)}>
          {texts.result.preview}
        </Button>
      }
    >
      <p className={classes.lead}>{texts.result.freePreviewMeans}</p>
      <Radio.Group
        aria-label={texts.result.freeModes}
        value={mode}
        onChange={(value) => setMode(value === 'purge' ? 'purge' : 'quarantine')}
      >
        {modes.map(({ mode: value, label, means }) => (
          <Radio key={value} value={value} label={label} description={means} className={classes.choice ?? ''} />
        ))}
      </Radio.Group>
      {missing.length > 0 && (
        <>
          <ul aria-label={texts.result.whatIsMissing} className={classes.missing}>
            {missing.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
          <Checkbox
            label={texts.result.freeAnyway}
            checked={anyway}
            onChange={(event) => setAnyway(event.currentTarget.checked)}
          />
        </>
      )}
    </Dialog>
  )
}
