import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorData } from '../../../shared/errors.ts'
import type { ProblemGroup, RunDetails } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import { nounFor } from '../../format/noun.ts'
import { useLive, useSettings } from '../../stores/context.tsx'
import { ConfirmStart } from './confirmStart.tsx'
import { Findings } from './findings.tsx'
import { draftOf, parseOptions } from './options.ts'
import { OptionsForm } from './optionsForm.tsx'
import { PlanTotals } from './planTotals.tsx'
import classes from './planView.module.css'

const scopeWords = {
  failed: 'Only the documents that an earlier run failed at.',
  restored: 'Only the documents that a rollback moved back.',
}

interface PlanViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
  /** Why the plan could not be carried out when it was tried. */
  refused: ErrorData | null
}

/** A finished plan: what would move, what cannot and why, how to carry it out. What is shown is what will run. */
export function PlanView({ details, problems, refused }: PlanViewProps) {
  const defaults = useSettings(({ settings }) => settings.defaults)
  const [draft, setDraft] = useState(() => draftOf(defaults))
  const [confirming, setConfirming] = useState(false)
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error) ?? refused
  const start = useLive((state) => state.start)
  const parsed = parseOptions(draft)
  const { totals } = details
  const what = totals ? formatCount(totals.move, nounFor(totals)) : ''
  const canStart = totals !== null && totals.move > 0

  return (
    <Screen
      back
      title={`Plan for ${details.profile}`}
      subtitle={<Route database={details.database} bucket={details.bucket} />}
      actions={
        canStart && (
          <Button size="md" disabled={!parsed.ok} loading={pending === 'start'} onClick={() => setConfirming(true)}>
            {draft.copyOnly ? 'Copy' : 'Migrate'} {what} ({formatBytes(totals.bytes)})
          </Button>
        )
      }
    >
      {error && <ErrorCard error={error} />}
      {details.planOptions.of && <p className={classes.scope}>{scopeWords[details.planOptions.of.state]}</p>}
      {totals && <PlanTotals totals={totals} estimate={details.estimate} />}
      <div className={canStart ? classes.columns : undefined}>
        <Panel title="Findings" flush>
          <Findings problems={problems} nothingToMove={!canStart} />
        </Panel>
        {canStart && (
          <Panel title="Options">
            <OptionsForm draft={draft} errors={parsed.ok ? {} : parsed.errors} onChange={setDraft} />
          </Panel>
        )}
      </div>
      {parsed.ok && (
        <ConfirmStart
          opened={confirming}
          what={what}
          details={details}
          options={parsed.options}
          onClose={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false)
            void start(details.runId, parsed.options)
          }}
        />
      )}
    </Screen>
  )
}
