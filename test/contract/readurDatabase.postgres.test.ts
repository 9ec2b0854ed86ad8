import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { z } from 'zod'
import type { PostgresSettings } from '../../src/main/adapters/postgres/connection.ts'
import { PostgresCondition } from '../../src/main/adapters/postgres/condition.ts'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import { errorData } from '../../src/main/engine/errors.ts'
import type { DocumentRow, PathChange } from '../../src/main/engine/ports.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { freePort } from '../../src/sandbox/ports.ts'
import { openReadur, type Readur } from './readur.ts'

const never = new AbortController().signal
/** Two more tries, soon. */
const quick: RetryPolicy = { retries: 2, firstDelayMs: 10, longestDelayMs: 50 }

const s3 = (name: string): string => `s3://documents/user/2024/05/${name}`
const change = (id: string, from: string, to: string): PathChange => ({
  column: 'documents.file_path',
  id,
  from,
  to,
  followers: [],
})

let readur: Readur
let database: PostgresDatabase
const opened: Client[] = []

beforeEach(async () => {
  readur = await openReadur()
  database = new PostgresDatabase(readur.settings, quick)
})
afterEach(async () => {
  await database.close()
  for (const client of opened.splice(0)) await client.end().catch(() => undefined)
  await readur.close()
})

const session = async (): Promise<Client> => {
  const client = new Client({ connectionString: readur.settings.url })
  await client.connect()
  opened.push(client)
  return client
}

async function read(from: PostgresDatabase = database): Promise<DocumentRow[][]> {
  const pages: DocumentRow[][] = []
  for await (const page of from.documents({}, never)) pages.push(page)
  return pages
}

const pathOf = async (id: string): Promise<string | undefined> => {
  const { rows } = await readur.client.query('SELECT file_path FROM documents WHERE id = $1', [id])
  return z.array(z.object({ file_path: z.string() })).parse(rows)[0]?.file_path
}

/** As many documents as fill several pages of the table. */
async function fill(count: number): Promise<void> {
  await readur.client.query(
    `INSERT INTO documents (filename, original_filename, file_path, file_size, mime_type, ocr_text)
     SELECT n || '.txt', n || '.txt', n || '.txt', n, 'text/plain', repeat('word ', 20)
     FROM generate_series(1, $1) AS n`,
    [count],
  )
}

