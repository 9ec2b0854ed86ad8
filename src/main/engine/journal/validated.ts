import type { RunStore } from './runStore.ts'

/** Whether the latest validation of a run has passed; null when there was none since it last went on. */
export function isValidated(run: RunStore): boolean | null {
  const latest = run.last('validated')
  if (latest === null) return null
  const isOutdated = run.query.has(
    `SELECT 1 WHERE (SELECT max(id) FROM journal WHERE step = 'started') > (SELECT max(id) FROM journal WHERE step = 'validated')`,
  )
  return isOutdated ? null : latest.passed
}
