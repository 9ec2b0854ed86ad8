import { runWords } from '../../../shared/runWords.ts'
import { Button } from '@mantine/core'
import type { RunKind } from '../../../shared/runKind.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Notice } from '../../components/notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { planStopped } from '../../components/run/outcome.ts'
import { useLive, useProfiles, useStores } from '../../stores/context.tsx'
import type { Preparation, Screen as Place } from '../../stores/navigation.ts'
import { StopPlanButton } from '../../components/run/stopButton.tsx'
import { texts } from '../../texts/texts.ts'
import { PlanProgress } from '../../components/run/planProgress.tsx'

const kinds: Record<Preparation, RunKind> = {
  retry: 'migrate',
  again: 'migrate',
  return: 'return',
  undo: 'unrepair',
  quarantine: 'quarantine',
  purge: 'purge',
}

/**
 * The time between the wish for a plan and the run that it gets: site and bucket are being checked, or the plan was
 * refused or stopped before it had a run.
 */
export function PlanScreen({ profileId, of }: Pick<Extract<Place, { name: 'plan' }>, 'profileId' | 'of'>) {
  const profile = useProfiles((state) => state.profiles?.find(({ id }) => id === profileId))
  const making = useLive((state) => state.pending === 'plan')
  const error = useLive((state) => state.error)
  const { makePlan, prepare } = useStores()
  const again = () =>
    void (of ? prepare({ runId: of.runId, profileId }, of.what, { code: of.code ?? null }) : makePlan(profileId))
  const kind = kinds[of?.what ?? 'retry']
  const ended = !making && (error === null || error.code === 'INTERRUPTED')
  return (
    <Screen
      back
      title={profile ? `${runWords[kind].plan} ${profile.name}` : texts.plan.plan}
      subtitle={texts.plan.readOnly}
      actions={
        making ? (
          <StopPlanButton runId={null} stopping={null} />
        ) : (
          ended && <Button onClick={again}>{texts.plan.planAgain}</Button>
        )
      }
    >
      {ended ? (
        <Notice tone="neutral" title={error ? planStopped : texts.plan.noPlanIsBeingMade} />
      ) : (
        error && <ErrorCard error={error} onRetry={making ? undefined : again} />
      )}
      {making && <PlanProgress snapshot={null} kind={kind} />}
    </Screen>
  )
}
