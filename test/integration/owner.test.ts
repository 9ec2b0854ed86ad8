import { execFile } from 'node:child_process'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startSystemPostgres, type SystemPostgres } from '../services/systemPostgres.ts'
import { Outside } from './outside.ts'
import { World } from './world.ts'

/**
 * Two databases and one bucket: a rehearsal, a clone, a restored snapshot. Whatever one of them does, every document of the
 * other stays within reach.
 */

const run = promisify(execFile)
const documents = 12

let server: SystemPostgres
let name = 0
let production: World
const open: { close: () => Promise<unknown> }[] = []

beforeAll(async () => {
  server = await startSystemPostgres()
}, 60_000)
afterAll(() => server.stop())

beforeEach(async () => {
  production = await World.bulk(documents, 64, 20, await emptyDatabase(`original_${++name}`))
  open.push(production)
})
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close()
})

async function emptyDatabase(called: string): Promise<string> {
  const url = new URL(server.url)
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`CREATE DATABASE ${called}`)
  await client.end()
  url.pathname = `/${called}`
  return url.href
}

/** A test system: the database restored from a dump, the uploads copied, the bucket the same. */
async function rehearsal(): Promise<World> {
  const url = await emptyDatabase(`rehearsal_${name}`)
  const file = join('/tmp', `rehearsal-${process.pid}-${name}.dump`)
  await run(join(server.bin, 'pg_dump'), ['--format=custom', `--file=${file}`, production.databaseUrl])
  await run(join(server.bin, 'pg_restore'), [`--dbname=${url}`, file])
  await run('rm', [file])
  const copy = await production.rehearsal(url)
  open.push(copy)
  return copy
}

/** The whole server, copied byte for byte and running beside the first. */
async function clone(): Promise<{ world: World; server: SystemPostgres }> {
  const copy = await server.physicalCopy()
  open.push({ close: () => copy.stop() })
  await copy.start()
  const url = new URL(production.databaseUrl)
  url.port = String(copy.port)
  const world = await production.rehearsal(url.href)
  open.push(world)
  return { world, server: copy }
}

const idOf = ({ report }: { report: { runId: string | null } }): string => report.runId ?? ''
const onS3 = async (world: World): Promise<number> =>
  (await world.query(`SELECT 1 FROM documents WHERE file_path LIKE 's3://%'`)).length

describe('a rehearsal on a restored dump, with the bucket of production', () => {
  it('that came first loses nothing of production when it is rolled back, not even with the local files deleted', async () => {
    const copy = await rehearsal()
    const rehearsed = await copy.run('migrate')
    expect(rehearsed).toMatchObject({ code: 0, report: { committed: documents } })

    // Production is told before its first row is changed, and by the checks.
    const refused = await production.run('migrate')
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('belongs to another database')
    expect(await onS3(production)).toBe(0)
    const checks = await production.call('doctor', '--quick', '--env-file', production.envFile)
    expect(checks.out.join('\n')).toContain('take-bucket-over')

    await production.call('doctor', '--quick', '--do', 'take-bucket-over', '--env-file', production.envFile)
    const migrated = await production.run('migrate')
    expect(migrated).toMatchObject({ code: 0, report: { committed: documents } })
    const freed = await production.run('free', idOf(migrated), '--yes')
    expect(freed.report).toMatchObject({ freed: documents })
    const deleted = await production.run('free', idOf(migrated), '--delete-quarantine', '--yes')
    expect(deleted.report).toMatchObject({ freed: documents })

    const back = await copy.run('rollback', idOf(rehearsed), '--yes')
    expect(back.report).toMatchObject({ restored: documents })
    expect(await onS3(copy)).toBe(0)
    expect(await onS3(production)).toBe(documents)
    expect(await production.brokenPointers()).toEqual([])
    expect(await copy.brokenPointers()).toEqual([])
  })

  it('that came second may copy only, and its rollback takes no object away', async () => {
    using bucket = new Outside(production.s3)
    const copy = await rehearsal()
    expect(await production.run('migrate')).toMatchObject({ code: 0 })
    const before = await bucket.listed()

    expect((await copy.run('migrate', '--enable-rollback')).code).toBe(3)
    expect(await onS3(copy)).toBe(0)
    const copied = await copy.run('migrate', '--copy-only')
    expect(copied.report).toMatchObject({ status: 'copied', copied: documents })
    expect((await copy.run('rollback', idOf(copied), '--yes')).report.remaining).toBe(0)

    expect(await bucket.listed()).toEqual(before)
    expect(await production.brokenPointers()).toEqual([])
  })
})

