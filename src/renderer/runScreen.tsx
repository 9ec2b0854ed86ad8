import { useEffect } from 'react'
import { ErrorCard } from './components/errorCard.tsx'
import { Loading } from './components/loading.tsx'
import { Screen } from './components/screen.tsx'
import { useLive, useShownRun } from './stores/context.tsx'
import { AuditView } from './screens/audit/auditView.tsx'
import { PlanView } from './screens/plan/planView.tsx'
import { ResultView } from './screens/result/resultView.tsx'
import { UndoPlanView } from './screens/undo/undoPlanView.tsx'
import { texts } from './texts/texts.ts'
import { PlanningView } from './screens/run/planningView.tsx'
import { RunView } from './screens/run/runView.tsx'
import { viewOf } from './screens/run/viewOf.ts'

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
      return shows.details.kind === 'migrate' ? (
        <PlanView details={shows.details} problems={problems} refused={shows.refused} />
      ) : (
        <UndoPlanView details={shows.details} problems={problems} refused={shows.refused} />
      )
    case 'result':
      if (shows.details.kind === 'audit') {
        return <AuditView details={shows.details} family={shown?.family ?? null} error={shown?.error ?? null} />
      }
      return (
        <ResultView
          details={shows.details}
          problems={problems}
          family={shown?.family ?? null}
          error={shown?.error ?? null}
        />
      )
    case 'loading':
      return (
        <Screen back title={texts.run.run}>
          {shown?.error ? (
            <ErrorCard error={shown.error} onRetry={() => void load(runId)} />
          ) : (
            <Loading what={texts.run.theRun} />
          )}
        </Screen>
      )
  }
}
