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
import { useBusy, useLive, useShownRun } from '../../stores/context.tsx'
import { StopPlanButton } from '../run/stopButton.tsx'
import { CheckForm } from '../verify/checkForm.tsx'
import { firstValidation, parseValidation } from './draft.ts'
import { ReadurField } from './readurField.tsx'
import { ValidateProgress } from './validateProgress.tsx'
import { ValidationResult } from './validationResult.tsx'

/** Looks from all sides at what a run has left: its files, all counts, documents as users get them. */
export function ValidateScreen({ runId }: { runId: string }) {
  const details = useShownRun((state) => (state.runId === runId ? state.details : null))
  const failed = useShownRun((state) => state.error)
  const load = useShownRun((state) => state.load)
  useEffect(() => void load(runId), [load, runId])
  if (details) return <Validate details={details} />
  return (
    <Screen back title="Validate">
      {failed ? <ErrorCard error={failed} onRetry={() => void load(runId)} /> : <Loading what="the run" />}
    </Screen>
  )
}

function Validate({ details }: { details: RunDetails }) {
  const { runId, profileId, validation } = details
  const [draft, setDraft] = useState(firstValidation)
  const snapshot = useLive((state) =>
    state.snapshot?.runId === runId && state.snapshot.activity === 'validate' ? state.snapshot : null,
  )
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error)
  const validate = useLive((state) => state.validate)
  const busy = useBusy()
  const parsed = parseValidation(draft)
  const underWay = snapshot !== null && isUnderWay(snapshot.status)
  const trouble = error ?? (underWay ? null : (snapshot?.error ?? null))
  const start = () => {
    if (parsed.ok) void validate(runId, parsed.options)
  }
  return (
    <Screen
      back
      title={`Validate the run of ${formatMoment(details.createdAt)}`}
      subtitle={
        <>
          {details.profile}: <Route database={details.database} bucket={details.bucket} />
        </>
      }
      actions={
        underWay ? (
          <StopPlanButton runId={runId} stopping={snapshot.stopping} />
        ) : (
          <Button disabled={busy || !parsed.ok} loading={pending === 'validate'} onClick={start}>
            {validation ? 'Validate again' : 'Validate'}
          </Button>
        )
      }
    >
      {trouble &&
        (trouble.code === 'INTERRUPTED' ? (
          <Notice tone="neutral" title="The validation was stopped. Nothing was changed." />
        ) : (
          <ErrorCard error={trouble} />
        ))}
      {underWay ? (
        <ValidateProgress snapshot={snapshot} />
      ) : (
        <>
          {validation && <ValidationResult report={validation} />}
          <Panel title="How closely the files of the run are compared">
            <CheckForm
              draft={draft}
              error={parsed.ok ? null : parsed.sample}
              onChange={(check) => setDraft({ ...draft, ...check })}
            />
          </Panel>
          <Panel title="Documents as users get them">
            <ReadurField
              profileId={profileId}
              documents={draft.documents}
              error={parsed.ok ? null : parsed.documents}
              onChange={(documents) => setDraft({ ...draft, documents })}
            />
          </Panel>
        </>
      )}
    </Screen>
  )
}
