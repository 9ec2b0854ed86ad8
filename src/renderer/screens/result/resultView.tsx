import { Button } from '@mantine/core'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RunDetails } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { ItemList } from '../../components/itemList.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/problemExamples.tsx'
import { ProblemGroups } from '../../components/problemGroups.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { describeOutcome } from '../../format/outcome.ts'
import { formatMoment } from '../../format/time.ts'
import { useProfiles, useStores } from '../../stores/context.tsx'
import { AllFiles } from './allFiles.tsx'
import { OutcomeBanner } from './outcomeBanner.tsx'
import { ResultStats } from './resultStats.tsx'
import { StateFile } from './stateFile.tsx'

interface ResultViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why something of the run could not be read. */
  error: ErrorData | null
}

/** What has become of a run. */
export function ResultView({ details, problems, error }: ResultViewProps) {
  const hasPlan = details.totals !== null
  // The record of a plan that was stopped says "not started", as of one that failed. The outcome says all there is to it.
  const stopped = !hasPlan && details.error?.code === 'INTERRUPTED'
  const outcome = describeOutcome({ ...details, status: stopped ? 'interrupted' : details.status, hasPlan })
  // What concerns the run as a whole has a card of its own.
  const causes = problems?.filter(({ kind }) => kind !== 'run' || details.error === null)
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
      actions={<PlanAgain profileId={details.profileId} />}
    >
      <OutcomeBanner outcome={outcome} moved={details.committed > 0} bucket={details.bucket} />
      {error && <ErrorCard error={error} />}
      {details.error && !stopped && <ErrorCard error={details.error} />}
      {hasPlan && <ResultStats details={details} />}
      {hasPlan && <StateFile path={details.stateFile} />}
      {!problems && !error && <Loading what="findings" />}
      {causes && causes.length > 0 && (
        <Panel title="Findings" flush>
          <ProblemGroups groups={causes} details={(group) => <GroupDetails runId={details.runId} group={group} />} />
        </Panel>
      )}
      {hasPlan && <AllFiles runId={details.runId} />}
    </Screen>
  )
}

/** Failures and skipped files are found by their cause; notes are not outcomes, so there are only examples of them. */
function GroupDetails({ runId, group }: { runId: string; group: ProblemGroup }) {
  if (group.kind === 'note' || group.kind === 'run') return <ProblemExamples group={group} />
  const filter = group.kind === 'skipped' ? { code: group.code, state: group.kind } : { code: group.code }
  return <ItemList runId={runId} filter={filter} label={group.title} />
}

function PlanAgain({ profileId }: { profileId: string }) {
  const { makePlan } = useStores()
  const exists = useProfiles((state) => state.profiles?.some(({ id }) => id === profileId))
  return exists ? <Button onClick={() => void makePlan(profileId)}>Plan again</Button> : null
}