describe('reading documents', () => {
  it('gives neighbours of different pages of the table, so that a batch of updates finds room on each', async () => {
    await fill(700)
    const { rows } = await readur.client.query(
      `SELECT id, (ctid::text::point)[0]::int AS page, (ctid::text::point)[1]::int AS place FROM documents`,
    )
    const places = new Map(
      z
        .array(z.object({ id: z.string(), page: z.number(), place: z.number() }))
        .parse(rows)
        .map((row) => [row.id, row]),
    )
    const order = (await read()).flat().map(({ id }) => places.get(id) ?? { page: -1, place: -1 })
    const pages = new Set(order.map(({ page }) => page)).size
    expect(pages).toBeGreaterThan(10)
    expect(new Set(order.slice(0, pages).map(({ page }) => page)).size).toBe(pages)
    expect(order).toEqual(order.toSorted((a, b) => a.place - b.place || a.page - b.page))
  })

  it('gives those first, and counts them, that Readur finds only while it stores locally', async () => {
    const asTheyStand = ['/app/uploads/a.txt', './uploads/b.txt', 'uploads/c.txt', './/uploads/d.txt', './data/e.txt']
    const locally = ['f.txt', 'documents/g.txt', './h.txt', 'uploads.txt']
    for (const filePath of [...asTheyStand, 's3://documents/u/i.txt', ...locally])
      await readur.addDocument({ filePath })
    const paths = (await read()).flat().map(({ filePath }) => filePath)
    expect(paths.slice(0, 5).toSorted()).toEqual([...locally, './data/e.txt'].toSorted())
    const condition = new PostgresCondition(readur.settings)
    const { count, paths: shown } = await condition.localOnlyPaths(['uploads', 'data'], never)
    expect([count, shown.toSorted()]).toEqual([4, locally.toSorted()])
  })

  it('gives every document exactly once, whatever others do meanwhile', async () => {
    await fill(1_200)
    const ids: string[] = []
    for await (const page of database.documents({}, never)) {
      ids.push(...page.map(({ id }) => id))
      await readur.client.query(`UPDATE documents SET filename = filename || '!'`)
      await fill(10)
    }
    expect(ids).toHaveLength(1_200)
    expect(new Set(ids).size).toBe(1_200)
  })

  it.each(['infinity', '-infinity', '0044-03-15 BC', '1800-01-01', '20000-01-01'])(
    'takes the date %s for none, since no month can be had of it',
    async (date) => {
      const id = await readur.addDocument({})
      await readur.client.query('UPDATE documents SET created_at = $2 WHERE id = $1', [id, date])
      expect((await read()).flat()).toMatchObject([{ id, createdAt: null }])
    },
  )

  it('never reads the text of the documents', async () => {
    const id = await readur.addDocument({})
    // Too long for the row itself, so that reading it shows.
    await readur.client.query(
      `UPDATE documents SET ocr_text = (SELECT string_agg(md5(n::text), ' ') FROM generate_series(1, 1000) AS n)
       WHERE id = $1`,
      [id],
    )
    await readur.client.query('SELECT pg_stat_force_next_flush()')
    await readur.client.query('SELECT pg_stat_reset()')
    expect((await read()).flat()).toMatchObject([{ id }])

    const blocks = async (): Promise<{ heap: number; toast: number }> => {
      await readur.client.query('SELECT pg_stat_clear_snapshot()')
      const { rows } = await readur.client.query(
        `SELECT (heap_blks_read + heap_blks_hit)::int AS heap, (toast_blks_read + toast_blks_hit)::int AS toast
         FROM pg_statio_user_tables WHERE relname = 'documents'`,
      )
      return z.array(z.object({ heap: z.number(), toast: z.number() })).parse(rows)[0] ?? { heap: 0, toast: 0 }
    }
    const seen = await vi.waitUntil(async () => ((await blocks()).heap > 0 ? await blocks() : null), {
      timeout: 30_000,
      interval: 20,
    })
    expect(seen.toast).toBe(0)
  })
})

