import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import type { PathChange } from '../../src/main/engine/ports.ts'
import { startPgbouncer, type Pgbouncer, type PoolMode } from '../services/pgbouncer.ts'
import { openReadur, type Readur } from './readur.ts'

const never = new AbortController().signal
const quick: RetryPolicy = { retries: 2, firstDelayMs: 10, longestDelayMs: 50 }

let readur: Readur
const opened: { close: () => Promise<unknown> }[] = []
beforeEach(async () => {
  readur = await openReadur()
})
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
  await readur.close()
})

async function through(mode: PoolMode, poolSize: number): Promise<PostgresDatabase & { bouncer: Pgbouncer }> {
  const bouncer = await startPgbouncer(readur.settings.url, mode, poolSize)
  opened.push({ close: bouncer.stop })
  const database = new PostgresDatabase({ ...readur.settings, url: bouncer.url, timeoutMs: 4_000 }, quick)
  opened.push(database)
  return Object.assign(database, { bouncer })
}

/** Readur’s own connections through the pooler, which take and give back sessions all the time. */
function keepBusy({ url }: Pgbouncer, count: number): void {
  const clients = Array.from({ length: count }, () => new Client({ connectionString: url }))
  let isOver = false
  const work = clients.map(async (client) => {
    await client.connect()
    while (!isOver) await client.query('SELECT count(*) FROM documents')
    await client.end()
  })
  opened.push({
    close: async () => {
      isOver = true
      await Promise.all(work)
    },
  })
}

const change = (id: string): PathChange => ({
  column: 'documents.file_path',
  id,
  from: 'a.txt',
  to: 's3://a',
  followers: [],
})

/** What the sessions of the pool are like that others get after us, and whether one of them has kept the lock. */
async function leftBehind({ url }: Pgbouncer): Promise<unknown> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(`SELECT current_setting('search_path') AS path,
    current_setting('IntervalStyle') AS style, current_setting('statement_timeout') AS timeout,
    (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory'
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS locks`)
  await client.end()
  return rows[0]
}
const untouched = { path: '"$user", public', style: 'postgres', timeout: '0', locks: 0 }

describe('through PgBouncer', () => {
  it('in session mode all is as without it', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const database = await through('session', 5)
    const direct = await new PostgresDatabase(readur.settings).facts(never)
    expect((await database.facts(never)).identity).toBe(direct.identity)
    const pages: unknown[] = []
    for await (const page of database.documents({}, never)) pages.push(...page)
    expect(pages).toMatchObject([{ id }])
    const lock = await database.lock(never)
    await expect(new PostgresDatabase(readur.settings, quick).lock(never)).rejects.toMatchObject({ code: 'DB_BUSY' })
    expect(await database.documentsById([id], never)).toMatchObject([{ id }])
    expect(await lock.changePaths([change(id)], lock.epoch, never)).toEqual([{ result: 'changed' }])
    expect(lock.epoch).toBe(1)
    await lock.release()
    await database.close()
    expect(await leftBehind(database.bouncer)).toEqual(untouched)
    await (await new PostgresDatabase(readur.settings, quick).lock(never)).release()
  })

  it.each<[PoolMode, number, string]>([
    ['transaction', 1, 'DB_POOL_MODE'],
    ['transaction', 5, 'DB_POOL_MODE'],
    ['statement', 5, 'DB_POOL_MODE'],
    ['session', 1, 'DB_TOO_MANY_CONNECTIONS'],
    ['session', 2, 'DB_TOO_MANY_CONNECTIONS'],
  ])('in %s mode with a pool of %i nothing is begun, read or left behind: %s', async (mode, size, code) => {
    const database = await through(mode, size)
    await expect(database.facts(never)).rejects.toMatchObject({ code, scope: 'run' })
    await expect(database.lock(never)).rejects.toMatchObject({ code, scope: 'run' })
    expect(await leftBehind(database.bouncer)).toEqual(untouched)
  })

  it('in transaction mode that is found out though others take and give back sessions meanwhile', async () => {
    const database = await through('transaction', 5)
    keepBusy(database.bouncer, 8)
    for (let n = 0; n < 20; n += 1) {
      await expect(database.facts(never)).rejects.toMatchObject({ code: 'DB_POOL_MODE' })
    }
  })
})
