import type { RunSnapshot } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Screen } from '../../components/screen.tsx'
import { activityWords } from '../../components/run/progress.ts'
import { useLive } from '../../stores/context.tsx'
import { PlanProgress } from '../../components/run/planProgress.tsx'
import { texts } from '../../texts/texts.ts'
import { RunLog } from '../../components/run/runLog.tsx'
import { StopPlanButton } from '../../components/run/stopButton.tsx'

/** A plan that is being made. */
export function PlanningView({ snapshot, profile }: { snapshot: RunSnapshot; profile: string | null }) {
  const error = useLive((state) => state.error)
  return (
    <Screen
      back
      title={`${activityWords(snapshot)} ${profile ?? '…'}`}
      subtitle={
        snapshot.activity === 'import' ? texts.run.readOnlyOnlyThisRecordIs : texts.run.readOnlyNothingIsChangedWhile
      }
      actions={<StopPlanButton runId={snapshot.runId} stopping={snapshot.stopping} />}
    >
      {error && <ErrorCard error={error} />}
      <PlanProgress snapshot={snapshot} />
      <RunLog lines={snapshot.log} />
    </Screen>
  )
}