describe('changing rows beside others', () => {
  it('changes the path and nothing else, the date of the last change included', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const row = async (): Promise<unknown> =>
      (await readur.client.query(`SELECT to_jsonb(d) - 'file_path' AS rest FROM documents d WHERE id = $1`, [id])).rows
    const before = await row()
    const lock = await database.lock(never)
    await lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)
    await lock.release()
    expect(await row()).toEqual(before)
  })

  it('needs no more rights than to read the tables and to update the paths', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    await readur.client.query(
      `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${await login()};
       GRANT UPDATE (file_path) ON documents TO ${await login()};
       GRANT UPDATE (processed_image_path, original_image_path) ON processed_images TO ${await login()}`,
    )
    const limited = new PostgresDatabase(await loginSettings(), quick)
    expect((await limited.facts(never)).notUpdatable).toEqual([])
    const lock = await limited.lock(never)
    expect(await lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)).toEqual([
      { result: 'changed' },
    ])
    await lock.release()
  })

  it('leaves a row that another session keeps locked, and says so', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const other = await session()
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [id])
    const lock = await new PostgresDatabase({ ...readur.settings, timeoutMs: 200 }, quick).lock(never)
    const changed = (): Promise<unknown> => lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)
    expect(await changed()).toEqual([{ result: 'locked' }])
    await other.query('COMMIT')
    expect(await changed()).toEqual([{ result: 'changed' }])
    await lock.release()
  })

  it('changes a locked row as soon as the other session lets go of it', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const other = await session()
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [id])
    const lock = await database.lock(never)
    const changed = lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)
    await vi.waitUntil(async () => (await waiting()) === 1, { timeout: 30_000, interval: 10 })
    await other.query('COMMIT')
    expect(await changed).toEqual([{ result: 'changed' }])
    await lock.release()
  })

  it('waits once for all rows that are locked, and changes the others in the same transaction', async () => {
    const userId = await readur.addUser()
    const ids: string[] = []
    for (let at = 0; at < 60; at += 1) ids.push(await readur.addDocument({ userId, filePath: `${at}.txt` }))
    const image = { id: randomUUID(), processedPath: 'p.png', originalPath: '7.txt' }
    await readur.addImage(ids[7] ?? '', image)
    const other = await session()
    await other.query('BEGIN')
    const held = [3, 19, 44].flatMap((at) => ids[at] ?? [])
    await other.query('SELECT 1 FROM documents WHERE id = ANY($1) FOR UPDATE', [held])
    await other.query('SELECT 1 FROM processed_images WHERE id = $1 FOR UPDATE', [image.id])
    const patient: RetryPolicy = { retries: 50, firstDelayMs: 1_000, longestDelayMs: 1_000 }
    const lock = await new PostgresDatabase({ ...readur.settings, timeoutMs: 200 }, patient).lock(never)
    const paths = ids.map((id, at) => ({
      ...change(id, `${at}.txt`, s3(`${at}.txt`)),
      followers:
        at === 7
          ? [{ column: 'processed_images.original_image_path' as const, id: image.id, from: '7.txt', to: s3('7.txt') }]
          : [],
    }))
    const gone = change(randomUUID(), 'x', s3('x'))
    const outcomes = await lock.changePaths([...paths, gone], lock.epoch, never)
    const locked = new Set([3, 7, 19, 44])
    expect(outcomes.map(({ result }) => result)).toEqual([
      ...ids.map((_, at) => (locked.has(at) ? 'locked' : 'changed')),
      'gone',
    ])
    for (const [at, id] of ids.entries()) expect(await pathOf(id)).toBe(locked.has(at) ? `${at}.txt` : s3(`${at}.txt`))
    await lock.release()
  })

  it('sees what another session has written while it waited for the row', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const other = await session()
    await other.query('BEGIN')
    await other.query(`UPDATE documents SET file_path = 'b.txt' WHERE id = $1`, [id])
    const lock = await database.lock(never)
    const changed = lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)
    await vi.waitUntil(async () => (await waiting()) === 1, { timeout: 30_000, interval: 10 })
    await other.query('COMMIT')
    expect(await changed).toEqual([{ result: 'differs', current: 'b.txt' }])
    await lock.release()
  })

  it('holds the lock again after the server has ended its session, and says that others may have been there', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const lock = await database.lock(never)
    const before = lock.epoch
    await endSessions()
    const paths = [change(id, 'a.txt', s3('a.txt'))]
    await expect(lock.changePaths(paths, before, never)).rejects.toMatchObject({ code: 'LOCK_RENEWED', scope: 'run' })
    expect(await pathOf(id)).toBe('a.txt')
    await expect(database.lock(never)).rejects.toMatchObject({ code: 'DB_BUSY' })
    expect(lock.epoch).toBeGreaterThan(before)
    expect(await lock.changePaths(paths, lock.epoch, never)).toEqual([{ result: 'changed' }])
    await lock.release()
  })

  it('has changed nothing when its session is ended in the middle of a transaction', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const other = await session()
    await other.query('BEGIN')
    await other.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [id])
    const lock = await database.lock(never)
    const paths = [change(id, 'a.txt', s3('a.txt'))]
    const changed = lock.changePaths(paths, lock.epoch, never)
    void changed.catch(() => undefined)
    await vi.waitUntil(async () => (await waiting()) === 1, { timeout: 30_000, interval: 10 })
    await endSessions()
    await other.query('COMMIT')
    await expect(changed).rejects.toMatchObject({ code: 'LOCK_RENEWED' })
    expect(await lock.changePaths(paths, lock.epoch, never)).toEqual([{ result: 'changed' }])
    expect(await lock.referenced([s3('a.txt')], never)).toEqual(new Set([s3('a.txt')]))
    await lock.release()
  })

  it('writes nothing when another run has taken the lock after a lost connection', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    const lock = await database.lock(never)
    await endSessions()
    const usurper = await database.lock(never)
    await expect(lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)).rejects.toMatchObject({
      code: 'DB_BUSY',
      scope: 'run',
    })
    expect(await pathOf(id)).toBe('a.txt')
    await usurper.release()
    await lock.release()
  })

  it('calls a statement that takes too long a timeout, and has changed nothing', async () => {
    const id = await readur.addDocument({ filePath: 'a.txt' })
    await readur.client.query(
      `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(30); RETURN NEW; END';
       CREATE TRIGGER slow BEFORE UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION slow()`,
    )
    const lock = await new PostgresDatabase({ ...readur.settings, timeoutMs: 200 }, quick).lock(never)
    await expect(lock.changePaths([change(id, 'a.txt', s3('a.txt'))], lock.epoch, never)).rejects.toMatchObject({
      code: 'DB_TIMEOUT',
      scope: 'run',
      retryable: true,
    })
    await lock.release()
    expect(await pathOf(id)).toBe('a.txt')
  })
})

