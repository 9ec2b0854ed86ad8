import { Button, Tabs } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { PlanFilter } from '../../../shared/planTable.ts'
import type { ProblemGroup } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatNumber } from '../../format/number.ts'
import { useLive, useReadurState, useSettings } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { ConfirmStart } from './confirmStart.tsx'
import { FilesView } from '../../components/files/filesView.tsx'
import { draftOf, parseOptions } from '../../components/options/options.ts'
import { PlanOverview } from './planOverview.tsx'
import tabs from '../../components/tabs.module.css'
import { nounFor } from '../../components/run/outcome.ts'

interface PlanViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why the plan could not be carried out when it was tried. */
  refused: ErrorData | null
}

const everything: PlanFilter = {}

/**
 * A finished plan: what would move, what cannot and why, how to carry it out; and file by file. What is shown is what
 * will run.
 */
export function PlanView({ details, problems, refused }: PlanViewProps) {
  const defaults = useSettings(({ settings }) => settings.defaults)
  const [draft, setDraft] = useState(() => draftOf(defaults))
  const [confirming, setConfirming] = useState(false)
  const [tab, setTab] = useState<string | null>('overview')
  const [filter, setFilter] = useState(everything)
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error) ?? refused
  const start = useLive((state) => state.start)
  const readur = useReadurState(details.profileId)
  const [chosen, setChosen] = useState<boolean | null>(null)
  // Rows that are switched before Readur uses the bucket could not be opened: unless somebody decides so, they wait.
  const copyOnly = chosen ?? (defaults.copyOnly || readur?.at !== 'bucket')
  const wanted = { ...draft, copyOnly }
  const parsed = parseOptions(wanted)
  const { totals } = details
  const what = totals ? texts.nouns[nounFor(totals)](totals.move) : ''
  const canStart = totals !== null && totals.move > 0
  const showFiles = (some: PlanFilter) => {
    setFilter(some)
    setTab('files')
  }

  return (
    <Screen
      back
      title={texts.plan.planFor(details.profile)}
      subtitle={<Route database={details.database} bucket={details.bucket} />}
      actions={
        canStart && (
          <Button size="md" disabled={!parsed.ok} loading={pending === 'start'} onClick={() => setConfirming(true)}>
            {copyOnly ? texts.plan.copy : texts.plan.migrate} {what} ({formatBytes(totals.bytes)})
          </Button>
        )
      }
    >
      {error && <ErrorCard error={error} />}
      <Tabs value={tab} onChange={setTab} keepMounted={false} classNames={{ list: tabs.list ?? '' }}>
        <Tabs.List aria-label={texts.plan.plan}>
          <Tabs.Tab value="overview">{texts.plan.overview}</Tabs.Tab>
          <Tabs.Tab value="files">
            {texts.plan.files}
            {totals && ` (${formatNumber(totals.items)})`}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={tabs.panel}>
          <PlanOverview
            details={details}
            problems={problems}
            draft={wanted}
            readur={readur}
            errors={parsed.ok ? {} : parsed.errors}
            onDraft={(changed) => {
              setDraft(changed)
              if (changed.copyOnly !== copyOnly) setChosen(changed.copyOnly)
            }}
            onShowFiles={showFiles}
          />
        </Tabs.Panel>
        <Tabs.Panel value="files" className={tabs.panel}>
          <FilesView key={JSON.stringify(filter)} runId={details.runId} listed="plan" filter={filter} />
        </Tabs.Panel>
      </Tabs>
      {parsed.ok && (
        <ConfirmStart
          opened={confirming}
          what={what}
          details={details}
          options={parsed.options}
          readur={readur}
          onClose={() => setConfirming(false)}
          onConfirm={(canary, isDecided) => {
            setConfirming(false)
            void start(details.runId, { ...parsed.options, canary }, isDecided)
          }}
        />
      )}
    </Screen>
  )
}
