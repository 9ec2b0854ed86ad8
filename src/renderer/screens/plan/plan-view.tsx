import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ProblemGroup, RunDetails } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/error-card.tsx'
import { Loading } from '../../components/loading.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemExamples } from '../../components/problem-examples.tsx'
import { ProblemGroups } from '../../components/problem-groups.tsx'
import { Route } from '../../components/route.tsx'
import { Screen } from '../../components/screen.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount } from '../../format/number.ts'
import { nounFor } from '../../format/noun.ts'
import { useLive } from '../../stores/context.tsx'
import { ConfirmStart } from './confirm-start.tsx'
import { defaultDraft, parseOptions } from './options.ts'
import { OptionsForm } from './options-form.tsx'
import { PlanTotals } from './plan-totals.tsx'
import classes from './plan-view.module.css'

interface PlanViewProps {
  details: RunDetails
  problems: ProblemGroup[] | null
}

/** A finished plan: what would move, what cannot and why, how to carry it out. What is shown is what will run. */
export function PlanView({ details, problems }: PlanViewProps) {
  const [draft, setDraft] = useState(defaultDraft)
  const [confirming, setConfirming] = useState(false)
  const pending = useLive((state) => state.pending)
  const error = useLive((state) => state.error)
  const start = useLive((state) => state.start)
  const parsed = parseOptions(draft)
  const totals = details.totals
  const what = totals ? formatCount(totals.move, nounFor(totals)) : ''

  return (
    <Screen
      back
      title={`Plan for ${details.profile}`}
      subtitle={<Route database={details.database} bucket={details.bucket} />}
    >
      {error && <ErrorCard error={error} />}
      {totals && <PlanTotals totals={totals} estimate={details.estimate} />}
      <div className={classes.columns}>
        <Panel title="Findings" flush>
          {!problems && <Loading what="findings" />}
          {problems?.length === 0 && <p className={classes.none}>No problem found: every file can be moved.</p>}
          {problems && problems.length > 0 && (
            <ProblemGroups groups={problems} details={(group) => <ProblemExamples group={group} />} />
          )}
        </Panel>
        <div className={classes.side}>
          <Panel title="Options">
            <OptionsForm draft={draft} errors={parsed.ok ? {} : parsed.errors} onChange={setDraft} />
          </Panel>
          {totals && (
            <div className={classes.go}>
              {totals.move === 0 ? (
                <p className={classes.none}>There is nothing to move.</p>
              ) : (
                <Button
                  fullWidth
                  size="md"
                  disabled={!parsed.ok}
                  loading={pending === 'start'}
                  onClick={() => setConfirming(true)}
                >
                  Migrate {what} ({formatBytes(totals.bytes)})
                </Button>
              )}
            </div>
          )}
        </div>
      </div>
      {totals && parsed.ok && (
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
