import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { AuditReport } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { canRepair } from '../../components/run/auditWords.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useLive, useShownRun, useStores } from '../../stores/context.tsx'
import { useRead } from '../../stores/useRead.ts'
import { PlanProgress } from '../../components/run/planProgress.tsx'
import { StopPlanButton } from '../../components/run/stopButton.tsx'
import { texts } from '../../texts/texts.ts'
import { firstRepairs, isEmpty } from './draft.ts'
import classes from './repair.module.css'
import { RepairForm } from './repairForm.tsx'

/** Chooses what of an audit's findings is put right. Nothing is changed here: the plan that it leads to is a preview. */
export function RepairScreen({ runId }: { runId: string }) {
  const details = useShownRun((state) => (state.runId === runId ? state.details : null))
  const failed = useShownRun((state) => state.error)
  const load = useShownRun((state) => state.load)
  const { value: report, error } = useRead(runId, (api, id) => api.runs.auditReport(id))
  useEffect(() => void load(runId), [load, runId])
  if (details && report) return <Repairs details={details} report={report} />
  const trouble = error ?? failed
  return (
    <Screen back title={texts.repair.repairs}>
      {trouble ? (
        <ErrorCard error={trouble} onRetry={() => void load(runId)} />
      ) : (
        <Loading what={texts.repair.theAudit} />
      )}
    </Screen>
  )
}

function Repairs({ details, report }: { details: RunDetails; report: AuditReport }) {
  const { runId, profile, createdAt, database, bucket } = details
  const [draft, setDraft] = useState(() => firstRepairs(report))
  const { previewRepairs } = useStores()
  const busy = useBusy()
  const making = useLive((state) => state.pending === 'undo')
  const error = useLive((state) => state.error)
  const empty = isEmpty(draft)
  const preview = () => void previewRepairs(runId, draft)
  return (
    <Screen
      back
      title={texts.repair.repairAuditOf(formatMoment(createdAt))}
      subtitle={
        <>
          {profile}: <Route database={database} bucket={bucket} />
        </>
      }
      actions={
        making ? (
          <StopPlanButton runId={null} stopping={null} />
        ) : (
          <>
            <span className={classes.hint}>{empty ? texts.repair.nothingChosen : texts.repair.changesNothingYet}</span>
            <Button disabled={busy || empty} onClick={preview}>
              {texts.repair.preview}
            </Button>
          </>
        )
      }
    >
      {error && error.code !== 'INTERRUPTED' && <ErrorCard error={error} onRetry={making ? undefined : preview} />}
      {making && <PlanProgress snapshot={null} kind="repair" />}
      {!canRepair(report) && <Notice tone="neutral" title={texts.repair.nothingRepairable} />}
      <div className={classes.columns} hidden={making}>
        <Panel title={texts.repair.whatToRepair}>
          <RepairForm report={report} draft={draft} onChange={setDraft} />
        </Panel>
        <HowRepairsGo />
      </div>
    </Screen>
  )
}

/** The order in which things are put right: what loses a row comes when everything else was tried. */
function HowRepairsGo() {
  return (
    <Panel title={texts.repair.howItWorks}>
      <ol className={classes.steps}>
        <li>{texts.repair.previewFirst}</li>
        <li>{texts.repair.checkedFirst}</li>
        <li>{texts.repair.order}</li>
        <li>{texts.repair.savedFirst}</li>
      </ol>
    </Panel>
  )
}
