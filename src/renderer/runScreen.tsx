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
import { RunView } from './screens/run/runView.tsx'
import type { RunSnapshot } from '../shared/run.ts'
import type { RunDetails } from '../shared/record.ts'
import { isFinal } from './format/status.ts'
import { activityWords } from './components/run/progress.ts'
import { PlanProgress } from './components/run/planProgress.tsx'
import { RunLog } from './components/run/runLog.tsx'
import { StopPlanButton } from './components/run/stopButton.tsx'

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
    case 'plan': {
      // Why it could not start has a card of its own.
      const causes = problems?.filter((it) => it.kind !== 'run' || it.code !== shows.refused?.code) ?? null
      return shows.details.kind === 'migrate' ? (
        <PlanView details={shows.details} problems={causes} refused={shows.refused} />
      ) : (
        <UndoPlanView details={shows.details} problems={causes} refused={shows.refused} />
      )
    }
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

/** What the screen of a run shows. */
type RunScreenView =
  | { view: 'loading' }
  | { view: 'planning'; snapshot: RunSnapshot }
  | { view: 'running'; snapshot: RunSnapshot }
  | { view: 'plan'; details: RunDetails; refused: RunSnapshot['error'] }
  | { view: 'result'; details: RunDetails }

/** All that is known of a run: its latest snapshot in this session, its record, whether a newer record is awaited. */
interface RunKnowledge {
  snapshot: RunSnapshot | null
  details: RunDetails | null
  loading: boolean
}

/** Comparing, validating and repairing leave the run as it is, and have screens of their own. */
const hasOwnScreen = ({ activity }: RunSnapshot): boolean =>
  activity === 'check' || activity === 'validate' || activity === 'repair'

/**
 * Decides between the views of a run. While it goes on, the snapshot leads. When it has come to rest, its record does;
 * until that has been read, the last picture stays. A record that never learned of the end is completed from the
 * snapshot: a plan or run that could not go on has written nothing more.
 */
export function viewOf({ snapshot: latest, details, loading }: RunKnowledge): RunScreenView {
  const snapshot = latest && hasOwnScreen(latest) ? null : latest
  if (snapshot?.status === 'planning') return { view: 'planning', snapshot }
  if (snapshot?.status === 'running') return { view: 'running', snapshot }
  if (snapshot && loading && details && details.status !== snapshot.status) {
    return details.totals === null ? { view: 'planning', snapshot } : { view: 'running', snapshot }
  }
  if (!details) return { view: 'loading' }
  const error = snapshot?.error ?? null
  if (details.status === 'planned') return { view: 'plan', details, refused: error }
  const told = { ...details, error: error ?? details.error }
  if (isFinal(details.status) || !snapshot || !isFinal(snapshot.status)) return { view: 'result', details: told }

  // Whoever had started to move documents was interrupted; nothing was done only before that.
  const status = details.status === 'running' ? 'interrupted' : snapshot.status
  return { view: 'result', details: { ...told, status } }
}

/** A plan that is being made. */
function PlanningView({ snapshot, profile }: { snapshot: RunSnapshot; profile: string | null }) {
  const error = useLive((state) => state.error)
  return (
    <Screen
      back
      title={`${activityWords(snapshot)} ${profile ?? '…'}`}
      subtitle={snapshot.activity === 'import' ? texts.run.importReadOnly : texts.run.planReadOnly}
      actions={<StopPlanButton runId={snapshot.runId} stopping={snapshot.stopping} />}
    >
      {error && <ErrorCard error={error} />}
      <PlanProgress snapshot={snapshot} />
      <RunLog lines={snapshot.log} />
    </Screen>
  )
}
