import { Button } from '@mantine/core'
import { useEffect } from 'react'
import type { RunSummary } from '../../../shared/run.ts'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { Panel } from '../../components/panel.tsx'
import { InterruptedRuns, useInterruptedRuns } from '../../components/run/interruptedRuns.tsx'
import { RunTable } from '../../components/run/runTable.tsx'
import { Screen } from '../../components/screen.tsx'
import { useHistory, useImporting, useNavigation } from '../../stores/context.tsx'
import { noFilter } from '../../stores/history.ts'
import { RunUnderWay } from '../../components/run/runUnderWay.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './history.module.css'
import { HistoryFilters } from './historyFilters.tsx'

/** All runs of this computer, page by page. */
export function HistoryScreen() {
  const { current, page, hasNext, loading, error, reload, next, previous } = useHistory((state) => state)
  const runs = current?.runs
  const interrupted = useInterruptedRuns()
  const open = useImporting((state) => state.open)
  useEffect(() => void reload(), [reload])
  return (
    <Screen
      back
      title={texts.history.history}
      subtitle={texts.history.subtitle}
      actions={
        <Button variant="default" onClick={() => open(null)}>
          {texts.history.importAStateFile}
        </Button>
      }
    >
      <RunUnderWay />
      <InterruptedRuns runs={interrupted} />
      {error && <ErrorCard error={error} onRetry={() => void reload()} />}
      <HistoryFilters />
      {!runs && !error && <Loading what={texts.history.runsToRead} />}
      {runs?.length === 0 && <Nothing />}
      {runs && runs.length > 0 && (
        <section aria-label={texts.history.runs} aria-busy={loading} className={classes.list}>
          <Runs runs={runs} />
          <Pager label={texts.history.runs} page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
        </section>
      )}
    </Screen>
  )
}

/** Plans that nothing came of are told in one line, unless they are what is looked for. */
function Runs({ runs }: { runs: RunSummary[] }) {
  const isAsked = useHistory((state) => state.filter.result === 'planned')
  const plans = isAsked ? [] : runs.filter(({ status }) => status === 'planned' || status === 'not started')
  const begun = runs.filter((run) => !plans.includes(run))
  return (
    <>
      {begun.length > 0 && <RunTable runs={begun} label={texts.history.runs} />}
      {plans.length > 0 && (
        <details className={classes.plans}>
          <summary>{texts.history.plansNeverStarted(plans.length)}</summary>
          <RunTable runs={plans} label={texts.history.plansNeverStarted(plans.length)} />
        </details>
      )}
    </>
  )
}

/** There are none, or the filters leave none. */
function Nothing() {
  const filter = useHistory((state) => state.filter)
  const narrow = useHistory((state) => state.narrow)
  const go = useNavigation((state) => state.go)
  const isNarrowed = JSON.stringify({ ...filter, text: filter.text.trim() }) !== JSON.stringify(noFilter)
  return (
    <Panel title={isNarrowed ? texts.history.noMatchingRuns : texts.history.noRunsYet}>
      <p className={classes.line}>{isNarrowed ? texts.history.noMatchingRunsHint : texts.history.noRunsYetHint}</p>
      <Button variant="default" onClick={() => (isNarrowed ? void narrow(noFilter) : go({ name: 'home' }))}>
        {isNarrowed ? texts.history.showAllRuns : texts.history.goToConnections}
      </Button>
    </Panel>
  )
}
