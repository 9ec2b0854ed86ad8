import { Button } from '@mantine/core'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Panel } from '../../components/panel.tsx'
import { RunTable } from '../../components/run/runTable.tsx'
import { useNavigation, useRuns } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'

const shown = 5

/** The latest runs and the way to all of them; takes no room before there is any. */
export function RecentRuns() {
  const runs = useRuns((state) => state.runs)
  const error = useRuns((state) => state.error)
  const load = useRuns((state) => state.load)
  const go = useNavigation((state) => state.go)
  if (error) return <ErrorCard error={error} onRetry={() => void load()} />
  if (!runs || runs.length === 0) return null
  return (
    <Panel
      title={texts.home.recentRuns}
      flush
      aside={
        <Button variant="subtle" size="compact-sm" onClick={() => go({ name: 'history' })}>
          {texts.home.showAll}
        </Button>
      }
    >
      <RunTable runs={runs.slice(0, shown)} label={texts.home.recentRuns} />
    </Panel>
  )
}
