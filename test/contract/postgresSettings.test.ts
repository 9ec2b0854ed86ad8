import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import type { DocumentRow, PathChange } from '../../src/main/engine/ports.ts'
import { openReadur, type Readur } from './readur.ts'

const never = new AbortController().signal
const quick: RetryPolicy = { retries: 2, firstDelayMs: 10, longestDelayMs: 50 }
/** The last microsecond of a month: rounded it is the next one. */
const lastOfMay = '2024-05-31 23:59:59.999999+00'
const ids = { user: randomUUID(), document: randomUUID(), image: randomUUID() }

let readur: Readur

const withReadurFor = (before: typeof beforeEach, after: typeof afterEach): void => {
  before(async () => {
    readur = await openReadur()
  })
  after(async () => {
    await readur.close()
  })
}

const nameOf = (): string => new URL(readur.settings.url).pathname.slice(1)

/** Of the role in this database: counts more than those of either. */
const setForRole = (name: string, value: string): Promise<unknown> =>
  readur.client.query(`ALTER ROLE CURRENT_USER IN DATABASE ${nameOf()} SET ${name} = ${value}`)

/** A document with all sorts of values, and a trigger that writes down how the session is that changes it. */
async function plant(): Promise<void> {
  await readur.client.query(`
    INSERT INTO users (id, username, email, password_hash) VALUES ('${ids.user}', 'a', 'a', 'x');
    INSERT INTO documents (id, user_id, filename, original_filename, file_path, file_size, mime_type, created_at, tags)
      VALUES ('${ids.document}', '${ids.user}', 'ü.pdf', 'ü.pdf', 'ü.pdf', 3, 'application/pdf', '${lastOfMay}', '{"NULL",NULL}');
    INSERT INTO processed_images (id, document_id, user_id, original_image_path, processed_image_path, image_width, image_height, file_size)
      VALUES ('${ids.image}', '${ids.document}', '${ids.user}', 'ü.pdf', 'a.png', 1, 1, 1);
    CREATE TABLE notes (document_id uuid REFERENCES documents ON DELETE CASCADE, raw bytea, weight float8, lasts interval, cost money);
    INSERT INTO notes VALUES ('${ids.document}', '\\x00ff27', 0.1, '1 day 02:03:04', 12.5);
    CREATE TABLE seen (name text, setting text);
    CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
      INSERT INTO seen SELECT name, setting FROM pg_catalog.pg_settings; RETURN NEW; END';
    CREATE TRIGGER look AFTER UPDATE ON documents FOR EACH ROW EXECUTE FUNCTION look()`)
}

async function documentsOf(database: PostgresDatabase): Promise<DocumentRow[]> {
  const rows: DocumentRow[] = []
  for await (const page of database.documents({}, never)) rows.push(...page)
  return rows
}

/** All that a run does with a database, and what it sees of it. */
async function story(settings = readur.settings): Promise<Record<string, unknown>> {
  const database = new PostgresDatabase(settings, quick)
  const change = (from: string, to: string): PathChange => ({
    column: 'documents.file_path',
    id: ids.document,
    from,
    to,
    followers: [{ column: 'processed_images.original_image_path', id: ids.image, from, to }],
  })
  const { identity, instance, ...facts } = await database.facts(never)
  const lock = await database.lock(never)
  const saved = await lock.saveDocument(ids.document, never)
  if (!saved) throw new Error('The document was not found.')
  const seen = {
    facts,
    schema: identity.split('/')[2] ?? null,
    documents: await documentsOf(database),
    byId: await database.documentsById([ids.document], never),
    counts: await database.counts(never),
    saved,
    changed: await lock.changePaths([change('ü.pdf', 's3://ü')], lock.epoch, never),
    looked: await lock.look([change('ü.pdf', 's3://ü')], never),
    referenced: await lock.referenced(['s3://ü', 'ü.pdf'], never),
    back: await lock.changePaths([change('s3://ü', 'ü.pdf')], lock.epoch, never),
    deleted: await lock.deleteDocument(saved, never),
    restored: await lock.restoreDocument(saved, never),
    savedAgain: await lock.saveDocument(ids.document, never),
    epoch: lock.epoch,
  }
  await lock.release()
  await database.close()
  const rows = async (table: string): Promise<unknown> =>
    (await readur.client.query(`SELECT to_jsonb(t) AS row FROM ${table} t`)).rows
  return {
    ...seen,
    session: (
      await readur.client.query<Record<string, unknown>>('SELECT DISTINCT name, setting FROM seen ORDER BY name')
    ).rows,
    left: [await rows('documents'), await rows('processed_images'), await rows('notes')],
    isAsItWas: seen.savedAgain?.rows === saved.rows && instance.identity === identity,
  }
}

