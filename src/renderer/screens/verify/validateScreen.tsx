import { useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../../components/panel.tsx'
import { useLive } from '../../stores/context.tsx'
import { CheckedRun, LoadedRun } from './checkedRun.tsx'
import { type CheckDraft, CheckForm, parseCheck } from './checkForm.tsx'
import { texts } from '../../texts/texts.ts'
import { ReadurField } from './readurField.tsx'
import { ValidationResult } from './validationResult.tsx'
import { optionLimits, type RunSnapshot, type ValidateOptions } from '../../../shared/run.ts'
import { defaultValidation } from '../../../shared/validation.ts'
import { runShare } from '../../../shared/runShare.ts'
import { Announcer } from '../../components/announcer.tsx'
import { PhaseSteps } from '../../components/run/phaseSteps.tsx'
import { ProgressBar } from '../../components/progressBar.tsx'
import { shareWords } from '../../components/run/progress.ts'
import { phaseWord } from '../../format/status.ts'
import { RunLog } from '../../components/run/runLog.tsx'

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

/** How a run is to be validated, as it stands in the form. */
interface ValidateDraft extends CheckDraft {
  documents: number | string
}

const firstValidation: ValidateDraft = { ...defaultValidation, sample: '' }

/** Options from a draft, or what is wrong with which field. */
function parseValidation(
  draft: ValidateDraft,
): { ok: true; options: ValidateOptions } | { ok: false; sample: string | null; documents: string | null } {
  const check = parseCheck(draft)
  const documents = draft.documents === '' ? 0 : Number(draft.documents)
  const { min, max } = optionLimits.documents
  const fits = Number.isInteger(documents) && documents >= min && documents <= max
  if (check.ok && fits) return { ok: true, options: { ...check.options, documents } }
  return {
    ok: false,
    sample: check.ok ? null : check.error,
    documents: fits ? null : texts.validate.numberBetween({ min, max }),
  }
}

/** A validation under way: which of its steps it is at. */
function ValidateProgress({ snapshot }: { snapshot: RunSnapshot }) {
  const { phase, copied, log } = snapshot
  const share = runShare(snapshot)
  const words = shareWords(snapshot)
  const percent = words === null ? '' : `, ${words}`
  const text = texts.validate.progressOf({ phase: phaseWord(phase), copied, percent })
  return (
    <>
      <PhaseSteps kind={snapshot.kind} activity={snapshot.activity} phase={phase} />
      <ProgressBar label={texts.validate.validation} share={share} valueText={text} />
      <RunLog lines={log} />
      <Announcer text={text} moment={phase} />
    </>
  )
}
