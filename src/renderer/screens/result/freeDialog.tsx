import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { FreeMode } from '../../../shared/run.ts'
import { Dialog } from '../../components/dialog.tsx'
import classes from './freeDialog.module.css'

interface FreeDialogProps {
  opened: boolean
  onClose: () => void
  onChosen: (mode: FreeMode) => void
}

const modes: { mode: FreeMode; label: string; means: string }[] = [
  {
    mode: 'quarantine',
    label: 'Put local files aside',
    means:
      'They move to quarantine/ in the uploads folder. Nothing is deleted, no space is freed yet, and it can be taken back.',
  },
  {
    mode: 'delete',
    label: 'Delete what was put aside',
    means: 'Only files of this run that lie in the quarantine. They can be had from S3 alone afterwards.',
  },
]

/** Chooses what is to become of local files whose documents are on S3. */
export function FreeDialog({ opened, onClose, onChosen }: FreeDialogProps) {
  const [mode, setMode] = useState<FreeMode>('quarantine')
  return (
    <Dialog
      opened={opened}
      title="Free space"
      onClose={onClose}
      action={<Button onClick={() => onChosen(mode)}>Preview</Button>}
    >
      <p className={classes.lead}>The preview changes nothing: it shows which files can go, and asks again.</p>
      <Radio.Group
        aria-label="What is to become of local files"
        value={mode}
        onChange={(value) => setMode(value === 'delete' ? 'delete' : 'quarantine')}
      >
        {modes.map(({ mode: value, label, means }) => (
          <Radio key={value} value={value} label={label} description={means} className={classes.choice ?? ''} />
        ))}
      </Radio.Group>
    </Dialog>
  )
}
