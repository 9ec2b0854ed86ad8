import { Button } from '@mantine/core'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RunDetails } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/error-card.tsx'
import { ItemList } from '../../components/item-list.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/problem-examples.tsx'
import { ProblemGroups } from '../../components/problem-groups.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { describeOutcome } from '../../format/outcome.ts'
import { formatMoment } from '../../format/time.ts'
import { useProfiles, useStores } from '../../stores/context.tsx'
import { AllFiles } from './all-files.tsx'
import { OutcomeBanner } from './outcome-banner.tsx'
import { ResultStats } from './result-stats.tsx'
import { StateFile } from './state-file.tsx'

interface ResultViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why something of the run could not be read. */
  error: ErrorData | null
}

/** What has become of a run. */
export function ResultView({ details, problems, error }: ResultViewProps) {
  const hasPlan = details.totals !== null
  const outcome = describeOutcome({ ...details, hasPlan })
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
      actions={<PlanAgain profileName={details.profile} />}
    >
      <OutcomeBanner outcome={outcome} moved={details.committed > 0} bucket={details.bucket} />
      {error && <ErrorCard error={error} />}
      {details.error && <ErrorCard error={details.error} />}
      {hasPlan && <ResultStats details={details} />}
      {hasPlan && <StateFile path={details.stateFile} />}
      {!problems && !error && <Loading what="failures" />}
      {causes && causes.length > 0 && (
        <Panel title="Failures and notes by cause" flush>
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

function PlanAgain({ profileName }: { profileName: string }) {
  const { makePlan } = useStores()
  const profile = useProfiles((state) => state.profiles?.find(({ name }) => name === profileName))
  return profile ? <Button onClick={() => void makePlan(profile.id)}>Plan again</Button> : null
}
