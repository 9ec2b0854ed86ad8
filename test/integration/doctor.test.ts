import { randomBytes } from 'node:crypto'
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { PostgresCondition } from '../../src/main/adapters/postgres/condition.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { startTestPostgres, type PostgresServer } from '../services/postgres.ts'
import { startProxy } from '../services/proxy.ts'
import { startReadur } from '../services/readur.ts'
import { checkWorld } from './doctorOutcome.ts'
import { World } from './world.ts'

let world: World
let original: string
const open: Client[] = []
/** Roles are the whole server's. */
const tag = randomBytes(4).toString('hex')

beforeAll(async () => {
  world = await World.bulk(20)
  original = await readFile(world.envFile, 'utf8')
})
afterAll(() => world.close())
afterEach(async () => {
  await writeFile(world.envFile, original)
  for (const client of open.splice(0)) await client.end().catch(() => undefined)
})

const set = (...lines: string[]): Promise<void> => appendFile(world.envFile, `\n${lines.join('\n')}\n`)
const doctor = (...more: string[]) => checkWorld(world, 'doctor', '--quick', ...more)
/** Another user, or another database. */
const at = (change: (url: URL) => void): string => {
  const url = new URL(world.databaseUrl)
  change(url)
  return url.href
}

async function session(application: string, url = world.databaseUrl): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: application })
  client.on('error', () => undefined)
  await client.connect()
  open.push(client)
  return client
}

