import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { RunDetails } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { isUnderWay } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useFindings, useLive, useShownRun } from '../../stores/context.tsx'
import { StopPlanButton } from '../run/stopButton.tsx'
import { type CheckDraft, firstCheck, parseCheck } from './checkDraft.ts'
import { CheckForm } from './checkForm.tsx'
import { CheckProgress } from './checkProgress.tsx'
import { CheckResult } from './checkResult.tsx'

/** Compares a run with rows, bucket and disk, and offers to put right what differs. */
export function VerifyScreen({ runId }: { runId: string }) {
  const details = useShownRun((state) => (state.runId === runId ? state.details : null))
  const failed = useShownRun((state) => state.error)
  const load = useShownRun((state) => state.load)
  const loadFindings = useFindings((state) => state.load)
  useEffect(() => {
    void load(runId)
    void loadFindings(runId)
  }, [load, loadFindings, runId])
  if (details) return <Verify details={details} />
  return (
    <Screen back title="Verify">
      {failed ? <ErrorCard error={failed} onRetry={() => void load(runId)} /> : <Loading what="the run" />}
    </Screen>
  )
}

function Verify({ details }: { details: RunDetails }) {
  const { runId } = details
  const [draft, setDraft] = useState<CheckDraft>(firstCheck)
  const snapshot = useLive((state) =>
    state.snapshot?.runId === runId && (state.snapshot.activity === 'check' || state.snapshot.activity === 'repair')
      ? state.snapshot
      : null,
  )
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error)
  const check = useLive((state) => state.check)
  const busy = useBusy()
  const found = useFindings((state) => (state.runId === runId ? state : null))
  const parsed = parseCheck(draft)
  const underWay = snapshot !== null && isUnderWay(snapshot.status)
  const compare = () => {
    if (parsed.ok) void check(runId, parsed.options)
  }
  const trouble = error ?? found?.error ?? (underWay ? null : (snapshot?.error ?? null))
  return (
    <Screen
      back
      title={`Verify the run of ${formatMoment(details.createdAt)}`}
      subtitle={
        <>
          {details.profile}: <Route database={details.database} bucket={details.bucket} />
        </>
      }
      actions={
        underWay ? (
          <StopPlanButton runId={runId} stopping={snapshot.stopping} />
        ) : (
          <Button disabled={busy || !parsed.ok} loading={pending === 'check'} onClick={compare}>
            {found?.check ? 'Compare again' : 'Compare'}
          </Button>
        )
      }
    >
      {trouble &&
        (trouble.code === 'INTERRUPTED' ? (
          <Notice tone="neutral" title="The comparison was stopped. Nothing was changed." />
        ) : (
          <ErrorCard error={trouble} />
        ))}
      {underWay ? (
        <CheckProgress snapshot={snapshot} />
      ) : (
        <>
          {found?.check && <CheckResult details={details} check={found.check} mended={found.mended} />}
          <Panel title="What is compared">
            <CheckForm draft={draft} error={parsed.ok ? null : parsed.error} onChange={setDraft} />
          </Panel>
        </>
      )}
    </Screen>
  )
}
