import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { checkLevels, type CheckLevel } from '../../../shared/run.ts'
import { Dialog } from '../../components/dialog.tsx'
import { useStores } from '../../stores/context.tsx'
import classes from '../result/freeDialog.module.css'

const words: Record<CheckLevel, { label: string; means: string }> = {
  exists: { label: 'What is there', means: 'Every row, file and object, with its size. Reads no content.' },
  checksum: { label: 'Local files by their hash', means: 'And every local file with a recorded hash is read.' },
  readback: {
    label: 'Everything by its bytes',
    means: 'And every object that a row points at is downloaded. Takes hours.',
  },
}

/** How closely all rows, files and objects are compared. Nothing is changed by it. */
export function AuditDialog({ profile, onClose }: { profile: ProfileSummary; onClose: () => void }) {
  const { auditProfile } = useStores()
  const [level, setLevel] = useState<CheckLevel>('exists')
  return (
    <Dialog
      opened
      title={`Audit of “${profile.name}”`}
      onClose={onClose}
      action={
        <Button
          onClick={() => {
            onClose()
            void auditProfile(profile.id, level)
          }}
        >
          Start
        </Button>
      }
    >
      <p className={classes.lead}>
        Compares all rows, files and objects with one another: what is missing and where it lies instead, what no row
        names, what differs. Changes nothing; what it finds is kept in the history.
      </p>
      <Radio.Group
        aria-label="How closely"
        value={level}
        onChange={(value) => setLevel(checkLevels.find((one) => one === value) ?? level)}
      >
        {checkLevels.map((value) => (
          <Radio
            key={value}
            value={value}
            label={words[value].label}
            description={words[value].means}
            className={classes.choice ?? ''}
          />
        ))}
      </Radio.Group>
    </Dialog>
  )
}
