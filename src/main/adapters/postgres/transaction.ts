import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import type { SavedDocument } from '../../engine/ports.ts'
import { codeOf } from './postgresErrors.ts'
import { assertHeld, holdsLock } from './holder.ts'

/** A transaction that shows in itself that its session holds the lock of a run. `isRepeatable`: it sees one state, and a row that others change meanwhile ends it (40001). Throws DB_LOST. */
export async function begin(client: Client, isRepeatable: boolean, subject: string): Promise<void> {
  await client.query(`BEGIN ISOLATION LEVEL ${isRepeatable ? 'REPEATABLE READ' : 'READ COMMITTED'}`)
  const { rows } = await client.query(`SELECT ${holdsLock} AS held`)
  assertHeld(rows[0], subject)
}

/** By which the server will know the open transaction for years; null while it has written nothing. */
export async function idOfTransaction(client: Client): Promise<string | null> {
  const { rows } = await client.query('SELECT pg_current_xact_id_if_assigned()::text AS id')
  return z.object({ id: z.string().nullable() }).parse(rows[0]).id
}

/** Throws DB_REJECTED where the server has rolled back instead, as it does after a statement that failed. */
export async function commit(client: Client, subject: string): Promise<void> {
  const { command } = await client.query('COMMIT')
  if (command === 'COMMIT') return
  throw new MigrateError('DB_REJECTED', { message: `COMMIT was answered by ${command}.`, subject, scope: 'run' })
}

const statusRow = z.object({ status: z.enum(['committed', 'aborted', 'in progress']).nullable() })

/** What became of a transaction whose answer was lost. Throws DB_LOST as long as that is not decided. */
export async function wasCommitted(client: Client, id: string): Promise<boolean> {
  try {
    const { rows } = await client.query('SELECT pg_xact_status($1::text::xid8) AS status', [id])
    const { status } = statusRow.parse(rows[0])
    if (status !== 'in progress') return status === 'committed'
    throw new MigrateError('DB_LOST', {
      message: 'The server has not ended the transaction yet whose answer was lost.',
      retryable: true,
    })
  } catch (error) {
    // Of the future: a standby has taken over that the transaction never came to.
    if (codeOf(error) === '22023') return false
    throw error
  }
}

export async function isThere(client: Client, { documentId }: SavedDocument): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM documents WHERE id = $1::uuid', [documentId])
  return (rowCount ?? 0) > 0
}
