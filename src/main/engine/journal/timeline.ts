import { z } from 'zod'
import type { RunEffects, RunEvent } from '../../../shared/run.ts'
import { dataOf } from './entries.ts'
import type { RunStore } from './runStore.ts'

/** Whether a process works on this run now. */
export type IsAlive = (runId: string) => boolean

/** A run that was resumed all day has many sessions; the latest tell how it stands. */
const eventsKept = 100

const line = z.object({
  id: z.number(),
  at: z.number(),
  step: z.enum(['planned', 'started', 'paused', 'continued', 'finished', 'error', 'warning', 'exported', 'validated']),
  data: z.string(),
})
type Line = z.infer<typeof line>

/** What happened to the run as a whole, oldest first. */
export function timelineOf(store: RunStore, isAlive: IsAlive): RunEvent[] {
  const lines = store.query
    .rows(
      line,
      `SELECT id, at, step, data FROM journal
       WHERE step IN ('planned', 'started', 'paused', 'continued', 'finished', 'error', 'warning', 'exported', 'validated') AND seq IS NULL
       ORDER BY id DESC LIMIT ${eventsKept}`,
    )
    .reverse()
  const events: RunEvent[] = []
  let open = false
  for (const one of lines) {
    if (one.step === 'started' && open) events.push({ at: lastSignBefore(store, one.id), what: 'lost' })
    if (one.step === 'started') open = true
    if (one.step === 'finished') open = false
    events.push(eventOf(one))
  }
  if (open && !isAlive(store.header.id)) events.push({ at: lastSignBefore(store, null), what: 'lost' })
  return events
}

function eventOf({ at, step, data }: Line): RunEvent {
  switch (step) {
    case 'planned':
    case 'paused':
    case 'continued':
      return { at, what: step }
    case 'started':
      return { at, what: step, host: dataOf('started', data).host }
    case 'finished': {
      const { status, counts } = dataOf('finished', data)
      return { at, what: 'ended', status, counts }
    }
    case 'error': {
      const { title, message } = dataOf('error', data)
      return { at, what: step, title, message }
    }
    case 'warning':
      return { at, what: step, message: dataOf('warning', data).message }
    case 'exported':
      return { at, what: step, path: dataOf('exported', data).path }
    case 'validated':
      return { at, what: step, passed: dataOf('validated', data).passed }
  }
}

/** When the journal was last written to before this line; before its end when that is null. */
const lastSignBefore = ({ query }: RunStore, id: number | null): number =>
  query.number('SELECT at FROM journal WHERE id < ? ORDER BY id DESC LIMIT 1', id ?? Number.MAX_SAFE_INTEGER)

/** What the run has done beside switching rows, counted from its journal. */
export function effectsOf({ query }: RunStore): RunEffects {
  return {
    filesFetched: query.number(
      `SELECT count(DISTINCT j.seq) AS count FROM journal j JOIN outcome o ON o.seq = j.seq AND o.step = 'restored'
       WHERE j.step = 'fetch-intent'`,
    ),
    objectsRemoved: query.number(`SELECT count(DISTINCT seq) AS count FROM journal WHERE step = 'removed'`),
    objectsLeft: query.number(
      `SELECT count(DISTINCT j.seq) AS count FROM journal j WHERE j.step = 'remove-failed'
         AND NOT EXISTS (SELECT 1 FROM journal k WHERE k.seq = j.seq AND k.step = 'removed' AND k.id > j.id)`,
    ),
  }
}
