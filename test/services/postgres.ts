import { chmod, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgres, startPostgres } from '../../src/sandbox/postgres.ts'

/** What a client needs to know to use a PostgreSQL server. Serialisable, so that tests can be handed it. */
export interface PostgresSettings {
  url: string
  host: string
  port: number
  database: string
  user: string
  password: string
}

export interface PostgresServer extends PostgresSettings {
  /** Stops the server and deletes its data. */
  stop: () => Promise<void>
}

/**
 * Starts a PostgreSQL server of its own on a free loopback port, with its data in a temporary folder. `settings` as in
 * postgresql.conf.
 */
export async function startTestPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const dir = await mkdtemp(join(tmpdir(), 'readur-postgres-'))
  // As root the server runs under another user, who must get at its data.
  await chmod(dir, 0o755)
  const server = await startPostgres({ dir, settings: { fsync: 'off', max_connections: '200', ...settings } })
  return {
    ...server,
    stop: async () => {
      await server.stop()
      await removePostgres(dir)
    },
  }
}
