import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { envFile } from '../../src/sandbox/envFile.ts'
import { startPgbouncer, type PoolMode } from '../services/pgbouncer.ts'
import { startPostgresRelay, type PostgresRelay } from '../services/postgresRelay.ts'
import { startProxy } from '../services/proxy.ts'
import { idOf } from './outside.ts'
import { addsUp, codesOf, parseReport, World, type Ran } from './world.ts'

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function bulk(documents: number): Promise<World> {
  const world = await World.bulk(documents)
  cleanUps.push(() => world.close())
  return world
}

/** The same Readur on another way. */
interface Way {
  envFile: string
  run: (command: string, ...options: string[]) => Promise<Ran>
}

async function wayOf(world: World, { databaseUrl = world.databaseUrl, s3 = world.s3 } = {}): Promise<Way> {
  const file = join(world.home, '..', 'other.env')
  await writeFile(file, `${envFile(databaseUrl, world.uploadsDir, s3)}\nDATABASE_TIMEOUT=1\n`, { mode: 0o600 })
  return {
    envFile: file,
    run: async (command, ...options) => {
      const ran = await world.call(command, ...options, '--json', '--env-file', file)
      return { ...ran, report: parseReport(ran.out.join('\n')) }
    },
  }
}

async function relayTo(world: World): Promise<PostgresRelay & Way> {
  const url = new URL(world.databaseUrl)
  const relay = await startPostgresRelay(Number(url.port))
  cleanUps.push(relay.close)
  url.port = String(relay.port)
  return { ...relay, ...(await wayOf(world, { databaseUrl: url.href })) }
}

/** A plan, a migration and a rollback, each as it should be. */
async function thereAndBack(world: World, run: World['run'], atRest: (look: () => Promise<void>) => Promise<void>) {
  expect(await run('migrate', '--dry-run')).toMatchObject({ code: 0, report: { planned: world.expectations.length } })
  const migration = await run('migrate', '--batch-size', '10')
  expect(migration).toMatchObject({ code: 0, report: { status: 'completed', problems: [] } })
  await atRest(async () => expect(await world.check(idOf(migration))).toMatchObject({ ok: true, differences: [] }))
  const rollback = await run('rollback', idOf(migration), '--yes')
  expect(rollback).toMatchObject({ code: 0, report: { status: 'completed', problems: [] } })
  await atRest(async () => expect(await world.differencesFromBefore()).toEqual([]))
}

describe('settings that a database or a role has', () => {
  it('change nothing in what a run does', async () => {
    const world = await bulk(30)
    const database = new URL(world.databaseUrl).pathname.slice(1)
    const readur = new Client({ connectionString: world.databaseUrl })
    await readur.connect()
    cleanUps.push(() => readur.end())
    // The last microsecond of a month each, which all too easily is in the next one.
    await readur.query(`UPDATE documents SET created_at = date_trunc('month', created_at) + interval '1 month - 1 microsecond';
      CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
      CREATE TRIGGER slow AFTER UPDATE ON documents FOR EACH STATEMENT EXECUTE FUNCTION slow()`)
    Object.assign(world, { before: await world.snapshot() })
    const hostile = {
      extra_float_digits: '-15',
      datestyle: `'SQL, DMY'`,
      timezone: `'Pacific/Kiritimati'`,
      bytea_output: `'escape'`,
      intervalstyle: `'sql_standard'`,
      standard_conforming_strings: 'off',
      array_nulls: 'off',
      quote_all_identifiers: 'on',
      search_path: `'pg_temp'`,
      default_transaction_read_only: 'on',
      default_transaction_isolation: `'serializable'`,
      statement_timeout: '200',
      lock_timeout: '1',
      idle_session_timeout: '150',
      idle_in_transaction_session_timeout: '1',
      synchronous_commit: 'off',
      session_replication_role: `'local'`,
    }
    const set = async (names: Record<string, string>): Promise<void> => {
      for (const [name, value] of Object.entries(names)) {
        await readur.query(`ALTER DATABASE ${database} SET ${name} = ${value};
          ALTER ROLE CURRENT_USER IN DATABASE ${database} SET ${name} = ${value}`)
      }
    }
    const reset = (): Promise<unknown> =>
      readur.query(`ALTER DATABASE ${database} RESET ALL; ALTER ROLE CURRENT_USER IN DATABASE ${database} RESET ALL`)
    await set(hostile)
    await thereAndBack(
      world,
      (command, ...options) => world.run(command, ...options),
      async (look) => {
        // Who looks at it from outside believes in them.
        await reset()
        await look()
        await set(hostile)
      },
    )
  })
})

