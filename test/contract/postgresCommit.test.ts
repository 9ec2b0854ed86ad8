import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import { leaseMs } from '../../src/main/engine/ownership/permit.ts'
import type { PathChange, RunLock } from '../../src/main/engine/ports.ts'
import { startPostgresRelay, type CommitFate, type PostgresRelay } from '../services/postgresRelay.ts'
import { openReadur, type Readur } from './readur.ts'

const never = new AbortController().signal
const quick: RetryPolicy = { retries: 4, firstDelayMs: 10, longestDelayMs: 50 }
const target = 's3://documents/user/2024/05/a.txt'

let readur: Readur
let relay: PostgresRelay
let database: PostgresDatabase
let lock: RunLock | null
beforeEach(async () => {
  readur = await openReadur()
  relay = await startPostgresRelay(Number(new URL(readur.settings.url).port))
  const url = new URL(readur.settings.url)
  url.port = String(relay.port)
  // A COMMIT that is not answered is given up five seconds after this.
  database = new PostgresDatabase({ ...readur.settings, url: url.href, timeoutMs: 1_000 }, quick)
  lock = null
})
afterEach(async () => {
  await lock?.release()
  await database.close()
  await relay.close()
  await readur.close()
})

const change = (id: string): PathChange => ({
  column: 'documents.file_path',
  id,
  from: 'a.txt',
  to: target,
  followers: [],
})
const pathOf = async (id: string): Promise<unknown> =>
  (await readur.client.query<Record<string, unknown>>('SELECT file_path FROM documents WHERE id = $1', [id])).rows[0]