const pidOf = async (client: Client): Promise<number> =>
  Number((await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid)

/** One session holds a row, another waits for it. */
async function heldRow(): Promise<{ holder: Client; pid: number; waiting: Promise<unknown> }> {
  const holder = await session('someone-elses-script')
  const pid = await pidOf(holder)
  await holder.query('BEGIN')
  await holder.query(
    `UPDATE documents SET filename = 'secret text.pdf' WHERE id = (SELECT min(id::text)::uuid FROM documents)`,
  )
  const waiter = await session('readur')
  const waiterPid = await pidOf(waiter)
  const waiting = waiter.query(
    `UPDATE documents SET filename = filename WHERE id = (SELECT min(id::text)::uuid FROM documents)`,
  )
  waiting.catch(() => undefined)
  const blockers = () => world.query('SELECT 1 WHERE cardinality(pg_blocking_pids($1)) > 0', [waiterPid])
  await vi.waitUntil(async () => (await blockers()).length > 0, { timeout: 30_000, interval: 10 })
  return { holder, pid, waiting }
}

describe('doctor on a Readur that is well', () => {
  it('finds nothing amiss, changes nothing, and leaves nothing behind', async () => {
    const found = await doctor()
    expect(found.troubles).toEqual([])
    expect(found).toMatchObject({ outcome: 'passed', code: 0 })
    expect(found.of('uploads.mapping').finding).toBe('Checked 20 random documents: all files found')
    expect(await world.snapshot()).toEqual(world.before)
  })

  it('says it in words, as it goes', async () => {
    const { out, code } = await world.call('doctor', '--quick', '--env-file', world.envFile)
    expect(code).toBe(0)
    expect(out[0]).toMatch(/^(ok|note) +(This computer|Database|Uploads|Bucket): /)
    expect(out.join('\n')).toMatch(/\nChecks passed\. \d+ ok/)
  })
})

describe('the database', () => {
  it.each<[string, (url: URL) => void, string, string]>([
    ['a wrong password', (url) => (url.password = 'wrong-but-secret'), 'database.connect', 'DB_BAD_CREDENTIALS'],
    ['a database that is not there', (url) => (url.pathname = '/nowhere'), 'database.connect', 'DB_MISSING'],
    ['a server that is not there', (url) => (url.port = '1'), 'database.connect', 'DB_UNREACHABLE'],
    ['another database', (url) => (url.pathname = '/postgres'), 'database.tables', 'DB_NOT_READUR'],
  ])('%s is told as that, and the bucket is looked at all the same', async (_what, change, code, error) => {
    await set(`DATABASE_URL=${at(change)}`)
    const found = await doctor()
    expect(found.of(code)).toMatchObject({ severity: 'blocking', error: { code: error } })
    expect(found.of('bucket.delete').severity).toBe('ok')
    expect(found.code).toBe(3)
    expect(found.text).not.toContain('wrong-but-secret')
  })

  it('a role that may only read gets the statements that its owner has to run, and they help', async () => {
    await world.query(`CREATE ROLE reader_${tag} LOGIN PASSWORD 'planted'`)
    await world.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_${tag}`)
    const url = at((it) => Object.assign(it, { username: `reader_${tag}`, password: 'planted' }))
    await set(`DATABASE_URL=${url}`)
    const lacking = (await doctor()).of('database.privileges')
    expect(lacking).toMatchObject({ severity: 'blocking', error: { code: 'DB_PRIVILEGE' } })
    await world.query(lacking.remedy?.commands[0]?.text ?? '')
    expect((await doctor()).of('database.privileges').severity).toBe('ok')
    await world.query(`DROP OWNED BY reader_${tag}`)
    await world.query(`DROP ROLE reader_${tag}`)
  })

  it('a lock is shown with who holds it and who waits, without the texts of documents', async () => {
    const { pid } = await heldRow()
    const found = (await doctor()).of('database.locks')
    expect(found).toMatchObject({ severity: 'warning', finding: '1 session waits for a lock.' })
    const evidence = found.evidence.join('\n')
    expect(evidence).toContain(`for pid ${pid}`)
    expect(evidence).toContain('someone-elses-script')
    expect(evidence).not.toContain('secret text')
    expect(found.remedy?.actions).toEqual([
      {
        id: `end-session-${pid}`,
        label: `End session ${pid}`,
        consequence: expect.stringContaining(`pid ${pid}`) as unknown,
      },
    ])
  })

  it('the session that holds a lock is ended when it is named, and what waited goes on', async () => {
    const { holder, pid, waiting } = await heldRow()
    const found = await doctor('--do', `end-session-${pid}`)
    expect(found.done).toEqual([`The session ${pid} was ended.`])
    await waiting
    await expect(holder.query('SELECT 1')).rejects.toThrow()
    expect((await doctor()).of('database.locks').severity).toBe('ok')
  })

  it('ends nothing that no check offers', async () => {
    const bystander = await session('bystander')
    const { code, err } = await world.call(
      'doctor',
      '--quick',
      '--do',
      `end-session-${await pidOf(bystander)}`,
      '--env-file',
      world.envFile,
    )
    expect(code).toBe(3)
    expect(err).toContain('ACTION_GONE')
    await bystander.query('SELECT 1')
  })

  it('ends no session that only has the pid of the one that was named', async () => {
    const bystander = await session('bystander')
    const condition = new PostgresCondition({ url: world.databaseUrl, label: 'test', timeoutMs: 5_000 })
    const pid = await pidOf(bystander)
    const earlier = { pid, startedAt: '2020-01-01 00:00:00+00' }
    expect(await condition.endSession(earlier, AbortSignal.timeout(5_000))).toBe('gone')
    await bystander.query('SELECT 1')
  })

  it('a run that holds our lock is in the way of another', async () => {
    const other = await session('readur-migrate')
    await other.query('SELECT pg_advisory_lock($1, $2)', [0x52_65_61_64, 0x4d_69_67_72])
    const found = (await doctor()).of('database.runLock')
    expect(found).toMatchObject({ severity: 'blocking', error: { code: 'DB_BUSY' } })
    expect(found.evidence[0]).toContain(`pid ${await pidOf(other)}`)
  })

  describe('of a server of its own', () => {
    let server: PostgresServer
    const plain = (): string => {
      const url = new URL(server.url)
      return Object.assign(url, { username: 'plain', password: 'planted' }).href
    }
    beforeAll(async () => {
      server = await startTestPostgres({ max_connections: '12', superuser_reserved_connections: '3' })
      const client = new Client({ connectionString: server.url })
      await client.connect()
      await createReadurTables(client)
      await client.query(
        `CREATE ROLE plain LOGIN PASSWORD 'planted'; GRANT ALL ON ALL TABLES IN SCHEMA public TO plain`,
      )
      await client.end()
    })
    afterAll(() => server.stop())

    it('says who uses its connections when few are left, and that all are in use when none is', async () => {
      // Nine are to be had. The checks take one at a time, or some side by side.
      for (let taken = 0; taken < 6; taken += 1) await session('somebodys-pool', plain())
      await set(`DATABASE_URL=${plain()}`)
      const few = (await doctor()).of('database.connections')
      expect(few).toMatchObject({ severity: 'warning' })
      expect(few.evidence.join('\n')).toContain('of plain (somebodys-pool)')
      await vi.waitUntil(() =>
        session('somebodys-pool', plain()).then(
          () => false,
          () => true,
        ),
      )
      const none = (await doctor()).of('database.connect')
      expect(none).toMatchObject({ severity: 'blocking', error: { code: 'DB_TOO_MANY_CONNECTIONS' } })
      expect(none.remedy?.words).toContain('max_connections')
    })

    it('that is stopped in mid-check is told as lost, and everything else is looked at', async () => {
      const proxy = await startProxy(Number(new URL(server.url).port))
      const stopped: Promise<void>[] = []
      await set(`DATABASE_URL=${Object.assign(new URL(plain()), { port: String(proxy.port) }).href}`)
      proxy.atBytes(6_000, () => stopped.push(server.stop()))
      const found = await doctor()
      await Promise.all(stopped)
      await proxy.close()
      expect(stopped).toHaveLength(1)
      expect(found.of('database.connect').severity).toBe('ok')
      const lost = found.diagnostics.filter(({ area, severity }) => area === 'database' && severity === 'blocking')
      expect(lost.length).toBeGreaterThan(0)
      for (const { error } of lost) expect(error?.code).toMatch(/^DB_(LOST|UNREACHABLE)$/)
      expect(found.of('bucket.delete').severity).toBe('ok')
      expect(found.code).toBe(3)
    })
  })

  it('a source that would import our objects, documents that wait for OCR, rows without a path', async () => {
    await world.query(
      `INSERT INTO sources (id, user_id, name, source_type, enabled, config)
       SELECT gen_random_uuid(), id, 'Archive', 's3', true, $1 FROM users LIMIT 1`,
      [JSON.stringify({ bucket_name: world.s3.bucket, watch_folders: ['documents/'] })],
    )
    await world.query(
      `INSERT INTO ocr_queue (id, document_id, status) SELECT gen_random_uuid(), id, 'pending' FROM documents LIMIT 2`,
    )
    const [row] = (await world.query(
      `UPDATE documents SET file_path = '' WHERE id = (SELECT max(id::text)::uuid FROM documents)
       RETURNING id, (SELECT file_path FROM documents d WHERE d.id = documents.id) AS old`,
    )) as { id: string; old: string }[]
    const found = await checkWorld(world, 'doctor', '--no-speed')
    await world.query('DELETE FROM sources')
    await world.query('DELETE FROM ocr_queue')
    await world.query('UPDATE documents SET file_path = $1 WHERE id = $2', [row?.old, row?.id])
    expect(found.of('database.sources')).toMatchObject({ severity: 'blocking', error: { code: 'SOURCE_WOULD_INGEST' } })
    expect(found.of('database.ocrQueue').finding).toBe('2 documents wait for OCR, 0 are being read.')
    expect(found.of('database.clock')).toMatchObject({ severity: 'ok', finding: 'In sync' })
    expect(found.of('database.paths')).toMatchObject({
      severity: 'warning',
      finding: '1 document has no path.',
      evidence: [`document ${row?.id}`],
    })
  })
})

describe('the uploads folder', () => {
  it('that rows do not mean is found out', async () => {
    const other = join(world.home, 'other')
    await mkdir(join(other, 'documents'), { recursive: true })
    await set(`READUR_UPLOADS_DIR=${other}`)
    const found = await doctor()
    expect(found.of('uploads.folder').severity).toBe('ok')
    expect(found.of('uploads.mapping')).toMatchObject({ severity: 'blocking' })
    expect(found.of('uploads.mapping').remedy?.words).toContain('map the path in the container')
  })

  it('without documents/ is not one', async () => {
    await rename(join(world.uploadsDir, 'documents'), join(world.uploadsDir, 'elsewhere'))
    const found = await doctor()
    await rename(join(world.uploadsDir, 'elsewhere'), join(world.uploadsDir, 'documents'))
    expect(found.of('uploads.folder')).toMatchObject({ severity: 'blocking', error: { code: 'UPLOADS_MISSING' } })
    expect(found.of('uploads.mapping').state).toBe('skipped')
  })

  it('shows links out and special files, and how much room there is', async () => {
    await symlink('/etc/hostname', join(world.uploadsDir, 'documents', 'link.pdf'))
    const found = await checkWorld(world, 'doctor', '--no-speed')
    await rename(join(world.uploadsDir, 'documents', 'link.pdf'), join(world.home, 'link.pdf'))
    expect(found.of('uploads.links')).toMatchObject({
      severity: 'warning',
      finding: '1 link out or to nowhere, 0 special files.',
      evidence: ['documents/link.pdf'],
    })
    expect(found.of('uploads.space').finding).toMatch(/GB free/)
    expect(found.of('uploads.readable').severity).toBe('ok')
  })
})

describe('Readur', () => {
  it('hands out documents, which are compared with their hashes', async () => {
    const readur = await startReadur()
    const rows = (await world.query('SELECT id, file_path FROM documents')) as { id: string; file_path: string }[]
    for (const { id, file_path: path } of rows) {
      readur.documents.set(id, await readFile(join(world.uploadsDir, 'documents', path.split('/').at(-1) ?? '')))
    }
    await set(`READUR_URL=${readur.url}/`, `READUR_TOKEN=${readur.token}`, 'S3_ENABLED=false')
    const sound = await checkWorld(world, 'doctor', '--no-speed')
    for (const { id } of rows) readur.documents.set(id, Buffer.from('something else'))
    const damaged = await checkWorld(world, 'doctor', '--no-speed')
    await set('READUR_TOKEN=wrong')
    const refused = await checkWorld(world, 'doctor', '--no-speed')
    await readur.stop()
    expect(sound.of('readur.reach').finding).toBe('Readur answers, version 2.9.0')
    expect(sound.of('readur.documents').finding).toBe('8 of 8 random documents match their upload')
    expect(sound.of('readur.storage').remedy?.words).toContain('S3_ENABLED=true')
    expect(damaged.of('readur.documents')).toMatchObject({ severity: 'warning' })
    expect(damaged.of('readur.documents').finding).toContain('0 of 8')
    expect(refused.of('readur.documents')).toMatchObject({ severity: 'warning', error: { code: 'READUR_TOKEN' } })
    expect(refused.outcome).toBe('passed')
    expect(sound.text).not.toContain(readur.token)
    expect((await doctor()).of('readur.reach')).toMatchObject({
      severity: 'warning',
      error: { code: 'READUR_UNREACHABLE' },
    })
  })
})
