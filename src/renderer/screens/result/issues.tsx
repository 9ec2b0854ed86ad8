import type { ErrorCode } from '../../../shared/errors.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { canSucceed } from '../../../shared/retrying.ts'
import type { ProblemGroup } from '../../../shared/run.ts'
import { runFacts } from '../../../shared/runKind.ts'
import { runWords } from '../../../shared/runWords.ts'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { GroupFiles } from '../../components/run/groupFiles.tsx'
import { isExcluded, ProblemGroups } from '../../components/run/problemGroups.tsx'
import { RetryGroup } from '../../components/run/retryGroup.tsx'
import { useRunPlace } from '../../components/run/runTabs.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './result.module.css'

interface IssuesProps {
  details: RunDetails
  /** Null until read. */
  causes: ProblemGroup[] | null
  /** How what failed is tried again; null where it can't be. */
  retry: { disabled: boolean; note: string | null; onRetry: (code: ErrorCode) => void } | null
}

/** What a run failed at or left out, by cause: what each means, what has to change, and the way to its files. */
export function Issues({ details, causes, retry }: IssuesProps) {
  const { showFiles } = useRunPlace(details.runId)
  const { noun } = runFacts[details.kind]
  if (!causes) return <Loading what={texts.result.findings} />
  return (
    <Panel title={texts.result.issuesAndNotes} flush>
      {causes.length === 0 && <p className={classes.nothing}>{texts.result.noProblems}</p>}
      {causes.length > 0 && (
        <ProblemGroups
          groups={causes}
          failedLabel={runWords[details.kind].failed}
          details={(group) => (
            <>
              {group.kind === 'failed' && retry && (
                <RetryGroup
                  title={group.title}
                  note={
                    retry.note ?? (canSucceed(group.code) && !isExcluded(group) ? null : texts.components.retryAfterFix)
                  }
                  disabled={retry.disabled}
                  onRetry={() => retry.onRetry(group.code)}
                />
              )}
              <GroupFiles group={group} noun={noun} onShowFiles={noun === 'file' ? showFiles : undefined} />
            </>
          )}
        />
      )}
    </Panel>
  )
}
