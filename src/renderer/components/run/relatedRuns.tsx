import { runWords } from '../../../shared/runWords.ts'
import { Anchor } from '@mantine/core'
import type { RunFamily, RunSummary } from '../../../shared/run.ts'
import { Badge } from '../badge.tsx'
import { Panel } from '../panel.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './sideList.module.css'

/** The run that this one is about, and those that are about it. */
export function RelatedRuns({ family }: { family: RunFamily | null }) {
  if (!family || (family.parent === null && family.children.length === 0)) return null
  return (
    <Panel title={texts.result.relatedRuns}>
      <ul className={classes.plain}>
        {family.parent && <Related run={family.parent} words={texts.result.undoesRun} />}
        {family.children.map((run) => (
          <Related key={run.runId} run={run} words={texts.result.followedBy} />
        ))}
      </ul>
    </Panel>
  )
}

function Related({ run, words }: { run: RunSummary; words: (name: string) => string }) {
  const go = useNavigation((state) => state.go)
  return (
    <li>
      <span className={classes.when}>{words(runWords[run.kind].name)}</span>
      <Anchor component="button" onClick={() => go({ name: 'run', runId: run.runId })}>
        {formatMoment(run.createdAt)}
      </Anchor>{' '}
      <Badge word={wordOfRun(run)} />
    </li>
  )
}