describe('a COMMIT whose answer does not come', () => {
  it('in the middle of a run and of its rollback: no row is disowned, and nothing is lost', async () => {
    const world = await bulk(60)
    const relay = await relayTo(world)
    const migrating = relay.run('migrate', '--batch-size', '10', '--parallel-uploads', '1')
    await world.reached('committed', 10)
    relay.fates.push('answer kept', 'not sent', 'answer dropped')
    const migration = await migrating
    expect(relay.fates).toEqual([])
    expect(migration).toMatchObject({ code: 0, report: { status: 'completed', committed: 60, problems: [] } })
    expect(await world.check(idOf(migration))).toMatchObject({ ok: true, differences: [] })
    relay.fates.push('answer dropped', 'answer dropped')
    const rollback = await relay.run('rollback', idOf(migration), '--yes')
    expect(rollback).toMatchObject({ code: 0, report: { status: 'completed', restored: 60, problems: [] } })
    expect(await world.differencesFromBefore()).toEqual([])
  })
})

describe('a connection that is lost while all rows are read', () => {
  it('by free: it is interrupted, and resume does it', async () => {
    const world = await bulk(20)
    const migration = await world.run('migrate')
    const relay = await relayTo(world)
    // The plan has read all documents too: one page, and then the end.
    relay.breakWhen('FROM plan', 2 + 2)
    const free = await relay.run('free', idOf(migration), '--yes', '--anyway')
    expect(free).toMatchObject({ code: 130, report: { status: 'interrupted', freed: 0, remaining: 20 } })
    expect(codesOf(free.report)).toEqual(['DB_LOST 1'])
    expect(addsUp(free.report)).toBe(true)
    const resumed = await relay.run('resume', idOf(free))
    expect(resumed).toMatchObject({ code: 0, report: { status: 'completed', freed: 20 } })
    expect(await world.brokenPointers()).toEqual([])
  })

  it('by audit: it is interrupted, and so it says', async () => {
    const world = await bulk(20)
    const relay = await relayTo(world)
    relay.breakWhen('FETCH', 2)
    const audit = await world.call('audit', '--json', '--env-file', relay.envFile)
    expect(audit.code).toBe(130)
    expect(JSON.parse(audit.out.join('\n'))).toMatchObject({ status: 'interrupted' })
    expect(world.latest).toMatchObject({ kind: 'audit', status: 'interrupted' })
  })
})

describe('through PgBouncer', () => {
  const through = async (world: World, mode: PoolMode): Promise<Way> => {
    const bouncer = await startPgbouncer(world.databaseUrl, mode, 5)
    cleanUps.push(bouncer.stop)
    return wayOf(world, { databaseUrl: bouncer.url })
  }

  it('in session mode all is as without it', async () => {
    const world = await bulk(40)
    const { run } = await through(world, 'session')
    await thereAndBack(world, run, (look) => look())
  })

  it('in transaction mode nothing is begun: the reason and the way out are named', async () => {
    const world = await bulk(10)
    const { run } = await through(world, 'transaction')
    const refused = await run('migrate')
    expect(refused).toMatchObject({ code: 3, report: { status: 'not started' } })
    expect(codesOf(refused.report)).toEqual(['DB_POOL_MODE 1'])
    expect(refused.report.problems[0]?.remedy).toContain('pool_mode = session')
    expect(await world.differencesFromBefore()).toEqual([])
  })
})

describe('a storage service that hangs', () => {
  it('is said to hang, and Ctrl-C does not wait for it', async () => {
    const world = await bulk(60)
    const proxy = await startProxy(Number(new URL(world.s3.endpoint).port))
    cleanUps.push(proxy.close)
    const way = await wayOf(world, { s3: { ...world.s3, endpoint: `http://127.0.0.1:${proxy.port}` } })
    const options = ['--env-file', way.envFile, '--parallel-uploads', '1', '--batch-size', '10']
    const migration = world.spawn('migrate', ...options)
    await migration.reached('committed', 10)
    proxy.freeze()
    await migration.said('No answer from the storage service for 15 seconds – still waiting.')
    migration.kill('SIGINT')
    const { code, out } = await migration.ended
    expect(code).toBe(130)
    const report = parseReport(out)
    expect(report.status).toBe('interrupted')
    expect(addsUp(report)).toBe(true)
    // Nobody has failed.
    expect(report.failed).toBe(0)
    expect(await world.brokenPointers()).toEqual([])
  })
})