describe('a table that another session has locked', () => {
  it('is called that by who only reads: no row, and no file, has anything to do with it', async () => {
    const other = await session()
    await other.query('BEGIN; LOCK TABLE documents IN ACCESS EXCLUSIVE MODE')
    const reader = new PostgresDatabase({ ...readur.settings, timeoutMs: 400 }, { ...quick, retries: 0 })
    await expect(read(reader)).rejects.toMatchObject({
      code: 'DB_TIMEOUT',
      scope: 'run',
      subject: readur.settings.label,
      message: expect.stringContaining('A table of Readur is locked by another session') as string,
    })
    await other.query('ROLLBACK')
    await reader.close()
  })
})

describe('looking up documents by id', () => {
  /** Sessions of the product on the server. */
  const sessions = async (): Promise<number[]> => {
    const { rows } = await readur.client.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'readur-migrate' ORDER BY backend_start`,
    )
    return z
      .array(z.object({ pid: z.number() }))
      .parse(rows)
      .map(({ pid }) => pid)
  }
  const found = async (id: string, signal = never): Promise<string[]> =>
    (await database.documentsById([id], signal)).map((row) => row.id)
  const lockTable = async (): Promise<Client> => {
    const other = await session()
    await other.query('BEGIN')
    await other.query('LOCK TABLE documents IN ACCESS EXCLUSIVE MODE')
    return other
  }
  const isWaiting = (): Promise<unknown> =>
    vi.waitUntil(async () => (await waiting()) === 1, { timeout: 30_000, interval: 10 })

  it('keeps one session for all look-ups, from the first until the database is closed', async () => {
    const id = await readur.addDocument({})
    expect(await sessions()).toEqual([])
    const several = (): Promise<unknown> => Promise.all([found(id), found(id), database.awaitingOcr([id], never)])
    expect(await several()).toEqual([[id], [id], new Set()])
    const first = await sessions()
    expect(first).toHaveLength(1)
    await several()
    expect(await sessions()).toEqual(first)
    await database.close()
    await vi.waitUntil(async () => (await sessions()).length === 0, { timeout: 30_000, interval: 10 })
    await expect(found(id)).rejects.toMatchObject({ code: 'INTERNAL', scope: 'run' })
    expect(await sessions()).toEqual([])
  })

  it('leaves no transaction open between look-ups', async () => {
    await found(await readur.addDocument({}))
    const { rows } = await readur.client.query(`SELECT state FROM pg_stat_activity WHERE pid = $1`, await sessions())
    expect(rows).toEqual([{ state: 'idle' }])
  })

  it('finds them again after the server has ended its session', async () => {
    const id = await readur.addDocument({})
    await found(id)
    const first = await sessions()
    await endSessions()
    expect(await found(id)).toEqual([id])
    expect(await sessions()).not.toEqual(first)
    expect(await database.awaitingOcr([id], never)).toEqual(new Set())
    expect(await sessions()).toHaveLength(1)
  })

  it('finds them when its session is ended in the middle of a look-up', async () => {
    const id = await readur.addDocument({})
    const other = await lockTable()
    const finding = found(id)
    await isWaiting()
    await endSessions()
    await other.query('COMMIT')
    expect(await finding).toEqual([id])
  })

  it('gives up on a server that is gone, after some tries, and says so', async () => {
    const url = new URL(readur.settings.url)
    url.port = String(await freePort())
    const gone = new PostgresDatabase({ ...readur.settings, url: url.href }, quick)
    await expect(gone.documentsById([], never)).rejects.toMatchObject({ code: 'DB_UNREACHABLE', scope: 'run' })
    await gone.close()
  })

  it('ends a look-up at once when told to stop, and no other', async () => {
    const id = await readur.addDocument({})
    await found(id)
    const other = await lockTable()
    const stop = new StopControl()
    const stopped = found(id, stop.now)
    await isWaiting()
    const next = found(id)
    stop.request('now')
    // Not ROW_LOCKED, as it would be had it given up on the lock.
    await expect(stopped).rejects.toMatchObject({ code: 'INTERRUPTED', scope: 'run' })
    await other.query('COMMIT')
    expect(await next).toEqual([id])
  })

  it('finishes the look-ups under way before it is closed', async () => {
    const id = await readur.addDocument({})
    const other = await lockTable()
    const finding = found(id)
    await isWaiting()
    const closing = database.close()
    await other.query('COMMIT')
    expect(await finding).toEqual([id])
    await closing
  })

  it('takes no document for waiting whose OCR is over', async () => {
    const ids: string[] = []
    for (const status of ['pending', 'processing', 'completed', 'failed']) {
      const id = await readur.addDocument({})
      ids.push(id)
      await readur.client.query('INSERT INTO ocr_queue (document_id, status) VALUES ($1, $2)', [id, status])
    }
    expect(await database.awaitingOcr(ids, never)).toEqual(new Set(ids.slice(0, 2)))
  })

  it('needs no more rights than to read the tables', async () => {
    const id = await readur.addDocument({})
    await readur.client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${await login()}`)
    const limited = new PostgresDatabase(await loginSettings(), quick)
    expect(await limited.documentsById([id], never)).toMatchObject([{ id }])
    expect(await limited.awaitingOcr([id], never)).toEqual(new Set())
    await limited.close()
  })
})

