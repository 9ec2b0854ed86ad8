import { runFacts } from '../../shared/runKind.ts'
import { doneOf } from '../../shared/runWords.ts'
import type { RunDetails, RunEvent } from '../../shared/run.ts'
import { formatCount, formatNumber } from './number.ts'
import { wordOfRun, type Tone } from './status.ts'

/** One line of a run's history as it is read. */
export interface TimelineLine {
  at: number
  text: string
  detail: string | null
  tone: Tone
}

/** The history of a run in words; a session after the first is one that went on. */
export function timelineLines(
  { kind, timeline }: Pick<RunDetails, 'kind' | 'timeline'>,
  locale?: string,
): TimelineLine[] {
  let sessions = 0
  return timeline.map((event): TimelineLine => {
    if (event.what === 'started') sessions += 1
    return { at: event.at, ...wordsOf(event, kind, sessions, locale) }
  })
}

function wordsOf(
  event: RunEvent,
  kind: RunDetails['kind'],
  sessions: number,
  locale: string | undefined,
): Omit<TimelineLine, 'at'> {
  switch (event.what) {
    case 'planned':
      return { text: 'Planned', detail: null, tone: 'neutral' }
    case 'paused':
      return { text: 'Paused', detail: null, tone: 'neutral' }
    case 'continued':
      return { text: 'Went on', detail: null, tone: 'active' }
    case 'started':
      return { text: sessions > 1 ? 'Resumed' : 'Started', detail: `on ${event.host}`, tone: 'active' }
    case 'ended': {
      const { label, tone } = wordOfRun({ kind, status: event.status })
      if (kind === 'audit') return { text: label, detail: formatCount(event.counts.failed, 'issue', locale), tone }
      const done = `${formatNumber(doneOf({ kind, ...event.counts }), locale)} of ${formatNumber(event.counts.planned, locale)} ${runFacts[kind].noun}s`
      return { text: label, detail: done, tone }
    }
    case 'lost':
      return { text: 'Ended without notice', detail: 'The program or the computer stopped.', tone: 'warn' }
    case 'error':
      return { text: event.title, detail: event.message, tone: 'bad' }
    case 'warning':
      return { text: 'Note', detail: event.message, tone: 'warn' }
    case 'exported':
      return { text: 'State file written', detail: null, tone: 'neutral' }
    case 'validated':
      return event.passed
        ? { text: 'Validated', detail: 'Everything agrees.', tone: 'good' }
        : { text: 'Validated', detail: 'Not everything agrees.', tone: 'warn' }
  }
}
