import { Button } from '@mantine/core'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { planStopped } from '../../format/outcome.ts'
import { useLive, useProfiles, useStores } from '../../stores/context.tsx'
import { StopPlanButton } from '../run/stopButton.tsx'
import { PlanProgress } from './planProgress.tsx'

/**
 * The time between the wish for a plan and the run that it gets: site and bucket are being checked, or the plan was
 * refused or stopped before it had a run.
 */
export function PlanScreen({ profileId }: { profileId: string }) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const making = useLive((state) => state.pending === 'plan')
  const error = useLive((state) => state.error)
  const { makePlan } = useStores()
  const again = () => void makePlan(profileId)
  const ended = !making && (error === null || error.code === 'INTERRUPTED')
  return (
    <Screen
      back
      title={profile ? `Plan for ${profile.name}` : 'Plan'}
      subtitle="Nothing is changed while a plan is made."
      actions={
        making ? <StopPlanButton runId={null} stopping={null} /> : ended && <Button onClick={again}>Plan again</Button>
      }
    >
      {ended ? (
        <Notice tone="neutral" title={error ? planStopped : 'No plan is being made.'} />
      ) : (
        error && <ErrorCard error={error} onRetry={making ? undefined : again} />
      )}
      {making && <PlanProgress snapshot={null} />}
    </Screen>
  )
}
