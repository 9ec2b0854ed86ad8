import { useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { useLive } from '../../stores/context.tsx'
import { CheckedRun, LoadedRun } from './checkedRun.tsx'
import { CheckForm } from './checkForm.tsx'
import { texts } from '../../texts/texts.ts'
import { firstValidation, parseValidation } from './validateDraft.ts'
import { ReadurField } from './readurField.tsx'
import { ValidateProgress } from './validateProgress.tsx'
import { ValidationResult } from './validationResult.tsx'

/** Looks from all sides at what a run has left: its files, all counts, documents as users get them. */
export function ValidateScreen({ runId }: { runId: string }) {
  return (
    <LoadedRun runId={runId} verb={texts.validate.validate}>
      {(details) => <Validate details={details} />}
    </LoadedRun>
  )
}

function Validate({ details }: { details: RunDetails }) {
  const { runId, profileId, validation } = details
  const [draft, setDraft] = useState(firstValidation)
  const snapshot = useLive((state) =>
    state.snapshot?.runId === runId && state.snapshot.activity === 'validate' ? state.snapshot : null,
  )
  const pending = useLive((state) => state.pending)
  const validate = useLive((state) => state.validate)
  const parsed = parseValidation(draft)
  const run = () => {
    if (parsed.ok) void validate(runId, parsed.options)
  }
  return (
    <CheckedRun
      details={details}
      verb={texts.validate.validate}
      snapshot={snapshot}
      stopped={texts.validate.stopped}
      start={{
        label: validation ? texts.validate.validateAgain : texts.validate.validate,
        isPending: pending === 'validate',
        isReady: parsed.ok,
        run,
      }}
      progress={(current) => <ValidateProgress snapshot={current} />}
    >
      {validation && <ValidationResult report={validation} />}
      <Panel title={texts.validate.howToCompareTheFiles}>
        <CheckForm
          draft={draft}
          error={parsed.ok ? null : parsed.sample}
          onChange={(check) => setDraft({ ...draft, ...check })}
        />
      </Panel>
      <Panel title={texts.validate.documentsAsUsersSeeThem}>
        <ReadurField
          profileId={profileId}
          documents={draft.documents}
          error={parsed.ok ? null : parsed.documents}
          onChange={(documents) => setDraft({ ...draft, documents })}
        />
      </Panel>
    </CheckedRun>
  )
}
