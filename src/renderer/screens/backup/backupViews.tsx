import type { BackupMade, BackupSnapshot } from '../../../shared/backup.ts'
import { CommandBlock } from '../../components/commandBlock.tsx'
import { Notice } from '../../components/notice.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { backupProgress, backupSize } from '../../format/backup.ts'
import classes from './backup.module.css'

/** A backup that is being made. */
export function BackupRunningView({ snapshot }: { snapshot: BackupSnapshot }) {
  const words = backupProgress(snapshot)
  return (
    <div className={classes.body}>
      <ProgressBar label="Backup" share={null} valueText={words} />
      <p>{words}</p>
      <p className={classes.quiet}>
        To <code>{snapshot.path}</code>. The file gets its name when it is whole.
      </p>
    </div>
  )
}

/** A backup that was made: where it lies, how large it is, and how it is put back. */
export function BackupMadeView({ made }: { made: BackupMade }) {
  const { database, path, restore, container } = made
  return (
    <div className={classes.body}>
      <Notice tone="good" title="The database was backed up" />
      <dl className={classes.facts}>
        <dt>Database</dt>
        <dd>{database}</dd>
        <dt>File</dt>
        <dd>
          <code>{path}</code>
        </dd>
        <dt>Size</dt>
        <dd>{backupSize(made)}</dd>
      </dl>
      <CommandBlock
        text={restore}
        where={container === null ? 'Puts it back; asks for the password' : 'Puts it back, through the container'}
        what="the command that puts it back"
      />
      <p className={classes.quiet}>
        Stop Readur before you put it back, and run the command where the database is reached as it is now.
      </p>
    </div>
  )
}
