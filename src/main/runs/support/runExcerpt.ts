import { z } from 'zod'
import type { RunStore } from '../../engine/journal/runStore.ts'

const linesKept = 2_000
const errorsKept = 5_000

/** Steps whose data are documents themselves: what users wrote leaves the computer with nobody. */
const withDocuments = ['row-saved']

const line = z.object({
  id: z.number(),
  at: z.number(),
  seq: z.number().nullable(),
  step: z.string(),
  code: z.string().nullable(),
  data: z.string().nullable(),
})

function parsed(data: string | null): unknown {
  try {
    return data === null ? null : JSON.parse(data)
  } catch {
    return 'damaged'
  }
}

/** The last lines of a run's journal, oldest first, one JSON object each. */
export function* journalExcerpt({ database }: RunStore): Generator<string> {
  const rows = database
    .prepare(
      `SELECT * FROM (SELECT id, at, seq, step, code, data FROM journal ORDER BY id DESC LIMIT ${linesKept}) ORDER BY id`,
    )
    .all()
  for (const { data, at, ...rest } of z.array(line).parse(rows)) {
    const known: unknown = withDocuments.includes(rest.step) ? 'left out' : parsed(data)
    yield JSON.stringify({ ...rest, at: new Date(at).toISOString(), data: known })
  }
}

/** Everything that went wrong in a run, with its causes; and what its plan found amiss. */
export function* errorLines({ database }: RunStore): Generator {
  const failures = database
    .prepare(
      `SELECT id, at, seq, step, code, data FROM journal
       WHERE step IN ('failed', 'restore-failed', 'remove-failed', 'resend-failed', 'error', 'warning') ORDER BY id LIMIT ${errorsKept}`,
    )
    .all()
  for (const { data, at, ...rest } of z.array(line).parse(failures)) {
    const known: unknown = parsed(data)
    yield { ...rest, at: new Date(at).toISOString(), error: known }
  }
  const found = z.array(
    z.object({ seq: z.number(), code: z.string().nullable(), message: z.string().nullable(), path: z.string() }),
  )
  yield* found.parse(
    database
      .prepare(
        `SELECT seq, code, message, old_path AS path FROM item WHERE verdict = 'blocked' ORDER BY seq LIMIT ${errorsKept}`,
      )
      .all(),
  )
}

/** Paths of before the run that are saved with it. */
export function savedPathsOf({ database }: RunStore): number {
  const table = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'path_snapshot'`).get()
  if (table === undefined) return 0
  return z.object({ count: z.number() }).parse(database.prepare('SELECT count(*) AS count FROM path_snapshot').get())
    .count
}
