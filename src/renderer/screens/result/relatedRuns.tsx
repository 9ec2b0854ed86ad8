import { runWords } from '../../../shared/runWords.ts'
import { Anchor } from '@mantine/core'
import type { RunFamily, RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation } from '../../stores/context.tsx'
import classes from './sideList.module.css'

/** The run that this one goes back over, and those that go back over it. */
export function RelatedRuns({ family }: { family: RunFamily | null }) {
  if (!family || (family.parent === null && family.children.length === 0)) return null
  return (
    <Panel title="Related runs">
      <ul className={classes.plain}>
        {family.parent && <Related run={family.parent} relation="Of" />}
        {family.children.map((run) => (
          <Related key={run.runId} run={run} relation="Then" />
        ))}
      </ul>
    </Panel>
  )
}

function Related({ run, relation }: { run: RunSummary; relation: string }) {
  const go = useNavigation((state) => state.go)
  return (
    <li>
      <span className={classes.when}>
        {relation}: {runWords[run.kind].name}
      </span>
      <Anchor component="button" onClick={() => go({ name: 'run', runId: run.runId })}>
        {formatMoment(run.createdAt)}
      </Anchor>{' '}
      <Badge word={wordOfRun(run)} />
    </li>
  )
}
