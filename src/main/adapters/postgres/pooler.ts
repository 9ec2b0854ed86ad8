import type { Client } from 'pg'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'

const answer = z.object({ pid: z.number(), path: z.array(z.string()) })

/**
 * The process of the server that works for this client right now, and the schemas that its role looks into. Asked before
 * anything is set: through a pooler it may be set for somebody else.
 */
export async function askWho(client: Client): Promise<z.infer<typeof answer>> {
  const { rows } = await client.query(
    'SELECT pg_catalog.pg_backend_pid() AS pid, pg_catalog.array_to_json(pg_catalog.current_schemas(false)) AS path',
  )
  return answer.parse(rows[0])
}

/** The server tells each client the number of its process; a pooler tells a number of its own. */
export const isPooled = (client: Client & { processID?: number | null }, pid: number): boolean =>
  client.processID !== pid

/** What is set is forgotten with the transaction. */
const beginPatiently = 'BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0'

/** A pool that many use hands back the same session now and then; never this often in a row. */
const rounds = 10

/**
 * Sees whether the session of an idle client stays its own while others work, who are let go in the end. Where a pooler
 * lends out sessions by the transaction, one of the others gets ours or we get another one: at once in a quiet pool, which
 * lends what was given back last, and within some rounds in a busy one. Throws DB_POOL_MODE.
 */
export async function assertPinned(
  client: Client,
  others: readonly (() => Promise<Client>)[],
  subject: string,
): Promise<void> {
  const { pid } = await askWho(client)
  const opened: Client[] = []
  const compare = async (other: Client): Promise<void> => {
    await other.query(beginPatiently)
    const { pid: theirs } = await askWho(other)
    // Ours would be waited for in vain where the pool has no other.
    if (theirs === pid || (await askWho(client)).pid !== pid) throw notPinned(subject)
  }
  try {
    for (const open of others) {
      const other = await open()
      opened.push(other)
      await compare(other)
    }
    for (let round = 1; isPooled(client, pid) && round < rounds; round += 1) {
      for (const other of opened) await other.query('ROLLBACK')
      for (const other of opened) await compare(other)
    }
  } finally {
    await Promise.all(opened.map((other) => other.query('ROLLBACK').catch(() => undefined)))
  }
}

export const notPinned = (subject: string): MigrateError =>
  new MigrateError('DB_POOL_MODE', {
    message: 'The connection pooler uses another session for each transaction, so the lock of a run would not hold.',
    subject,
  })
