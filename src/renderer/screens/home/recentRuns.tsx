import { Anchor, Button, Table } from '@mantine/core'
import type { RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { ErrorCard } from '../../components/errorCard.tsx'
import { Panel } from '../../components/panel.tsx'
import { Route } from '../../components/route.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { runWord } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation, useRuns } from '../../stores/context.tsx'
import classes from './recentRuns.module.css'

/** What has been run, newest first; takes no room before there is anything. */
export function RecentRuns() {
  const runs = useRuns((state) => state.runs)
  const hasMore = useRuns((state) => state.hasMore)
  const error = useRuns((state) => state.error)
  const load = useRuns((state) => state.load)
  const loadMore = useRuns((state) => state.loadMore)
  if (error) return <ErrorCard error={error} onRetry={() => void load()} />
  if (!runs || runs.length === 0) return null
  return (
    <Panel title="Recent runs" flush>
      <Table aria-label="Recent runs" className={classes.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Started</Table.Th>
            <Table.Th>Profile</Table.Th>
            <Table.Th>Result</Table.Th>
            <Table.Th className={classes.figure ?? ''}>Files moved</Table.Th>
            <Table.Th className={classes.figure ?? ''}>Size</Table.Th>
            <Table.Th className={classes.figure ?? ''}>Duration</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => (
            <Row key={run.runId} run={run} />
          ))}
        </Table.Tbody>
      </Table>
      {hasMore && (
        <div className={classes.more}>
          <Button variant="subtle" size="compact-sm" onClick={() => void loadMore()}>
            Show older runs
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Row({ run }: { run: RunSummary }) {
  const go = useNavigation((state) => state.go)
  const started = formatMoment(run.createdAt)
  return (
    <Table.Tr>
      <Table.Td className={classes.started ?? ''}>
        <Anchor
          component="button"
          aria-label={`Open the run of ${started}`}
          onClick={() => go({ name: 'run', runId: run.runId })}
        >
          {started}
        </Anchor>
      </Table.Td>
      <Table.Td>
        {run.profile}
        <div className={classes.second}>
          <Route database={run.database} bucket={run.bucket} />
        </div>
      </Table.Td>
      <Table.Td>
        <Badge word={runWord(run.status)} />
      </Table.Td>
      <Table.Td className={classes.figure ?? ''}>
        {formatNumber(run.committed)} of {formatNumber(run.planned)}
      </Table.Td>
      <Table.Td className={classes.figure ?? ''}>{formatBytes(run.bytes)}</Table.Td>
      <Table.Td className={classes.figure ?? ''}>{run.seconds === null ? '–' : formatDuration(run.seconds)}</Table.Td>
    </Table.Tr>
  )
}
