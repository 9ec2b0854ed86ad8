import { Button } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { RunSnapshot } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { isUnderWay } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useLive, useShownRun } from '../../stores/context.tsx'
import { StopPlanButton } from '../../components/run/stopButton.tsx'
import { texts } from '../../texts/texts.ts'

interface LoadedRunProps {
  runId: string
  /** What is shown of it, for the heading until it is there. */
  verb: string
  children: (details: RunDetails) => ReactNode
}

/** Reads a run, then shows it. */
export function LoadedRun({ runId, verb, children }: LoadedRunProps) {
  const details = useShownRun((state) => (state.runId === runId ? state.details : null))
  const failed = useShownRun((state) => state.error)
  const load = useShownRun((state) => state.load)
  useEffect(() => void load(runId), [load, runId])
  if (details) return children(details)
  return (
    <Screen back title={verb}>
      {failed ? <ErrorCard error={failed} onRetry={() => void load(runId)} /> : <Loading what={texts.verify.theRun} />}
    </Screen>
  )
}

interface CheckedRunProps {
  details: RunDetails
  verb: string
  /** The latest news of the check; null when there was none since the program was started. */
  snapshot: RunSnapshot | null
  /** Why what was found could not be read. */
  error?: ErrorData | null
  /** What is said when the user has stopped it. */
  stopped: string
  start: { label: string; isPending: boolean; isReady: boolean; run: () => void }
  progress: (snapshot: RunSnapshot) => ReactNode
  /** The form, and what the latest check has found. */
  children: ReactNode
}

/** A run that is looked at once more: begun, stopped, how far it is, what has come of it. */
export function CheckedRun(props: CheckedRunProps) {
  const { details, verb, snapshot, error: unread = null, stopped, start, progress, children } = props
  const error = useLive((state) => state.error)
  const busy = useBusy()
  const current = snapshot !== null && isUnderWay(snapshot.status) ? snapshot : null
  const trouble = error ?? unread ?? (current ? null : (snapshot?.error ?? null))
  return (
    <Screen
      back
      title={texts.verify.verbRunOf({ verb, createdAt: formatMoment(details.createdAt) })}
      subtitle={
        <>
          {details.profile}: <Route database={details.database} bucket={details.bucket} />
        </>
      }
      actions={
        current ? (
          <StopPlanButton runId={details.runId} stopping={current.stopping} />
        ) : (
          <Button disabled={busy || !start.isReady} loading={start.isPending} onClick={start.run}>
            {start.label}
          </Button>
        )
      }
    >
      {trouble &&
        (trouble.code === 'INTERRUPTED' ? <Notice tone="neutral" title={stopped} /> : <ErrorCard error={trouble} />)}
      {current ? progress(current) : children}
    </Screen>
  )
}
