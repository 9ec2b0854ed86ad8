import { Button, Radio } from '@mantine/core'
import { useState } from 'react'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { checkLevels, type CheckLevel } from '../../../shared/run.ts'
import { Dialog } from '../dialog.tsx'
import { auditLevelWords } from './auditWords.ts'
import { useStores } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from '../dialog.module.css'

/** How closely all rows, files and objects are compared. Nothing is changed by it. */
export function AuditDialog({ profile, onClose }: { profile: ProfileSummary; onClose: () => void }) {
  const { auditProfile } = useStores()
  const [level, setLevel] = useState<CheckLevel>('exists')
  return (
    <Dialog
      opened
      title={texts.overview.auditOf(profile.name)}
      onClose={onClose}
      action={
        <Button
          onClick={() => {
            onClose()
            void auditProfile(profile.id, level)
          }}
        >
          {texts.overview.startAudit}
        </Button>
      }
    >
      <p className={classes.lead}>{texts.overview.auditMeans}</p>
      <Radio.Group
        aria-label={texts.overview.depth}
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
