import { useEffect, useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { useFindings, useLive } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { CheckedRun, LoadedRun } from './checkedRun.tsx'
import { type CheckDraft, CheckForm, firstCheck, parseCheck } from './checkForm.tsx'
import { CheckProgress } from './checkProgress.tsx'
import { CheckResult } from './checkResult.tsx'

/** Compares a run with rows, bucket and disk, and offers to put right what differs. */
export function VerifyScreen({ runId }: { runId: string }) {
  const loadFindings = useFindings((state) => state.load)
  useEffect(() => void loadFindings(runId), [loadFindings, runId])
  return (
    <LoadedRun runId={runId} verb={texts.verify.verify}>
      {(details) => <Verify details={details} />}
    </LoadedRun>
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
  const check = useLive((state) => state.check)
  const found = useFindings(({ key, value }) => (key === runId ? value : null))
  const unread = useFindings(({ key, error }) => (key === runId ? error : null))
  const parsed = parseCheck(draft)
  const run = () => {
    if (parsed.ok) void check(runId, parsed.options)
  }
  return (
    <CheckedRun
      details={details}
      verb={texts.verify.verify}
      snapshot={snapshot}
      error={unread}
      stopped={texts.verify.stopped}
      start={{
        label: found?.check ? texts.verify.verifyAgain : texts.verify.verify,
        isPending: pending === 'check',
        isReady: parsed.ok,
        run,
      }}
      progress={(current) => <CheckProgress snapshot={current} />}
    >
      {found?.check && <CheckResult details={details} check={found.check} reUploaded={found.reUploaded} />}
      <Panel title={texts.verify.howToCompare}>
        <CheckForm draft={draft} error={parsed.ok ? null : parsed.error} onChange={setDraft} />
      </Panel>
    </CheckedRun>
  )
}
