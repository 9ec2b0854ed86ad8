import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { checkLevels, type CheckLevel } from '../../../shared/run.ts'
import { Dialog } from '../../components/dialog.tsx'
import { auditLevelWords } from '../../format/audit.ts'
import { useStores } from '../../stores/context.tsx'
import classes from '../result/freeDialog.module.css'

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
            label={auditLevelWords[value].label}
            description={auditLevelWords[value].means}
            className={classes.choice ?? ''}
          />
        ))}
      </Radio.Group>
    </Dialog>
  )
}
