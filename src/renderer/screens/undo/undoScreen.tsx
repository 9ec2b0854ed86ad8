import { Button, Switch } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useLive, useShownRun, useStores } from '../../stores/context.tsx'
import { PlanProgress } from '../../components/run/planProgress.tsx'
import { StopPlanButton } from '../../components/run/stopButton.tsx'
import { texts } from '../../texts/texts.ts'
import { firstDraft, selectionOf, type UndoDraft } from './draft.ts'
import { SelectionSummary } from './selectionSummary.tsx'
import { ScopeForm } from './scopeForm.tsx'
import classes from './undo.module.css'

interface UndoScreenProps {
  runId: string
  /** The one document that it is about at first. */
  documentId?: string | undefined
}

/** Chooses what of a run is rolled back, and how. Nothing is changed here: the plan that it leads to is a preview. */
export function UndoScreen({ runId, documentId }: UndoScreenProps) {
  const details = useShownRun((state) => (state.runId === runId ? state.details : null))
  const failed = useShownRun((state) => state.error)
  const load = useShownRun((state) => state.load)
  useEffect(() => void load(runId), [load, runId])
  if (details) return <UndoForm details={details} documentId={documentId} />
  return (
    <Screen back title={texts.undo.rollBack}>
      {failed ? <ErrorCard error={failed} onRetry={() => void load(runId)} /> : <Loading what={texts.undo.theRun} />}
    </Screen>
  )
}

function UndoForm({ details, documentId }: { details: RunDetails; documentId: string | undefined }) {
  const [draft, setDraft] = useState(() => firstDraft(documentId))
  const { previewUndo } = useStores()
  const busy = useBusy()
  const making = useLive((state) => state.pending === 'undo')
  const error = useLive((state) => state.error)
  const choice = useMemo(() => selectionOf(draft), [draft])
  const preview = () => {
    if (choice.ok) void previewUndo(details.runId, choice.selection, choice.options)
  }
  return (
    <Screen
      back
      title={texts.undo.rollBackRunOf(formatMoment(details.createdAt))}
      subtitle={
        <>
          {details.profile}: <Route database={details.database} bucket={details.bucket} />
        </>
      }
      actions={
        making ? (
          <StopPlanButton runId={null} stopping={null} />
        ) : (
          <>
            {choice.ok ? (
              <SelectionSummary runId={details.runId} selection={choice.selection} />
            ) : (
              <span className={classes.hint}>{choice.missing}</span>
            )}
            <Button disabled={busy || !choice.ok} onClick={preview}>
              {texts.undo.preview}
            </Button>
          </>
        )
      }
    >
      {error && error.code !== 'INTERRUPTED' && <ErrorCard error={error} onRetry={making ? undefined : preview} />}
      {making && <PlanProgress snapshot={null} kind="rollback" />}
      <div className={classes.columns} hidden={making}>
        <Panel title={texts.undo.whatToRollBack}>
          <ScopeForm details={details} draft={draft} onChange={setDraft} />
        </Panel>
        <div className={classes.side}>
          <Panel title={texts.undo.options}>
            <UndoOptions draft={draft} onChange={setDraft} />
          </Panel>
          <HowItGoes keepObjects={draft.keepObjects} bucket={details.bucket} />
        </div>
      </div>
    </Screen>
  )
}

/** The order in which a document goes back: at no instant does its row point at nothing. */
function HowItGoes({ keepObjects, bucket }: { keepObjects: boolean; bucket: string }) {
  return (
    <Panel title={texts.undo.howItWorks}>
      <ol className={classes.steps}>
        <li>{texts.undo.stepRead}</li>
        <li>{texts.undo.stepDownload}</li>
        <li>{texts.undo.stepPoint}</li>
        <li>{keepObjects ? texts.undo.stepKeep(bucket) : texts.undo.stepRemove}</li>
      </ol>
    </Panel>
  )
}

interface UndoOptionsProps {
  draft: UndoDraft
  onChange: (draft: UndoDraft) => void
}

/** How a rollback is done: each option with what it does. */
function UndoOptions({ draft, onChange }: UndoOptionsProps) {
  return (
    <div className={classes.options}>
      <Switch
        label={texts.undo.keepS3Copies}
        description={texts.undo.keepS3CopiesMeans}
        checked={draft.keepObjects}
        onChange={(event) => onChange({ ...draft, keepObjects: event.currentTarget.checked })}
      />
      <Switch
        label={texts.undo.skipChanged}
        description={texts.undo.skipChangedMeans}
        checked={draft.force}
        onChange={(event) => onChange({ ...draft, force: event.currentTarget.checked })}
      />
    </div>
  )
}
