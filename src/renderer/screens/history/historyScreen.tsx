import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Loading } from '../../components/loading.tsx'
import { Pager } from '../../components/pager.tsx'
import { Panel } from '../../components/panel.tsx'
import { RunTable } from '../../components/runTable.tsx'
import { Screen } from '../../components/screen.tsx'
import { useHistory, useImporting, useNavigation } from '../../stores/context.tsx'
import { noFilter } from '../../stores/history.ts'
import { RunUnderWay } from '../home/runUnderWay.tsx'
import classes from './history.module.css'
import { HistoryFilters } from './historyFilters.tsx'

/** All runs of this computer, page by page. */
export function HistoryScreen() {
  const { runs, page, hasNext, loading, error } = useHistory((state) => state)
  const reload = useHistory((state) => state.reload)
  const next = useHistory((state) => state.next)
  const previous = useHistory((state) => state.previous)
  const open = useImporting((state) => state.open)
  useEffect(() => void reload(), [reload])
  return (
    <Screen
      back
      title="History"
      subtitle="Every plan, run and rollback of this computer."
      actions={
        <Button variant="default" onClick={() => open(null)}>
          Import a state file…
        </Button>
      }
    >
      <RunUnderWay />
      {error && <ErrorCard error={error} onRetry={() => void reload()} />}
      <HistoryFilters />
      {!runs && !error && <Loading what="runs" />}
      {runs?.length === 0 && <Nothing />}
      {runs && runs.length > 0 && (
        <section aria-label="Runs" aria-busy={loading} className={classes.list}>
          <RunTable runs={runs} label="Runs" />
          <Pager label="Runs" page={page} hasNext={hasNext} onNext={next} onPrevious={previous} />
        </section>
      )}
    </Screen>
  )
}

/** There are none, or the filters leave none. */
function Nothing() {
  const filter = useHistory((state) => state.filter)
  const narrow = useHistory((state) => state.narrow)
  const go = useNavigation((state) => state.go)
  const isNarrowed = filter.kind !== null || filter.result !== null || filter.text.trim() !== ''
  return (
    <Panel title={isNarrowed ? 'No run fits' : 'No run yet'}>
      <p className={classes.line}>
        {isNarrowed
          ? 'No run has all that is asked for.'
          : 'Make a plan for a connection: it changes nothing, and is the first line here. A state file of Readur’s own tool can be imported too.'}
      </p>
      <Button variant="default" onClick={() => (isNarrowed ? void narrow(noFilter) : go({ name: 'home' }))}>
        {isNarrowed ? 'Show all runs' : 'Go to the connections'}
      </Button>
    </Panel>
  )
}