describe('a database that cannot be used', () => {
  const failure = async (settings: Partial<PostgresSettings>): Promise<unknown> =>
    new PostgresDatabase({ ...readur.settings, ...settings }, quick).facts(never).then(
      () => null,
      (error: unknown) => error,
    )
  const urlWith = (change: (url: URL) => void): string => {
    const url = new URL(readur.settings.url)
    change(url)
    return url.href
  }

  it('does not accept the password: says so and shows none', async () => {
    const secret = 'wrong-but-secret'
    const error = await failure({ url: urlWith((url) => (url.password = secret)) })
    expect(error).toMatchObject({ code: 'DB_BAD_CREDENTIALS', scope: 'run', retryable: false })
    expect(JSON.stringify(errorData(error))).not.toContain(secret)
  })

  it('does not exist', async () => {
    const error = await failure({ url: urlWith((url) => (url.pathname = '/no_such_database')) })
    expect(error).toMatchObject({ code: 'DB_MISSING', scope: 'run', retryable: false })
  })

  it('is not there: connection refused', async () => {
    const port = await freePort()
    const error = await failure({ url: urlWith((url) => (url.port = String(port))) })
    expect(error).toMatchObject({ code: 'DB_UNREACHABLE', scope: 'run', retryable: true })
  })

  it('is not there: no such host', async () => {
    const error = await failure({ url: urlWith((url) => (url.hostname = 'postgres.nowhere.invalid')) })
    expect(error).toMatchObject({ code: 'DB_UNREACHABLE', scope: 'run' })
  })

  it('accepts the connection and then says nothing', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined).resume())
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const error = await failure({ url: urlWith((url) => (url.port = String(port))), timeoutMs: 500 })
    expect(error).toMatchObject({ code: 'DB_UNREACHABLE', scope: 'run' })
    silent.close()
  })
})

