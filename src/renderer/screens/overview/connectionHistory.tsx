import { runWords } from '../../../shared/runWords.ts'
import { Anchor, Button } from '@mantine/core'
import type { RunSummary } from '../../../shared/run.ts'
import { Badge } from '../../components/badge.tsx'
import { Panel } from '../../components/panel.tsx'
import { wordOfRun } from '../../format/status.ts'
import { formatMoment } from '../../format/time.ts'
import { useNavigation } from '../../stores/context.tsx'
import { texts } from '../../texts/texts.ts'
import classes from './overview.module.css'

const shown = 6

/** The latest runs of the connection. */
export function ConnectionHistory({ runs }: { runs: RunSummary[] | null }) {
  const go = useNavigation((state) => state.go)
  if (!runs) return null
  return (
    <Panel
      title={texts.overview.runs}
      aside={
        <Button variant="subtle" size="compact-sm" onClick={() => go({ name: 'history' })}>
          {texts.overview.showAll}
        </Button>
      }
    >
      {runs.length === 0 && <p className={classes.none}>{texts.overview.noRunsYet}</p>}
      <ul className={classes.runs}>
        {runs.slice(0, shown).map((run) => (
          <li key={run.runId}>
            <span className={classes.run}>
              <Anchor component="button" onClick={() => go({ name: 'run', runId: run.runId })}>
                {formatMoment(run.createdAt)}
              </Anchor>
              <span className={classes.kind}>{runWords[run.kind].name}</span>
            </span>
            <Badge word={wordOfRun(run)} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}