describe('a clone of the whole server', () => {
  it('rolls its rows back and leaves every object to production', async () => {
    using bucket = new Outside(production.s3)
    const migrated = await production.run('migrate')
    const { world: copy } = await clone()
    copy.home = production.home
    const before = await bucket.listed()
    const back = await copy.run('rollback', idOf(migrated), '--force', '--yes')
    expect(back.report).toMatchObject({ restored: documents })
    expect(await onS3(copy)).toBe(0)
    expect(await bucket.listed()).toEqual(before)

    // To the clone, which bears the marks of production, documents that were deleted here are orphans in the bucket.
    await copy.query('DELETE FROM documents')
    await copy.call('audit', '--settle', '0', '--json', '--env-file', copy.envFile)
    const repaired = await copy.run('repair', copy.latest?.runId ?? '', '--remove-objects', '--yes')
    expect(repaired.report).toMatchObject({ planned: documents, failed: documents })
    expect(repaired.report.problems).toMatchObject([{ code: 'OBJECT_NOT_OURS', count: documents }])
    expect(await bucket.listed()).toEqual(before)
    expect(await production.brokenPointers()).toEqual([])
  })

  it('that migrates something of its own is refused, and told where the owner is', async () => {
    expect(await production.run('migrate', '--limit', '5')).toMatchObject({ code: 0 })
    const { world: copy } = await clone()
    const refused = await copy.run('migrate')
    expect(refused.code).toBe(3)
    expect(refused.err).toContain(`127.0.0.1:${server.port}`)
    expect(await onS3(copy)).toBe(5)
    expect(await production.run('migrate')).toMatchObject({ code: 0 })
  })
})

describe('a snapshot that is put in the place of the database', () => {
  it('is not taken for the owner: what it does not know of stays', async () => {
    using bucket = new Outside(production.s3)
    const first = await production.run('migrate', '--limit', '5')
    const snapshot = await server.physicalCopy()
    open.push({ close: () => snapshot.stop() })
    await production.run('migrate')
    const before = await bucket.listed()
    const { port } = server
    await server.halt()
    try {
      await snapshot.start(port)
      const back = await production.run('rollback', idOf(first), '--yes')
      expect(back.report).toMatchObject({ restored: 5 })
      expect(await bucket.listed()).toEqual(before)
      expect(await production.brokenPointers()).toEqual([])
    } finally {
      await snapshot.halt()
      await server.start()
    }
    expect(await production.brokenPointers()).toEqual([])
  })
})