/** Sessions of ours that hold the lock. */
const holders = async (): Promise<unknown[]> =>
  (
    await readur.client.query<Record<string, unknown>>(
      `SELECT pid FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
  ).rows

describe('a COMMIT whose answer does not come', () => {
  it.each<CommitFate>(['answer dropped', 'answer kept'])('was made (%s): the rows are this run’s own', async (fate) => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    lock = await database.lock(never)
    const before = lock.epoch
    relay.fates.push(fate)
    expect(await lock.changePaths([change(id)], before, never)).toEqual([{ result: 'changed' }])
    expect(await pathOf(id)).toEqual({ file_path: target })
    // Whoever comes next proves again what was proved before.
    expect(lock.epoch).toBe(before + 1)
    expect(await holders()).toHaveLength(1)
  })

  it('was made, and a user went on meanwhile: the row is what it is now', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const deleted = await readur.addDocument({ filePath: 'a.txt' })
    lock = await database.lock(never)
    relay.fates.push('answer kept')
    const changed = lock.changePaths([change(id), change(deleted)], lock.epoch, never)
    await vi.waitUntil(async () => JSON.stringify(await pathOf(id)).includes(target), { timeout: 30_000, interval: 10 })
    await readur.client.query(`UPDATE documents SET file_path = 'elsewhere.txt' WHERE id = $1`, [id])
    await readur.client.query('DELETE FROM documents WHERE id = $1', [deleted])
    expect(await changed).toEqual([{ result: 'differs', current: 'elsewhere.txt' }, { result: 'gone' }])
  })

  it('never arrived: nothing was changed, and what others have done since is not taken for ours', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    lock = await database.lock(never)
    relay.fates.push('not sent')
    await expect(lock.changePaths([change(id)], lock.epoch, never)).rejects.toMatchObject({ code: 'LOCK_RENEWED' })
    await readur.client.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id, target])
    expect(await lock.changePaths([change(id)], lock.epoch, never)).toEqual([{ result: 'already' }])
  })

  it('was made by a server that then cannot be reached for a while: it is asked when it can', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    lock = await database.lock(never)
    relay.fates.push('answer dropped')
    const changed = lock.changePaths([change(id)], lock.epoch, never)
    await vi.waitUntil(() => relay.fates.length === 0, { timeout: 30_000, interval: 1 })
    relay.breakNext(2)
    expect(await changed).toEqual([{ result: 'changed' }])
  })

  it('deletes and restores documents: both are known to have been done', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    lock = await database.lock(never)
    const saved = await lock.saveDocument(id, never)
    if (!saved) throw new Error('not there')
    relay.fates.push('answer dropped')
    expect(await lock.deleteDocument(saved, never)).toBe('deleted')
    relay.fates.push('not sent', 'answer dropped')
    expect(await lock.restoreDocument(saved, never)).toBe('restored')
    expect(await pathOf(id)).toEqual({ file_path: 'a.txt' })
  })
})

describe('a connection that breaks off once', () => {
  it.each<[what: string, ask: (database: PostgresDatabase) => Promise<unknown>]>([
    ['in the checks before a run', (it) => it.facts(never)],
    ['as documents are counted', (it) => it.counts(never)],
    ['as some are chosen', (it) => it.randomDocuments(1, never)],
    ['before all are read', (it) => it.documents({}, never)[Symbol.asyncIterator]().next()],
    ['as the lock is taken', async (it) => (await it.lock(never)).release()],
  ])('%s is made once more', async (_what, ask) => {
    relay.breakNext(1)
    await ask(database)
    relay.breakNext(20)
    await expect(ask(database)).rejects.toMatchObject({ code: 'DB_LOST', scope: 'run' })
    relay.breakNext(0)
  })
})

describe('the lock', () => {
  it('shows in every transaction: a session that has it no more changes nothing', async () => {
    const [id, other] = [
      await readur.addDocument({ filePath: 'a.txt' }),
      await readur.addDocument({ filePath: 'a.txt' }),
    ]
    // What nobody but the session itself can do: this happens in ours.
    await readur.client.query(
      `CREATE FUNCTION let_go() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_unlock_all(); RETURN NEW; END';
       CREATE TRIGGER let_go AFTER UPDATE ON documents FOR EACH ROW WHEN (NEW.id = '${id}') EXECUTE FUNCTION let_go()`,
    )
    lock = await database.lock(never)
    const before = lock.epoch
    await lock.changePaths([change(id)], before, never)
    expect(await holders()).toEqual([])
    await expect(lock.changePaths([change(other)], before, never)).rejects.toMatchObject({ code: 'LOCK_RENEWED' })
    expect(await pathOf(other)).toEqual({ file_path: 'a.txt' })
    await readur.client.query(`UPDATE documents SET file_path = 'a.txt' WHERE id = $1`, [id])
    await lock.changePaths([change(id)], lock.epoch, never)
    // Asked in the same statement.
    const epoch = lock.epoch
    expect(await lock.referenced([target], never)).toEqual(new Set([target]))
    expect(lock.epoch).toBe(epoch + 1)
  })

  it('is not kept from us by our own session of before, which the server takes for alive', async () => {
    lock = await database.lock(never)
    const [before] = await holders()
    const id = await readur.addDocument({ filePath: 'a.txt' })
    relay.fates.push('answer kept')
    await lock.changePaths([change(id)], lock.epoch, never)
    const [after] = await holders()
    expect(after).not.toEqual(before)
  })

  it('that was lost and is taken again waits, as a new session does, for what its holder in between has proved', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const { instance } = await database.facts(never)
    lock = await database.lock(never)
    const mark = { id, identity: instance.identity, nonce: 'one', nextNonce: null }
    expect(await lock.writeMark(mark, null, never)).toBe('written')
    const endSession = (): Promise<unknown> =>
      readur.client.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
    await endSession()
    const other = new PostgresDatabase(readur.settings, quick)
    const between = await other.lock(never)
    await between.prove({ epoch: between.epoch, nonce: 'one', leaseMs: 2_500 }, [], never)
    // What it has sent may still arrive.
    await endSession()
    const isOpen = async (): Promise<unknown> =>
      (await readur.client.query('SELECT removing_until > clock_timestamp() AS open FROM readur_migrate.mark')).rows[0]
    expect(await isOpen()).toEqual({ open: true })
    await expect(lock.changePaths([change(id)], lock.epoch, never)).rejects.toMatchObject({ code: 'LOCK_RENEWED' })
    expect(await isOpen()).toEqual({ open: false })
    await between.release()
    await other.close()
    // A server whose clock was set back makes nobody wait for longer than a lease lasts.
    await readur.client.query(
      `UPDATE readur_migrate.mark SET removing_until = clock_timestamp() + interval '100 years'`,
    )
    expect(await lock.leaseLeft(never)).toBe(leaseMs)
  })

  it('is not taken where a run could not have the connections that it needs', async () => {
    const name = new URL(readur.settings.url).pathname.slice(1)
    const url = new URL(readur.settings.url)
    await readur.client.query(
      `CREATE ROLE few_${name} LOGIN PASSWORD 'few' CONNECTION LIMIT 2;
       GRANT ALL ON ALL TABLES IN SCHEMA public TO few_${name}`,
    )
    url.username = `few_${name}`
    url.password = 'few'
    const few = new PostgresDatabase({ ...readur.settings, url: url.href }, quick)
    await expect(few.lock(never)).rejects.toMatchObject({ code: 'DB_TOO_MANY_CONNECTIONS', scope: 'run' })
    await vi.waitUntil(async () => (await holders()).length === 0, { timeout: 30_000, interval: 10 })
    await readur.client.query(`ALTER ROLE few_${name} CONNECTION LIMIT 3`)
    await (await few.lock(never)).release()
    await few.documentsById([], never)
    await (await few.lock(never)).release()
    await few.close()
  })
})