describe('what server, database and role have set', () => {
  withReadurFor(beforeAll, afterAll)
  let usual: Awaited<ReturnType<typeof story>>
  beforeAll(async () => {
    await plant()
    usual = await story()
  })
  afterEach(() => readur.client.query(`ALTER ROLE CURRENT_USER IN DATABASE ${nameOf()} RESET ALL; TRUNCATE seen`))

  it('is looked at in a run that does what it should', () => {
    expect(usual).toMatchObject({
      documents: [{ id: ids.document, createdAt: Date.parse('2024-05-31T23:59:59.999Z'), filename: 'ü.pdf' }],
      changed: [{ result: 'changed' }],
      deleted: 'deleted',
      restored: 'restored',
      isAsItWas: true,
      epoch: 1,
    })
  })

  it.each([
    ['extra_float_digits', '-15'],
    ['datestyle', `'SQL, DMY'`],
    ['intervalstyle', `'sql_standard'`],
    ['timezone', `'Pacific/Kiritimati'`],
    ['bytea_output', `'escape'`],
    ['client_encoding', `'LATIN1'`],
    ['standard_conforming_strings', 'off'],
    ['xmloption', `'document'`],
    ['lc_monetary', `'C.UTF-8'`],
    ['array_nulls', 'off'],
    ['transform_null_equals', 'on'],
    ['quote_all_identifiers', 'on'],
    ['search_path', `'pg_temp'`],
    ['search_path', `'nowhere', 'pg_catalog', 'public'`],
    ['default_transaction_isolation', `'serializable'`],
    ['default_transaction_read_only', 'on'],
    ['default_transaction_deferrable', 'on'],
    ['row_security', 'on'],
    ['idle_session_timeout', `'1h'`],
    ['idle_in_transaction_session_timeout', `'1h'`],
    ['statement_timeout', `'1h'`],
    ['lock_timeout', `'1h'`],
    ['synchronous_commit', 'off'],
    ['synchronous_commit', 'local'],
    ['session_replication_role', 'replica'],
    ['zero_damaged_pages', 'on'],
    ['ignore_checksum_failure', 'on'],
  ])('changes nothing: %s = %s', async (name, value) => {
    await setForRole(name, value)
    const { session, ...unusual } = await story()
    const { session: usually, ...rest } = usual
    // The schemas behind Readur's own are those of the role.
    const withoutPath = (settings: unknown): unknown[] =>
      z
        .array(z.object({ name: z.string(), setting: z.string() }))
        .parse(settings)
        .filter((one) => one.name !== 'search_path')
    expect(withoutPath(session)).toEqual(withoutPath(usually))
    expect(unusual).toEqual(rest)
  })

  it('may ask for more than a commit that lasts', async () => {
    await setForRole('synchronous_commit', 'remote_apply')
    const { session } = await story()
    expect(session).toContainEqual({ name: 'synchronous_commit', setting: 'remote_apply' })
  })
})

describe('rights that a role has not', () => {
  withReadurFor(beforeEach, afterEach)
  it('end a run before it begins where a setting may not be changed back, and it is named', async () => {
    const url = new URL(readur.settings.url)
    url.username = `plain_${nameOf()}`
    url.password = 'plain'
    await readur.client.query(`CREATE ROLE ${url.username} LOGIN PASSWORD 'plain';
      GRANT ALL ON ALL TABLES IN SCHEMA public TO ${url.username};
      ALTER ROLE ${url.username} SET session_replication_role = replica`)
    const plain = new PostgresDatabase({ ...readur.settings, url: url.href }, quick)
    const refused = plain.facts(never)
    await expect(refused).rejects.toMatchObject({ code: 'DB_SETTING', scope: 'run', retryable: false })
    await expect(refused).rejects.toThrow(/session_replication_role/)
    await readur.client.query(`ALTER ROLE ${url.username} RESET session_replication_role`)
    await expect(plain.facts(never)).resolves.toMatchObject({ missing: [] })
    await plain.close()
  })

  it('to see all rows: that is said before a run, and is never a table with fewer rows', async () => {
    const url = new URL(readur.settings.url)
    url.username = `few_${nameOf()}`
    url.password = 'few'
    await readur.client.query(`CREATE ROLE ${url.username} LOGIN PASSWORD 'few';
      GRANT ALL ON ALL TABLES IN SCHEMA public TO ${url.username};
      ALTER TABLE failed_documents ENABLE ROW LEVEL SECURITY`)
    const few = new PostgresDatabase({ ...readur.settings, url: url.href }, quick)
    await expect(few.facts(never)).rejects.toMatchObject({ code: 'DB_ROWS_HIDDEN', scope: 'run' })
    const lock = await few.lock(never)
    await expect(lock.referenced(['a'], never)).rejects.toMatchObject({ code: 'DB_PRIVILEGE', scope: 'run' })
    await lock.release()
    await few.close()
  })
})

