import { Button } from '@mantine/core'
import type { ProfileSummary } from '../../../shared/profile.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Panel } from '../../components/panel.tsx'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useLive, useNavigation, useStores } from '../../stores/context.tsx'
import { useStanding } from '../../stores/useStanding.ts'
import { texts } from '../../texts/texts.ts'

/** The plan of a connection that still holds, and the way to a new one. */
export function PlanTab({ profile }: { profile: ProfileSummary }) {
  const { makePlan } = useStores()
  const { plan, sentence } = useStanding(profile)
  const go = useNavigation((state) => state.go)
  const refused = useLive((state) => state.error)
  const busy = useBusy()
  return (
    <Screen
      title={profile.name}
      subtitle={sentence}
      actions={
        <>
          <Button
            variant={plan ? 'default' : 'filled'}
            aria-label={texts.shell.makePlanFor(profile.name)}
            disabled={busy || profile.problem !== null}
            onClick={() => void makePlan(profile.id)}
          >
            {texts.shell.makeAPlan}
          </Button>
          {plan && <Button onClick={() => go({ name: 'run', runId: plan.runId })}>{texts.shell.openPlan}</Button>}
        </>
      }
    >
      <RunUnderWay />
      {refused && <ErrorCard error={refused} />}
      {plan ? (
        <Panel title={texts.shell.planReady(texts.nouns.file(plan.remaining))}>
          <p className="hint">{texts.shell.madeAt(formatMoment(plan.createdAt))}</p>
        </Panel>
      ) : (
        <Panel title={texts.shell.noPlan}>
          <p className="hint">{texts.shell.planMeans}</p>
        </Panel>
      )}
    </Screen>
  )
}
