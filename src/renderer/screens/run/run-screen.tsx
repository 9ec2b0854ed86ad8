import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { ErrorCard } from '../../components/error-card.tsx'
import { Loading } from '../../components/loading.tsx'
import { Screen } from '../../components/screen.tsx'
import { useLive, useShownRun } from '../../stores/context.tsx'
import { PlanView } from '../plan/plan-view.tsx'
import { ResultView } from '../result/result-view.tsx'
import { PlanningView } from './planning-view.tsx'
import { RunView } from './run-view.tsx'

/** One run, from its plan to its result: shows the view that its status asks for. */
export function RunScreen({ runId }: { runId: string }) {
  const snapshot = useLive((state) => (state.snapshot?.runId === runId ? state.snapshot : null))
  const shown = useShownRun((state) => (state.runId === runId ? state : null))
  const load = useShownRun((state) => state.load)
  useEffect(() => void load(runId), [load, runId])

  const details = shown?.details ?? null
  const status = snapshot?.status ?? details?.status
  if (snapshot && status === 'planning') return <PlanningView snapshot={snapshot} profile={details?.profile ?? null} />
  if (snapshot && status === 'running') return <RunView snapshot={snapshot} details={details} />
  // The record may still be that of the phase before.
  if (details && details.status === status) {
    const problems = shown?.problems ?? null
    return status === 'planned' ? (
      <PlanView details={details} problems={problems} />
    ) : (
      <ResultView details={details} problems={problems} error={shown?.error ?? null} />
    )
  }
  return (
    <Screen back title="Run">
      {shown?.error ? (
        <ErrorCard error={shown.error}>
          <Button size="compact-sm" variant="default" onClick={() => void load(runId)}>
            Try again
          </Button>
        </ErrorCard>
      ) : (
        <Loading what="the run" />
      )}
    </Screen>
  )
}
