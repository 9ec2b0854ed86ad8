import { Button } from '@mantine/core'
import { ErrorCard } from '../../components/error-card.tsx'
import { Screen } from '../../components/screen.tsx'
import { useLive, useProfiles, useStores } from '../../stores/context.tsx'
import { PlanProgress } from './plan-progress.tsx'

/** The time between the wish for a plan and the run that it gets: the connection is being checked, or was refused. */
export function PlanScreen({ profileId }: { profileId: string }) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const error = useLive((state) => state.error)
  const { makePlan } = useStores()
  return (
    <Screen
      back
      title={profile ? `Plan for ${profile.name}` : 'Plan'}
      subtitle="Nothing is changed while a plan is made."
    >
      {error ? (
        <ErrorCard error={error}>
          <Button size="compact-sm" onClick={() => void makePlan(profileId)}>
            Try again
          </Button>
        </ErrorCard>
      ) : (
        <PlanProgress snapshot={null} />
      )}
    </Screen>
  )
}
