import { z } from 'zod'
import type { RunStore } from './runStore.ts'

/** Whether the latest validation of a run has passed; null when there was none since it last went on. */
export function isValidated(run: RunStore): boolean | null {
  const latest = run.last('validated')
  if (latest === null) return null
  const row = run.database
    .prepare(
      `SELECT coalesce((SELECT max(id) FROM journal WHERE step = 'started'), 0)
            > (SELECT max(id) FROM journal WHERE step = 'validated') AS isOutdated`,
    )
    .get()
  const { isOutdated } = z.object({ isOutdated: z.number() }).parse(row)
  return isOutdated === 1 ? null : latest.passed
}