describe('the schema of Readur', () => {
  withReadurFor(beforeEach, afterEach)
  const moveTo = (schema: string): Promise<unknown> =>
    readur.client.query(`CREATE SCHEMA "${schema}"; ALTER TABLE users SET SCHEMA "${schema}";
      DO $$ DECLARE t text; BEGIN
        FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
          EXECUTE format('ALTER TABLE public.%I SET SCHEMA %I', t, '${schema}');
        END LOOP; END $$`)

  it('may be any, and need not be in the path of the role', async () => {
    await plant()
    const usual = await story()
    await moveTo('Readur’s own')
    await readur.client.query(`SET search_path = "Readur’s own"`)
    const now = await story()
    expect({ ...now, session: [], schema: null }).toEqual({ ...usual, session: [] })
    expect([usual.schema, now.schema]).toEqual([null, 'Readur’s own'])
  })

  it('is not one that has a few tables of the same names', async () => {
    await plant()
    await readur.client.query(`CREATE SCHEMA decoy; CREATE TABLE decoy.documents (LIKE public.documents);
      CREATE TABLE decoy.failed_documents (LIKE public.failed_documents)`)
    await setForRole('search_path', 'decoy, public')
    expect(await story()).toMatchObject({ documents: [{ id: ids.document }], schema: null, restored: 'restored' })
  })

  it('is the one that the role finds, where several could be it, for all connections; else none', async () => {
    const { rows } = await readur.client.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)
    const names = z.array(z.object({ name: z.string() })).parse(rows)
    await readur.client.query(
      `CREATE SCHEMA second; ${names.map(({ name }) => `CREATE TABLE second.${name} (LIKE public.${name} INCLUDING ALL)`).join(';')}`,
    )
    await readur.client.query(
      `INSERT INTO second.documents (filename, original_filename, file_path, file_size, mime_type) VALUES ('2', '2', '2', 2, '2')`,
    )
    const first = new PostgresDatabase(readur.settings, quick)
    expect((await first.counts(never)).local).toBe(0)
    await setForRole('search_path', 'second')
    // A run that is under way keeps to what it has found.
    expect((await first.counts(never)).local).toBe(0)
    const second = new PostgresDatabase(readur.settings, quick)
    expect((await second.counts(never)).local).toBe(1)
    expect((await second.facts(never)).identity).toBe(`${(await first.facts(never)).identity}/second`)
    // Each has a mark of its own. The lock is the database's, so one waits for what the other may still be removing.
    const lock = await second.lock(never)
    const own = { id: randomUUID(), identity: 'of second', nonce: 'b', nextNonce: null }
    expect(await lock.writeMark(own, null, never)).toBe('written')
    await lock.release()
    const firstLock = await first.lock(never)
    expect(await firstLock.readMark(never)).toBeNull()
    const mark = { id: randomUUID(), identity: 'of first', nonce: 'a', nextNonce: null }
    expect(await firstLock.writeMark(mark, null, never)).toBe('written')
    await firstLock.prove({ epoch: firstLock.epoch, nonce: 'a', leaseMs: 60_000 }, [], never)
    await firstLock.release()
    const secondLock = await second.lock(never)
    expect(await secondLock.readMark(never)).toEqual(own)
    expect(await secondLock.leaseLeft(never)).toBeGreaterThan(0)
    const { rows: leased } = await readur.client.query(
      'SELECT FROM readur_migrate.mark WHERE removing_until IS NOT NULL',
    )
    expect(leased).toHaveLength(2)
    await secondLock.release(true)
    await setForRole('search_path', 'nowhere')
    await expect(new PostgresDatabase(readur.settings, quick).facts(never)).rejects.toMatchObject({
      code: 'DB_NOT_READUR',
    })
    await first.close()
    await second.close()
  })
})
