import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../panel.tsx'
import { timelineLines } from './timelineLines.ts'
import { formatMoment } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
import classes from './sideList.module.css'

/** What happened to the run, oldest first. */
export function Timeline({ details }: { details: RunDetails }) {
  const lines = timelineLines(details)
  if (lines.length === 0) return null
  return (
    <Panel title={texts.result.timeline}>
      <ol className={classes.plain}>
        {lines.map(({ at, text, detail, tone }, index) => (
          <li key={index} className={classes.event} data-tone={tone}>
            <time className={classes.when} dateTime={new Date(at).toISOString()}>
              {formatMoment(at)}
            </time>
            {text}
            {detail !== null && <div className={classes.detail}>{detail}</div>}
          </li>
        ))}
      </ol>
    </Panel>
  )
}
