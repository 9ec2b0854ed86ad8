import { notSwitchedConsequence, readurStateWords, type ReadurState } from '../../../shared/readurState.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { BackupLine } from '../../components/backup/backupLine.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './planSummary.module.css'

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
    <Panel title={texts.plan.beforeYouStart}>
      <dl className={classes.list}>
        <dt>{texts.plan.backup}</dt>
        <dd>
          <BackupLine profileId={profileId} runId={runId} />
          <p className={classes.why}>{texts.plan.backupAdvice}</p>
        </dd>
        <dt>{texts.plan.readur}</dt>
        <dd>
          {readur && <p className={classes.why}>{readurStateWords(readur)}</p>}
          {readur?.at !== 'bucket' && (
            <p className={classes.why}>{copyOnly ? texts.plan.copyOnlyReadur(bucket) : notSwitchedConsequence}</p>
          )}
        </dd>
        <dt>{texts.plan.thisPlan}</dt>
        <dd>{texts.plan.scopeMeans}</dd>
      </dl>
    </Panel>
  )
}
