import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'

/** Two numbers of our own in PostgreSQL's space of advisory locks, which is per database. */
const lockKey = [0x52_65_61_64, 0x4d_69_67_72]

/** SQL: whether `l`, of pg_locks, is the lock of a run on this database. */
export const isRunLock = `l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
  AND l.classid = '${lockKey[0]}'::oid AND l.objid = '${lockKey[1]}'::oid
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** SQL: whether the session that it is asked in holds the lock of a run. For every statement that rests on it. */
export const holdsLock = `EXISTS (SELECT FROM pg_locks l WHERE ${isRunLock} AND l.pid = pg_backend_pid())`

const heldRow = z.object({ held: z.boolean() })

/** Takes the row of a statement that asks for `${holdsLock} AS held`. Throws DB_LOST unless it was held. */
export function assertHeld(row: unknown, subject: string): void {
  if (heldRow.parse(row).held) return
  throw new MigrateError('DB_LOST', {
    message: 'This session does not hold the lock of the database any more.',
    subject,
    retryable: true,
  })
}

/** Tells a session of the server from all that there ever were. */
export interface SessionId {
  pid: number
  startedAt: string
}

const takenRow = z.object({ locked: z.boolean(), pid: z.number(), startedAt: z.string() })

/** Takes the lock if nobody has it, and says which session that was. */
export async function tryLock(client: Client): Promise<{ locked: boolean } & SessionId> {
  const { rows } = await client.query(
    `SELECT pg_try_advisory_lock($1, $2) AS locked, a.pid, a.backend_start::text AS "startedAt"
     FROM pg_stat_activity a WHERE a.pid = pg_backend_pid()`,
    lockKey,
  )
  return takenRow.parse(rows[0])
}

/** Ends a session of ours that the server still takes for alive, if it holds the lock. */
export async function endHolder(client: Client, { pid, startedAt }: SessionId): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l USING (pid)
     WHERE ${isRunLock} AND a.pid = $1 AND a.backend_start::text = $2`,
    [pid, startedAt],
  )
}
