import { Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { RunFamily } from '../../../shared/run.ts'
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
import classes from '../../components/run/columns.module.css'
import { Timeline } from '../../components/run/timeline.tsx'
import { AuditOverview } from './auditOverview.tsx'
import { AuditStats } from './auditStats.tsx'
import { RepairPanel } from './repairPanel.tsx'
import { useAuditReport } from '../../components/run/useAuditReport.ts'

interface AuditViewProps {
  details: RunDetails
  family: RunFamily | null
  /** Why something of the run could not be read. */
  error: ErrorData | null
}

const everything: PlanFilter = {}

/** A finished audit: what was compared, what was found, what can be put right; and finding by finding. */
export function AuditView({ details, family, error }: AuditViewProps) {
  const { runId, profile, profileId, createdAt, database, bucket, totals } = details
  const { report, error: unread } = useAuditReport(runId)
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
                <div className={classes.columns}>
                  <div className={classes.side}>
                    {isWhole && <RepairPanel report={report} disabled={busy || !audited} onChoose={choose} />}
                    <RelatedRuns family={family} />
                    <Timeline details={details} />
                    <RecordPanel details={details} />
                  </div>
                  <div className={classes.main}>
                    <AuditOverview report={report} onShow={isWhole ? show : null} />
                  </div>
                </div>
              </div>
            </Tabs.Panel>
            <Tabs.Panel value="findings" className={tabs.panel ?? ''}>
              <FilesView key={JSON.stringify(filter)} runId={runId} listed="audit" filter={filter} />
            </Tabs.Panel>
          </Tabs>
        </>
      )}
      {asking && audited && <AuditDialog profile={audited} onClose={() => setAsking(false)} />}
    </Screen>
  )
}
