import { runFacts } from '../../../shared/runKind.ts'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RunFamily } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { isSameError } from '../../format/report.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { issueCount } from '../../components/run/problemGroups.tsx'
import { RunTabs } from '../../components/run/runTabs.tsx'
import { SettingsUsed } from '../../components/run/settingsUsed.tsx'
import tabs from '../../components/tabs.module.css'
import { Issues } from './issues.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { describeOutcome } from '../../components/run/outcome.ts'
import { formatMoment } from '../../format/time.ts'
import { useLive } from '../../stores/context.tsx'
import { actionsOf } from './actions.ts'
import { RepairDeeds } from '../../components/run/repairDeeds.tsx'
import { ResultFiles } from './resultFiles.tsx'
import { NextSteps } from './nextSteps.tsx'
import { OutcomeBanner } from './outcomeBanner.tsx'
import { PrimaryAction } from './primaryAction.tsx'
import { RecordPanel } from '../../components/run/recordPanel.tsx'
import { RelatedRuns } from '../../components/run/relatedRuns.tsx'
import { ResultStats } from './resultStats.tsx'
import columns from '../../components/run/columns.module.css'
import { Timeline } from '../../components/run/timeline.tsx'
import { useActions } from './useActions.tsx'
import { WhereNow, whereNow } from './whereNow.tsx'

interface ResultViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  family: RunFamily | null
  /** Why something of the run could not be read. */
  error: ErrorData | null
}

/** What has become of a run, what lies where now, and what can be done next. */
export function ResultView({ details, problems, family, error }: ResultViewProps) {
  const refused = useLive((state) => state.error)
  const trouble = refused ?? error
  const hasPlan = details.totals !== null
  // The record of a plan that was stopped says "not started", as of one that failed. The outcome says all there is to it.
  const stopped = details.error?.code === 'INTERRUPTED'
  const facts = { ...details, status: !hasPlan && stopped ? ('interrupted' as const) : details.status, hasPlan }
  const outcome = describeOutcome(facts)
  // What concerns the run as a whole has a card of its own.
  const causes = problems?.filter(({ kind }) => kind !== 'run' || details.error === null)
  const actions = actionsOf(details)
  const canRetry = details.kind === 'migrate' && details.status !== 'not started'
  const isAboutFiles = runFacts[details.kind].noun === 'file'
  const { act, dialogs, disabled, note } = useActions(details)
  return (
    <Screen
      back
      title={outcome.headline}
      subtitle={
        <>
          {details.profile}, {formatMoment(details.createdAt)}:{' '}
          <Route database={details.database} bucket={details.bucket} />
        </>
      }
      actions={<PrimaryAction actions={actions} disabled={disabled} onAct={act} />}
    >
      {trouble && <ErrorCard error={trouble} />}
      {details.error && !stopped && !isSameError(details.error, trouble) && <ErrorCard error={details.error} />}
      <RunTabs
        runId={details.runId}
        counts={{ issues: issueCount(causes ?? null), files: details.totals?.items }}
        views={{
          summary: () => (
            <div className={tabs.stack}>
              <OutcomeBanner outcome={outcome} details={details} />
              {hasPlan && <ResultStats details={details} />}
              <div className={columns.columns}>
                <div className={columns.side}>
                  <NextSteps actions={actions} disabled={disabled} note={note} onAct={act} />
                  <RelatedRuns family={family} />
                </div>
                <div className={columns.main}>
                  {hasPlan && <WhereNow lines={whereNow(facts)} />}
                  <RepairDeeds details={details} planned={false} />
                </div>
              </div>
            </div>
          ),
          issues: () => (
            <Issues
              details={details}
              causes={causes ?? null}
              retry={canRetry ? { disabled, note, onRetry: (code) => act('retry', code) } : null}
            />
          ),
          ...(hasPlan && isAboutFiles && { files: () => <ResultFiles details={details} /> }),
          record: () => (
            <div className={columns.columns}>
              <div className={columns.side}>
                <SettingsUsed details={details} />
              </div>
              <div className={columns.main}>
                <RecordPanel details={details} />
                <Timeline details={details} />
              </div>
            </div>
          ),
        }}
      />
      {dialogs}
    </Screen>
  )
}
