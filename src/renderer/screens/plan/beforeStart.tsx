import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/run.ts'
import { Panel } from '../../components/panel.tsx'
import { BackupLine } from '../backup/backupLine.tsx'
import classes from './beforeStart.module.css'

interface BeforeStartProps {
  details: Pick<RunDetails, 'runId' | 'profileId' | 'bucket'>
  copyOnly: boolean
  /** Where Readur stores; null where that is not known yet. */
  readur: ReadurState | null
}

/** What is to be seen to before a migration, as far as the program cannot see to it itself. */
export function BeforeStart({ details, copyOnly, readur }: BeforeStartProps) {
  const { runId, profileId, bucket } = details
  return (
    <Panel title="Before you start">
      <dl className={classes.list}>
        <dt>Backup</dt>
        <dd>
          <BackupLine profileId={profileId} runId={runId} />
          <p className={classes.why}>
            The run can be undone without one: it deletes nothing, and saves the paths of all rows before it changes
            any. A backup is for what no program can undo, such as a disk that fails; keep one of the uploads folder
            too.
          </p>
        </dd>
        <dt>Readur</dt>
        <dd>
          {readur && <p className={classes.why}>{readurStateWords(readur)}</p>}
          {readur?.at !== 'bucket' && (
            <p className={classes.why}>
              {copyOnly
                ? `Copying changes nothing for Readur. Switch it to bucket ${bucket} afterwards, then cut over.`
                : notSwitchedConsequence}
            </p>
          )}
        </dd>
        <dt>This plan</dt>
        <dd>Exactly the listed files are moved. What is uploaded meanwhile is left for another plan.</dd>
      </dl>
    </Panel>
  )
}
