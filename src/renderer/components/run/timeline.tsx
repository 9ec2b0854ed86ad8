import type { RunDetails } from '../../../shared/record.ts'
import { Panel } from '../panel.tsx'
import { formatMoment } from '../../format/time.ts'
import { texts } from '../../texts/texts.ts'
import classes from './sideList.module.css'
import { runFacts } from '../../../shared/runKind.ts'
import { doneOf } from '../../../shared/runWords.ts'
import type { RunEvent } from '../../../shared/run.ts'
import { type Tone, wordOfRun } from '../../format/status.ts'

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

/** One line of a run's history as it is read. */
interface TimelineLine {
  at: number
  text: string
  detail: string | null
  tone: Tone
}

/** The history of a run in words. After the first session it was resumed; after a copy its documents were switched. */
export function timelineLines({ kind, timeline }: Pick<RunDetails, 'kind' | 'timeline'>): TimelineLine[] {
  let begins = texts.result.started
  return timeline.map((event): TimelineLine => {
    const line = { at: event.at, ...wordsOf(event, kind, begins) }
    if (event.what === 'started' && begins === texts.result.started) begins = texts.result.resumed
    if (event.what === 'ended' && event.status === 'copied') begins = texts.result.switchStarted
    return line
  })
}

/** `begins`: what a session is called that starts now. */
function wordsOf(event: RunEvent, kind: RunDetails['kind'], begins: string): Omit<TimelineLine, 'at'> {
  switch (event.what) {
    case 'planned':
      return { text: texts.result.planned, detail: null, tone: 'neutral' }
    case 'paused':
      return { text: texts.result.paused, detail: null, tone: 'neutral' }
    case 'continued':
      return { text: texts.result.resumed, detail: null, tone: 'active' }
    case 'started':
      return {
        text: begins,
        detail: texts.result.onHost(event.host),
        tone: 'active',
      }
    case 'ended': {
      const { label, tone } = wordOfRun({ kind, status: event.status })
      if (kind === 'audit') return { text: label, detail: texts.nouns.issue(event.counts.failed), tone }
      const done = texts.result.doneOfPlanned({
        done: doneOf({ kind, ...event.counts }),
        planned: texts.nouns[runFacts[kind].noun](event.counts.planned),
      })
      return { text: label, detail: done, tone }
    }
    case 'lost':
      return {
        text: texts.result.stoppedUnexpectedly,
        detail: texts.result.stoppedUnexpectedlyMeans,
        tone: 'warn',
      }
    case 'error':
      return { text: event.title, detail: event.message, tone: 'bad' }
    case 'warning':
      return { text: texts.result.note, detail: event.message, tone: 'warn' }
    case 'exported':
      return { text: texts.result.stateFileWritten, detail: null, tone: 'neutral' }
    case 'validated':
      return event.passed
        ? { text: texts.result.validated, detail: texts.result.everythingMatches, tone: 'good' }
        : { text: texts.result.validationFailed, detail: texts.result.notEverythingMatches, tone: 'warn' }
  }
}
