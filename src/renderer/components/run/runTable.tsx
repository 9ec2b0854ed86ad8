import { doneOf, runWords, undoneWord } from '../../../shared/runWords.ts'
import { Anchor, Table } from '@mantine/core'
import type { RunSummary } from '../../../shared/run.ts'
import { runFacts } from '../../../shared/runKind.ts'
import { formatBytes } from '../../format/bytes.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatNumber } from '../../format/number.ts'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import { Badge } from '../badge.tsx'
import { Route } from '../route.tsx'
import classes from './runTable.module.css'

/** Runs, each a row that opens it. */
export function RunTable({ runs, label }: { runs: RunSummary[]; label: string }) {
  return (
    <Table aria-label={label} className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{texts.components.started}</Table.Th>
          <Table.Th>{texts.components.connection}</Table.Th>
          <Table.Th>{texts.components.result}</Table.Th>
          <Table.Th className={classes.figure ?? ''}>{texts.components.filesDone}</Table.Th>
          <Table.Th className={classes.figure ?? ''}>{texts.components.size}</Table.Th>
          <Table.Th className={classes.figure ?? ''}>{texts.components.duration}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Row key={run.runId} run={run} />
        ))}
      </Table.Tbody>
    </Table>
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
          aria-label={texts.components.openRun({ started, name: runWords[run.kind].name })}
          onClick={() => go({ name: 'run', runId: run.runId })}
        >
          {started}
        </Anchor>
        <div className={classes.second}>{runWords[run.kind].name}</div>
      </Table.Td>
      <Table.Td>
        {run.profile}
        <div className={classes.second}>
          <Route database={run.database} bucket={run.bucket} />
        </div>
      </Table.Td>
      <Table.Td>
        <Badge word={wordOfRun(run)} />
      </Table.Td>
      <Table.Td className={classes.figure ?? ''}>
        {run.kind === 'audit'
          ? texts.nouns.issue(run.failed)
          : texts.components.countOf({ done: everDone(run), planned: run.planned })}
        <div className={classes.second}>{besideDone(run)}</div>
      </Table.Td>
      <Table.Td className={classes.figure ?? ''}>{run.kind === 'audit' ? '–' : formatBytes(run.bytes)}</Table.Td>
      <Table.Td className={classes.figure ?? ''}>{run.seconds === null ? '–' : formatDuration(run.seconds)}</Table.Td>
    </Table.Tr>
  )
}

/** What it has done, be it undone since. */
const everDone = (run: RunSummary): number => doneOf(run) + (runFacts[run.kind].goal === 'restored' ? 0 : run.restored)

/** What the number of files that are done does not tell. */
function besideDone({ kind, restored, copied, documents }: RunSummary): string {
  if (runFacts[kind].goal !== 'restored' && restored > 0) return `${formatNumber(restored)} ${undoneWord(kind)}`
  return copied > 0 ? texts.components.copiedCount(copied) : texts.nouns.document(documents)
}
