import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import type { PostgresSettings } from './postgres.ts'

export interface TestDatabase extends PostgresSettings {
  /** Drops the database, connected clients notwithstanding. */
  drop: () => Promise<void>
}

/** Makes an empty database on the run's PostgreSQL server, for one test alone. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const database = `test_${randomUUID().replaceAll('-', '')}`
  await administer(server, `CREATE DATABASE ${database}`)
  const url = new URL(server.url)
  url.pathname = `/${database}`
  return {
    ...server,
    database,
    url: url.href,
    drop: () => administer(server, `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
  }
}

async function administer({ url }: PostgresSettings, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
