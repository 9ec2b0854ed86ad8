import { runFacts } from '../../../shared/runKind.ts'
import { runWords } from '../../../shared/runWords.ts'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RunFamily } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { isSameError } from '../../format/report.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { ItemList } from '../../components/run/itemList.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/run/problemExamples.tsx'
import { ProblemGroups } from '../../components/run/problemGroups.tsx'
import { RetryGroup } from '../../components/run/retryGroup.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { describeOutcome } from '../../components/run/outcome.ts'
import { formatMoment } from '../../format/time.ts'
import { useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { actionsOf } from './actions.ts'
import { RepairDeeds } from '../../components/run/repairDeeds.tsx'
import { AllFiles } from './allFiles.tsx'
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
import { Fragment } from 'react'
import { settingLines } from '../../components/run/settingLines.ts'
import classes from '../../components/run/sideList.module.css'

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
  const canRetry = actions.some(({ name }) => name === 'retry')
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
      <OutcomeBanner outcome={outcome} details={details} />
      {trouble && <ErrorCard error={trouble} />}
      {details.error && !stopped && !isSameError(details.error, trouble) && <ErrorCard error={details.error} />}
      {hasPlan && <ResultStats details={details} />}
      <div className={columns.columns}>
        <div className={columns.side}>
          <NextSteps actions={actions} disabled={disabled} note={note} onAct={act} />
          <RelatedRuns family={family} />
          <Timeline details={details} />
          <SettingsUsed details={details} />
          <RecordPanel details={details} />
        </div>
        <div className={columns.main}>
          {hasPlan && <WhereNow lines={whereNow(facts)} />}
          {!problems && !error && <Loading what={texts.result.findings} />}
          {causes && causes.length > 0 && (
            <Panel title={texts.result.issuesAndNotes} flush>
              <ProblemGroups
                groups={causes}
                failedLabel={runWords[details.kind].failed}
                details={(group) => (
                  <>
                    {group.kind === 'failed' && canRetry && (
                      <RetryGroup
                        title={group.title}
                        note={note}
                        disabled={disabled}
                        onRetry={() => act('retry', group.code)}
                      />
                    )}
                    <GroupDetails details={details} group={group} />
                  </>
                )}
              />
            </Panel>
          )}
          <RepairDeeds details={details} planned={false} />
          {hasPlan && runFacts[details.kind].noun === 'file' && <AllFiles details={details} />}
        </div>
      </div>
      {dialogs}
    </Screen>
  )
}

/** Failures and skipped files are found by their cause; notes are not outcomes, so there are only examples of them. */
function GroupDetails({ details: { runId, kind }, group }: { details: RunDetails; group: ProblemGroup }) {
  if (group.kind === 'note' || group.kind === 'run') return <ProblemExamples group={group} />
  const filter = group.kind === 'skipped' ? { code: group.code, state: group.kind } : { code: group.code }
  return (
    <ItemList
      runId={runId}
      filter={filter}
      label={group.title}
      back={runFacts[kind].goal === 'restored'}
      kind={kind}
      noun={runFacts[kind].noun}
    />
  )
}

/** The options that the run was planned and carried out with. */
function SettingsUsed({ details }: { details: RunDetails }) {
  const lines = settingLines(details)
  if (lines.length === 0) return null
  return (
    <Panel title={texts.result.settingsUsed}>
      <dl className={classes.pairs}>
        {lines.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </Panel>
  )
}
