import { MigrateError } from '../errors.ts'
import type { Step } from './entries.ts'
import type { RunStore } from './runStore.ts'

/** Lines that say nothing of what a run has done. */
const asides: readonly Step[] = ['exported', 'validated', 'warning', 'paused', 'continued']

/** Writes into a new run, before its plan is made, how far the run has got that it goes back over. */
export function noteParent(store: RunStore, parent: RunStore): void {
  const line = parent.query.number('SELECT coalesce(max(id), 0) AS line FROM journal')
  store.append([{ step: 'over', data: { line } }])
}

/**
 * A plan that goes back over a run holds for that run as it was then. Throws PLAN_STALE when the run has gone on since, or
 * another one has gone back over it. A run that has begun is beyond that: what it is over cannot be resumed any more.
 */
export function assertFresh(store: RunStore, parent: RunStore): void {
  const noted = store.last('over')
  if (noted === null || store.last('started') !== null) return
  const hasGoneOn = 'SELECT 1 FROM journal WHERE id > ? AND step NOT IN (SELECT value FROM json_each(?)) LIMIT 1'
  if (!parent.query.has(hasGoneOn, noted.line, JSON.stringify(asides))) return
  const message = `Run “${parent.header.id}” has changed since “${store.header.id}” was planned over it.`
  throw new MigrateError('PLAN_STALE', { message, subject: store.header.id })
}
