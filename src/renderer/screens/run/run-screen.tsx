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
import { viewOf } from './view-of.ts'

/** One run, from its plan to its result: shows the view that its state asks for. */
export function RunScreen({ runId }: { runId: string }) {
  const snapshot = useLive((state) => (state.snapshot?.runId === runId ? state.snapshot : null))
  const shown = useShownRun((state) => (state.runId === runId ? state : null))
  const load = useShownRun((state) => state.load)
  useEffect(() => void load(runId), [load, runId])

  const details = shown?.details ?? null
  const problems = shown?.problems ?? null
  const shows = viewOf({ snapshot, details, loading: shown?.loading ?? false })
  switch (shows.view) {
    case 'planning':
      return <PlanningView snapshot={shows.snapshot} profile={details?.profile ?? null} />
    case 'running':
      return <RunView snapshot={shows.snapshot} details={details} />
    case 'plan':
      return <PlanView details={shows.details} problems={problems} refused={shows.refused} />
    case 'result':
      return <ResultView details={shows.details} problems={problems} error={shown?.error ?? null} />
    case 'loading':
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
}
