import type { BackupMade, BackupSnapshot } from '../../../shared/backup.ts'
import { CommandBlock } from '../commandBlock.tsx'
import { Notice } from '../notice.tsx'
import { ProgressBar } from '../progressBar.tsx'
import { backupProgress, backupSize } from './backupWords.ts'
import { texts } from '../../texts/texts.ts'
import classes from './backup.module.css'

/** A backup that is being made. */
export function BackupRunningView({ snapshot }: { snapshot: BackupSnapshot }) {
  const words = backupProgress(snapshot)
  return (
    <div className={classes.body}>
      <ProgressBar label={texts.backup.backup} share={null} valueText={words} />
      <p>{words}</p>
      <p className={classes.quiet}>{texts.backup.to(<code>{snapshot.path}</code>)}</p>
    </div>
  )
}

/** A backup that was made: where it lies, how large it is, and how it is put back. */
export function BackupMadeView({ made }: { made: BackupMade }) {
  const { database, path, restore, container } = made
  return (
    <div className={classes.body}>
      <Notice tone="good" title={texts.backup.databaseBackedUp} />
      <dl className={classes.facts}>
        <dt>{texts.backup.database}</dt>
        <dd>{database}</dd>
        <dt>{texts.backup.file}</dt>
        <dd>
          <code>{path}</code>
        </dd>
        <dt>{texts.backup.size}</dt>
        <dd>{backupSize(made)}</dd>
      </dl>
      <CommandBlock
        text={restore}
        where={container === null ? texts.backup.restoresIt : texts.backup.restoresItThroughTheContainer}
        what={texts.backup.restoreCommand}
      />
      <p className={classes.quiet}>{texts.backup.stopReadurBeforeYouRestore}</p>
    </div>
  )
}
