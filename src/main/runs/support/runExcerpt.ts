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
export function* journalExcerpt({ query }: RunStore): Generator<string> {
  const sql = `SELECT * FROM (SELECT id, at, seq, step, code, data FROM journal ORDER BY id DESC LIMIT ${linesKept}) ORDER BY id`
  for (const { data, at, ...rest } of query.rows(line, sql)) {
    const known: unknown = withDocuments.includes(rest.step) ? 'left out' : parsed(data)
    yield JSON.stringify({ ...rest, at: new Date(at).toISOString(), data: known })
  }
}

/** Everything that went wrong in a run, with its causes; and what its plan found amiss. */
export function* errorLines({ query }: RunStore): Generator {
  const sql = `SELECT id, at, seq, step, code, data FROM journal
    WHERE step IN ('failed', 'restore-failed', 'remove-failed', 'resend-failed', 'error', 'warning') ORDER BY id LIMIT ${errorsKept}`
  for (const { data, at, ...rest } of query.rows(line, sql)) {
    const known: unknown = parsed(data)
    yield { ...rest, at: new Date(at).toISOString(), error: known }
  }
  yield* query.rows(
    z.object({ seq: z.number(), code: z.string().nullable(), message: z.string().nullable(), path: z.string() }),
    `SELECT seq, code, message, old_path AS path FROM item WHERE verdict = 'blocked' ORDER BY seq LIMIT ${errorsKept}`,
  )
}

/** Paths of before the run that are saved with it. */
export const savedPathsOf = ({ query }: RunStore): number =>
  query.has(`SELECT 1 FROM sqlite_master WHERE name = 'path_snapshot'`)
    ? query.number('SELECT count(*) AS count FROM path_snapshot')
    : 0
