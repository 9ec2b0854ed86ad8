import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { plantBulk } from '../../src/sandbox/bulk.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { startSshd, type Sshd } from '../services/sshd.ts'
import { startSystemPostgres, type SystemPostgres } from '../services/systemPostgres.ts'
import { World } from './world.ts'

const path = process.env.PATH
let server: SystemPostgres
let readur: World
beforeAll(async () => {
  server = await startSystemPostgres()
  readur = await World.bulk(3)
  process.env.PATH = `${server.bin}:${path}`
})
afterAll(async () => {
  process.env.PATH = path
  await readur.close()
  await server.stop()
})

const databaseUrl = (name: string): string => server.url.replace(/postgres$/, name)
const beside = (name: string): string => join(dirname(readur.uploadsDir), name)

async function ask(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** Every row of every table, as PostgreSQL writes it, and how many indexes there are. */
async function contents(url: string): Promise<Record<string, string[]>> {
  const tables = await ask(url, `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)
  const all: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await ask(url, `SELECT t::text AS text FROM "${String(name)}" t ORDER BY 1`)
    all[String(name)] = rows.map(({ text }) => String(text))
  }
  const indexes = await ask(url, `SELECT indexname AS text FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`)
  return { ...all, 'the indexes': indexes.map(({ text }) => String(text)) }
}

/** Runs a command as it was printed; it asks for the password, which a script gives it so. */
const shell = (command: string) =>
  promisify(execFile)('sh', ['-c', command], { env: { ...process.env, PGPASSWORD: server.password } })

describe('a backup by the real pg_dump', () => {
  const name = 'readur'
  const url = (): string => databaseUrl(name)

  beforeEach(async () => {
    await ask(server.url, `DROP DATABASE IF EXISTS ${name}`, `CREATE DATABASE ${name}`)
    const client = new Client({ connectionString: url() })
    await client.connect()
    await createReadurTables(client)
    await client.end()
    await plantBulk(url(), readur.uploadsDir, { documents: 40, bytes: 64, textWords: 20, seed: String(Math.random()) })
    await appendFile(readur.envFile, `\nDATABASE_URL=${url()}\n`)
  })

  it('is put back by the command that it prints, over what has changed and into a database that is new', async () => {
    const before = await contents(url())
    expect(before.documents).toHaveLength(40)
    const file = beside('real.dump')
    const { code, out, err } = await readur.call('backup', file, '--json', '--env-file', readur.envFile)
    expect(err).not.toContain('BACKUP_FAILED')
    expect(code).toBe(0)
    const made = JSON.parse(out.join('\n')) as { restore: string; listed: number }
    expect(made.listed).toBeGreaterThan(50)

    expect((await readur.call('migrate', '--env-file', readur.envFile)).code).toBe(0)
    await ask(url(), 'DELETE FROM documents WHERE id = (SELECT id FROM documents LIMIT 1)')
    expect(await contents(url())).not.toEqual(before)
    await shell(made.restore)
    expect(await contents(url())).toEqual(before)

    await ask(server.url, `DROP DATABASE ${name}`, `CREATE DATABASE ${name}`)
    await shell(made.restore)
    expect(await contents(url())).toEqual(before)
  })

  it('comes over SSH as a stream, by the pg_dump of the server', async () => {
    const sshd: Sshd = await startSshd({ as: 'root', config: [`SetEnv PATH=${server.bin}:/usr/bin:/bin`] })
    try {
      const [, key = ''] = sshd.hostKeyLine.split(' ')
      const fingerprint = createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')
      const before = await contents(url())
      const file = beside('over-ssh.dump')
      process.env.PATH = '/nowhere'
      const { code, out, err } = await readur.call(
        ...['backup', file, '--json', '--env-file', readur.envFile],
        ...['--ssh', `${sshd.user}@127.0.0.1:${sshd.port}`, '--ssh-key', sshd.clientKey],
        ...['--ssh-config', beside('no-config'), '--accept-new-host-key', `SHA256:${fingerprint}`],
      )
      process.env.PATH = `${server.bin}:${path}`
      expect(err).not.toContain('BACKUP_FAILED')
      expect(code).toBe(0)
      const made = JSON.parse(out.join('\n')) as { restore: string; listed: number | null }
      // There is no pg_restore on this side.
      expect(made.listed).toBeNull()
      expect(sshd.log()).not.toContain(server.password)
      await ask(server.url, `DROP DATABASE ${name}`, `CREATE DATABASE ${name}`)
      await shell(made.restore)
      expect(await contents(url())).toEqual(before)
    } finally {
      await sshd.stop()
    }
  })
})

it('says which of the two is older where pg_dump is older than the server', async () => {
  const newer = await World.bulk(1)
  try {
    const { code, err } = await newer.call('backup', beside('old.dump'), '--env-file', newer.envFile)
    expect(code).toBe(3)
    expect(err).toMatch(
      new RegExp(`The server is PostgreSQL [\\d.]+, and pg_dump on this computer is ${server.major}[\\d.]*:`),
    )
    expect(err).toContain('--postgres-container')
  } finally {
    await newer.close()
  }
})