describe('what the checks before a run learn', () => {
  it('which database and cluster it is, whatever it is called', async () => {
    const other = await openReadur()
    const facts = await database.facts(never)
    const renamed = await new PostgresDatabase({ ...readur.settings, label: 'by another name' }).facts(never)
    const elsewhere = await new PostgresDatabase(other.settings).facts(never)
    expect(facts.label).toBe('test')
    expect(facts.version).toMatch(/^PostgreSQL \d+/)
    expect(renamed.identity).toBe(facts.identity)
    expect(elsewhere.identity).not.toBe(facts.identity)
    await other.close()
  })

  it('what Readur has and this database has not', async () => {
    await readur.client.query('DROP TABLE ignored_files; ALTER TABLE documents DROP COLUMN file_hash CASCADE')
    expect((await database.facts(never)).missing.sort()).toEqual(['documents.file_hash', 'ignored_files'])
  })

  it('that a database is none of Readur', async () => {
    const empty = await openReadur({ tables: false })
    expect((await new PostgresDatabase(empty.settings).facts(never)).missing).toContain('documents')
    await empty.close()
  })

  it.each(['UPDATE', 'UPDATE (file_path)'])(
    'which paths may not be updated by who may %s on documents alone',
    async (privilege) => {
      await readur.client.query(
        `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${await login()};
         GRANT ${privilege} ON documents TO ${await login()}`,
      )
      const facts = await new PostgresDatabase(await loginSettings()).facts(never)
      expect(facts.notUpdatable.sort()).toEqual([
        'processed_images.original_image_path',
        'processed_images.processed_image_path',
      ])
    },
  )

  it('which enabled sources read from S3, and what they watch', async () => {
    const user = await readur.addUser()
    const add = (name: string, type: string, enabled: boolean, config: unknown): Promise<unknown> =>
      readur.client.query(
        'INSERT INTO sources (user_id, name, source_type, enabled, config) VALUES ($1, $2, $3, $4, $5)',
        [user, name, type, enabled, JSON.stringify(config)],
      )
    await add('Inbox', 's3', true, { bucket_name: 'readur', watch_folders: ['documents/', 'incoming/'] })
    await add('Odd', 's3', true, {})
    await add('Off', 's3', false, { bucket_name: 'readur', watch_folders: ['documents/'] })
    await add('Scanner', 'local_folder', true, { watch_folders: ['/data'] })
    const { s3Sources } = await database.facts(never)
    expect(s3Sources.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: 'Inbox', bucket: 'readur', folders: ['documents/', 'incoming/'] },
      { name: 'Odd', bucket: '', folders: [] },
    ])
  })

  it('what Readur calls its users', async () => {
    const id = await readur.addUser()
    const { rows } = await readur.client.query('SELECT username FROM users WHERE id = $1', [id])
    const [{ username }] = z.tuple([z.object({ username: z.string() })]).parse(rows)
    expect(await database.userNames([id], never)).toEqual(new Map([[id, username]]))
  })

  it('how many documents wait for OCR', async () => {
    for (const status of ['pending', 'processing', 'completed', 'failed']) {
      const id = await readur.addDocument({})
      await readur.client.query('INSERT INTO ocr_queue (document_id, status) VALUES ($1, $2)', [id, status])
    }
    expect((await database.facts(never)).ocrPending).toBe(2)
  })
})

/** A role of this test's database that owns nothing; made when it is first asked for. */
async function login(): Promise<string> {
  const name = `limited_${inject('postgres').port}_${new URL(readur.settings.url).pathname.slice(1)}`
  const { rowCount } = await readur.client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
  if (rowCount === 0) await readur.client.query(`CREATE ROLE ${name} LOGIN PASSWORD 'limited'`)
  return name
}

async function loginSettings(): Promise<PostgresSettings> {
  const url = new URL(readur.settings.url)
  url.username = await login()
  url.password = 'limited'
  return { ...readur.settings, url: url.href }
}

/** Sessions of the product that wait for a lock. */
const waiting = async (): Promise<number> => {
  const { rows } = await readur.client.query(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'readur-migrate' AND wait_event_type = 'Lock'`,
  )
  return z.array(z.object({ n: z.number() })).parse(rows)[0]?.n ?? 0
}

/** Ends all sessions of the product, and returns when they are gone. */
const endSessions = async (): Promise<void> => {
  await readur.client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'readur-migrate'`,
  )
}