describe('two Readur servers in two schemas of one database', () => {
  /** The database of production with another Readur beside it, with a bucket and uploads of its own. */
  async function neighbour(): Promise<World> {
    await production.query('CREATE SCHEMA second')
    const url = new URL(production.databaseUrl)
    url.searchParams.set('options', '-c search_path=second,public')
    const world = await World.bulk(documents, 64, 20, url.href)
    open.push(world)
    return world
  }
  const marks = (): Promise<unknown[]> =>
    production.query('SELECT readur_schema AS of, identity FROM readur_migrate.mark ORDER BY 1')

  it('each own their bucket: both migrate in turns and roll back, and remove objects of their own alone', async () => {
    const other = await neighbour()
    for (const world of [production, other])
      expect(await world.run('migrate', '--limit', '5')).toMatchObject({ code: 0 })
    const [ran, theirs] = [await production.run('migrate'), await other.run('migrate')]
    expect([ran, theirs]).toMatchObject([{ code: 0 }, { code: 0 }])
    expect(await marks()).toMatchObject([{ of: 'public' }, { of: 'second' }])

    using bucket = new Outside(production.s3)
    using theirBucket = new Outside(other.s3)
    const before = await bucket.listed()
    const back = await other.run('rollback', idOf(theirs), '--yes')
    expect(back.report).toMatchObject({ restored: documents - 5, problems: [] })
    expect(Object.keys(await theirBucket.listed()).filter((key) => key.startsWith('documents/'))).toHaveLength(5)
    expect(await bucket.listed()).toEqual(before)
    expect((await production.run('rollback', idOf(ran), '--yes')).report).toMatchObject({
      restored: documents - 5,
      problems: [],
    })
    expect(await production.brokenPointers()).toEqual([])
    expect(await other.brokenPointers()).toEqual([])
  })

  it('do not share one bucket, and the second is told so', async () => {
    const other = await neighbour()
    expect(await production.run('migrate')).toMatchObject({ code: 0 })
    const shared = await other.elsewhere(
      other.databaseUrl,
      await mkdtemp(join(tmpdir(), 'readur-shared-')),
      other.uploadsDir,
      production.s3,
    )
    open.push(shared)
    const refused = await shared.run('migrate')
    expect(refused.code).toBe(3)
    expect(refused.err).toContain('belongs to another database, or to another Readur server in this one')
    expect(await onS3(shared)).toBe(0)
  })

  it('are told from a copy of both', async () => {
    const other = await neighbour()
    expect(await production.run('migrate', '--limit', '5')).toMatchObject({ code: 0 })
    expect(await other.run('migrate', '--limit', '5')).toMatchObject({ code: 0 })
    const copy = await rehearsal()
    const url = new URL(copy.databaseUrl)
    url.searchParams.set('options', '-c search_path=second,public')
    const otherCopy = await other.rehearsal(url.href)
    open.push(otherCopy)
    for (const world of [copy, otherCopy]) {
      const refused = await world.run('migrate')
      expect(refused.code).toBe(3)
      expect(refused.err).toContain('belongs to another database')
    }
    expect(await other.run('migrate')).toMatchObject({ code: 0 })
  })

  it('take over the one mark of before, whose writer of then is refused by the database', async () => {
    const other = await neighbour()
    const first = await production.run('migrate', '--limit', '5')
    expect(first).toMatchObject({ code: 0 })
    await production.query(
      `ALTER TABLE readur_migrate.mark DROP COLUMN readur_schema,
         ADD COLUMN only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)`,
    )
    expect(await other.run('migrate')).toMatchObject({ code: 0, report: { committed: documents } })
    expect(await production.run('migrate')).toMatchObject({ code: 0 })
    expect(await marks()).toMatchObject([{ of: 'public' }, { of: 'second' }])
    expect((await production.run('rollback', idOf(first), '--yes')).report).toMatchObject({ restored: 5, problems: [] })

    // As the program of before writes it.
    const write = production.query(
      `INSERT INTO readur_migrate.mark AS mark (id, identity, nonce, next_nonce) VALUES (gen_random_uuid(), 'x', 'y', NULL)
       ON CONFLICT (only_row) DO UPDATE SET id = excluded.id, nonce = excluded.nonce`,
    )
    await expect(write).rejects.toMatchObject({ code: '42703' })
  })
})

describe('an account that may not leave a mark in the database', () => {
  it('migrates and rolls back; objects stay in the bucket and are listed', async () => {
    const role = `limited_${name}`
    await production.query(`CREATE ROLE ${role} LOGIN PASSWORD 'limited'`)
    await production.query(
      `GRANT SELECT, UPDATE ON documents, processed_images TO ${role};
       GRANT SELECT ON failed_documents, ignored_files, ocr_queue, sources TO ${role}`,
    )
    const url = new URL(production.databaseUrl)
    url.username = role
    url.password = 'limited'
    const limited = await production.otherComputer(url.href)
    open.push(limited)
    using bucket = new Outside(production.s3)
    const migrated = await limited.run('migrate')
    expect(migrated).toMatchObject({ code: 0, report: { committed: documents } })
    const before = await bucket.listed()
    const back = await limited.run('rollback', idOf(migrated), '--yes')
    expect(back.report).toMatchObject({ restored: documents })
    expect(await bucket.listed()).toEqual(before)
    const checks = await limited.call('doctor', '--quick', '--env-file', limited.envFile)
    const grant = /GRANT CREATE ON DATABASE .*;/.exec(checks.out.join('\n'))?.[0] ?? ''
    // With the account that owns the database the bucket is claimed, and the copies are found identical and used.
    expect(await production.run('migrate')).toMatchObject({ code: 0, report: { committed: documents } })
    expect(await limited.run('migrate')).toMatchObject({ code: 0 })

    // What the checks advise is enough to leave a mark.
    await production.query(`DROP SCHEMA readur_migrate CASCADE; ${grant}`)
    const advised = await limited.call('doctor', '--quick', '--env-file', limited.envFile)
    expect(advised.out.join('\n')).not.toContain('GRANT')
  })
})
