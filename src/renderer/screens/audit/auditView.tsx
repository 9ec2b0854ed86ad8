import { Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { AuditReport, RunFamily } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Notice } from '../../components/notice.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { canRepair } from '../../components/run/auditWords.ts'
import { describeOutcome } from '../../components/run/outcome.ts'
import { formatMoment } from '../../format/time.ts'
import { useBusy, useLive, useNavigation, useProfiles } from '../../stores/context.tsx'
import { AuditDialog } from '../../components/run/auditDialog.tsx'
import { FilesView } from '../../components/files/filesView.tsx'
import { texts } from '../../texts/texts.ts'
import tabs from '../../components/tabs.module.css'
import { RecordPanel } from '../../components/run/recordPanel.tsx'
import { RelatedRuns } from '../../components/run/relatedRuns.tsx'
import columns from '../../components/run/columns.module.css'
import { Timeline } from '../../components/run/timeline.tsx'
import { AuditOverview } from './auditOverview.tsx'
import { useRead } from '../../stores/useRead.ts'
import { Stat, Stats } from '../../components/stat.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { repairKinds } from '../../../shared/auditRepair.ts'
import { Panel } from '../../components/panel.tsx'
import classes from './audit.module.css'

interface AuditViewProps {
  details: RunDetails
  family: RunFamily | null
  /** Why something of the run could not be read. */
  error: ErrorData | null
}

const everything: PlanFilter = {}
const issuesOfAudit = { of: 'audit' } as const

/** A finished audit: what was compared, what was found, what can be put right; and finding by finding. */
export function AuditView({ details, family, error }: AuditViewProps) {
  const { runId, profile, profileId, createdAt, database, bucket, totals } = details
  const { value: report, error: unread } = useRead(runId, (api, id) => api.runs.auditReport(id))
  const [tab, setTab] = useState<string | null>('overview')
  const [filter, setFilter] = useState(everything)
  const refused = useLive((state) => state.error)
  const go = useNavigation((state) => state.go)
  const busy = useBusy()
  const audited = useProfiles(({ profiles }) => profiles?.find(({ id }) => id === profileId))
  const [asking, setAsking] = useState(false)
  const isWhole = totals !== null
  const outcome = describeOutcome({ ...details, hasPlan: isWhole })
  const trouble = refused ?? error ?? unread ?? details.error
  const choose = () => go({ name: 'repair', runId })
  const show = (wanted: PlanFilter) => {
    setFilter(wanted)
    setTab('findings')
  }
  return (
    <Screen
      back
      title={outcome.headline}
      subtitle={
        <>
          {profile}, {formatMoment(createdAt)}: <Route database={database} bucket={bucket} />
        </>
      }
      actions={
        <>
          <Button variant="default" disabled={busy || !audited} onClick={() => setAsking(true)}>
            {texts.audit.auditAgain}
          </Button>
          {isWhole && report && canRepair(report) && (
            <Button disabled={busy || !audited} onClick={choose}>
              {texts.audit.chooseRepairs}
            </Button>
          )}
        </>
      }
    >
      {trouble && trouble.code !== 'INTERRUPTED' && <ErrorCard error={trouble} />}
      {!report && !unread && <Loading what={texts.audit.issuesToRead} />}
      {report && (
        <>
          <Tabs value={tab} onChange={setTab} keepMounted={false} classNames={{ list: tabs.list ?? '' }}>
            <Tabs.List aria-label={texts.audit.audit}>
              <Tabs.Tab value="overview">{texts.audit.overview}</Tabs.Tab>
              {isWhole && <Tabs.Tab value="findings">{texts.audit.issuesTab(totals.items)}</Tabs.Tab>}
            </Tabs.List>
            <Tabs.Panel value="overview" className={tabs.panel ?? ''}>
              <div className={tabs.stack}>
                <Notice tone={outcome.tone} title={outcome.sentence}>
                  <p>{texts.audit.readOnlyNothingWasChanged}</p>
                </Notice>
                {isWhole && <AuditStats report={report} />}
                <div className={columns.columns}>
                  <div className={columns.side}>
                    {isWhole && <RepairPanel report={report} disabled={busy || !audited} onChoose={choose} />}
                    <RelatedRuns family={family} />
                    <Timeline details={details} />
                    <RecordPanel details={details} />
                  </div>
                  <div className={columns.main}>
                    <AuditOverview report={report} onShow={isWhole ? show : null} />
                  </div>
                </div>
              </div>
            </Tabs.Panel>
            <Tabs.Panel value="findings" className={tabs.panel ?? ''}>
              <FilesView key={JSON.stringify(filter)} runId={runId} listed={issuesOfAudit} filter={filter} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
      {asking && audited && <AuditDialog profile={audited} onClose={() => setAsking(false)} />}
    </Screen>
  )
}

/** What was compared, and what came of it. */
function AuditStats({ report }: { report: AuditReport }) {
  const { totals, discrepancies, notes, seconds } = report
  const { documents, images, onS3, files, fileBytes, objects, objectBytes, quarantined } = totals
  return (
    <Stats>
      <Stat label={texts.audit.documents} value={formatNumber(documents + images)} detail={texts.audit.onS3(onS3)} />
      <Stat
        label={texts.audit.files}
        value={formatNumber(files)}
        detail={`${formatBytes(fileBytes)}${quarantined > 0 ? texts.audit.quarantined(quarantined) : ''}`}
      />
      <Stat label={texts.audit.objects} value={formatNumber(objects)} detail={formatBytes(objectBytes)} />
      <Stat label={texts.audit.issues} value={formatNumber(discrepancies)} tone={discrepancies > 0 ? 'bad' : 'good'} />
      <Stat label={texts.audit.notes} value={formatNumber(notes)} detail={texts.audit.nothingToDoDetail} />
      <Stat
        label={texts.audit.duration}
        value={formatDuration(seconds)}
        detail={totals.read > 0 ? texts.audit.filesRead(totals.read) : texts.audit.noContentRead}
      />
    </Stats>
  )
}

interface RepairPanelProps {
  report: AuditReport
  disabled: boolean
  onChoose: () => void
}

/** How much of what was found this program can put right, and the way there. */
function RepairPanel({ report, disabled, onChoose }: RepairPanelProps) {
  const possible = repairKinds.filter((kind) => report.repairs[kind].items > 0)
  if (possible.length === 0) return null
  return (
    <Panel title={texts.audit.whatCanBeRepaired}>
      <ul className={classes.lines}>
        {possible.map((kind) => (
          <li key={kind}>
            <span>{texts.repair.kinds[kind].short}</span>
            <span className={classes.count}>{formatNumber(report.repairs[kind].items)}</span>
          </li>
        ))}
      </ul>
      <Button fullWidth variant="default" disabled={disabled} onClick={onChoose}>
        {texts.audit.chooseRepairs}
      </Button>
    </Panel>
  )
}
