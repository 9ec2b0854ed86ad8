import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { ProgressBar } from '../progressBar.tsx'
import { backupProgress, lastBackupWords } from './backupWords.ts'
import { useBackups } from '../../stores/context.tsx'
import { isBeingMade, keyOf } from '../../stores/backups.ts'
import { texts } from '../../texts/texts.ts'
import classes from './backup.module.css'

interface BackupLineProps {
  profileId: string
  /** The run whose database it is about; null: the one that the connection used last. */
  runId: string | null
  /** Why none can be made now. */
  disabled?: boolean
}

/** When the database was backed up last, and the way to do it now; or how far the backup is. */
export function BackupLine({ profileId, runId, disabled = false }: BackupLineProps) {
  const known = useBackups((state) => state.last[keyOf({ profileId, runId })])
  const snapshot = useBackups((state) => state.snapshot)
  const { loadLast, open } = useBackups((state) => state)
  useEffect(() => void loadLast({ profileId, runId }), [loadLast, profileId, runId])
  const show = () => open({ profileId, runId })
  if (snapshot?.profileId === profileId && isBeingMade(snapshot)) {
    return (
      <div className={classes.line}>
        <ProgressBar label={texts.backup.backup} share={null} valueText={backupProgress(snapshot)} size="small" />
        <p className={classes.words}>{texts.backup.backupInProgress(backupProgress(snapshot))}</p>
        <Button size="compact-sm" variant="default" onClick={show}>
          {texts.backup.showBackup}
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.line}>
      <p className={classes.words}>{known === undefined ? ' ' : lastBackupWords(known.backup)}</p>
      <Button size="compact-sm" variant="default" disabled={disabled} onClick={show}>
        {texts.backup.backUpDatabase}
      </Button>
    </div>
  )
}
