import { MigrateError } from '../../src/main/engine/errors.ts'
import type { PathChange, ChangeOutcome } from '../../src/main/engine/ports.ts'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect as connectSocket, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect, withClient, type PostgresSettings } from '../../src/main/adapters/postgres/connection.ts'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import type { RetryPolicy } from '../../src/main/adapters/retry.ts'
import { streamOpener, type Destination } from '../../src/main/adapters/ssh/forwardStream.ts'
import type { SshLink } from '../../src/main/adapters/ssh/link.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { serverAccount } from '../../src/sandbox/account.ts'
import { removePostgres, startPostgres, type RunningPostgres } from '../../src/sandbox/postgres.ts'
import { createReadurTables } from '../../src/sandbox/plant.ts'
import { makeCertificates, type Certificates } from '../services/certificates.ts'
import { startProxy } from '../services/proxy.ts'
import { startSshd, type Sshd, type SshdOptions } from '../services/sshd.ts'
import { hopTo, linkTo, never, trustFolder } from './sshHarness.ts'
import { codeOf } from './uploadsFolder.suite.ts'

const quick: RetryPolicy = { retries: 20, firstDelayMs: 20, longestDelayMs: 100 }

let dir = ''
let certificates: Certificates
/** One server with TLS, whose certificate is for `localhost`, and one without. */
let safe: RunningPostgres
let plain: RunningPostgres
let sshd: Sshd
const closing: (() => unknown)[] = []

beforeAll(async () => {
  const trust = await trustFolder()
  dir = trust.dir
  closing.push(trust.remove)
  await chmod(dir, 0o755)
  certificates = await makeCertificates(dir, 'localhost')
  const account = await serverAccount()
  await chmod(certificates.key, 0o600)
  if (account) await chown(certificates.key, account.uid, account.gid)
  safe = await startDatabase({ ssl: 'on', ssl_cert_file: certificates.certificate, ssl_key_file: certificates.key })
  plain = await startDatabase({})
  sshd = await startSshd()
  closing.push(sshd.stop)
  const client = new Client({ connectionString: safe.url })
  await client.connect()
  await createReadurTables(client)
  await client.end()
}, 60_000)
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
}, 60_000)

async function startDatabase(settings: Record<string, string>): Promise<RunningPostgres> {
  const place = await mkdtemp(join(tmpdir(), 'readur-postgres-'))
  await chmod(place, 0o755)
  const server = await startPostgres({ dir: place, settings: { ...settings, fsync: 'off' } })
  closing.push(async () => {
    await server.stop()
    await removePostgres(place)
    await rm(place, { recursive: true, force: true })
  })
  return server
}

const cleanUps: (() => unknown)[] = []
let link: SshLink
beforeEach(async () => {
  link = linkTo({ hops: [await hopTo(sshd, dir)] })
  cleanUps.push(() => link.close())
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** `query`: parameters of the address; `host`: another one than 127.0.0.1, as the SSH server sees it. */
const through = (
  { url }: { url: string },
  {
    query = {},
    host,
    to,
    by = link,
  }: { query?: Record<string, string>; host?: string; to?: Destination; by?: SshLink } = {},
): PostgresSettings => {
  const address = new URL(url)
  if (host !== undefined) address.hostname = host
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value)
  return { url: address.href, label: 'test', timeoutMs: 5_000, openStream: streamOpener(by, to) }
}
const isEncrypted = (settings: PostgresSettings): Promise<unknown> =>
  withClient(settings, never, async (client) => {
    const { rows } = await client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')
    return (rows as { ssl: boolean }[])[0]?.ssl
  })
const otherServer = async (options: SshdOptions): Promise<SshLink> => {
  const server = await startSshd(options)
  const other = linkTo({ hops: [await hopTo(server, dir)] })
  cleanUps.push(server.stop, () => other.close())
  return other
}

describe('the database behind an SSH server', () => {
  it('answers, and no port is opened on this computer for it', async () => {
    const client = await connect(through(safe), never)
    const { rows } = await client.query("SELECT 1 AS one, repeat('x', 5000000) AS long")
    expect(rows).toMatchObject([{ one: 1, long: expect.stringMatching(/^x{10}/) as string }])
    expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap')
    await client.end()
  })

  it('is not talked to directly: without the server there is no answer', async () => {
    const own = await startSshd()
    cleanUps.push(own.stop)
    const by = linkTo({ hops: [await hopTo(own, dir)] })
    cleanUps.push(() => by.close())
    const client = await connect(through(safe, { by }), never)
    await own.kill()
    await expect(client.query('SELECT 1')).rejects.toThrow()
    await client.end()
  })

  it('may listen on a Unix socket of the server alone', async () => {
    const socket = join(dir, '.s.PGSQL.5432')
    const relay = createServer((client) => {
      const upstream = connectSocket(plain.port, '127.0.0.1')
      client.pipe(upstream).pipe(client)
      for (const end of [client, upstream]) end.on('error', () => undefined)
    })
    relay.listen(socket)
    await once(relay, 'listening')
    await chmod(socket, 0o777)
    cleanUps.push(() => new Promise((done) => relay.close(done)))
    expect(await isEncrypted(through(plain, { to: { path: socket } }))).toBe(false)
    const url = new URL(plain.url)
    url.searchParams.set('host', dir)
    url.port = '5432'
    expect(await isEncrypted(through({ url: url.href }, { query: { sslmode: 'require' } }))).toBe(false)
  })

  it('is facts, documents and locks as anywhere', async () => {
    const database = new PostgresDatabase(through(safe), quick)
    const facts = await database.facts(never)
    expect(facts).toMatchObject({ missing: [], label: 'test' })
    const lock = await database.lock(never)
    expect(await codeOf(new PostgresDatabase(through(safe), quick).lock(never))).toBe('DB_BUSY run')
    await lock.release()
  })

  it('keeps a run going when the connection breaks: the lock is taken anew, and changes are made once', async () => {
    const proxy = await startProxy(sshd.port)
    const by = linkTo({ hops: [await hopTo(sshd, dir, proxy.port)] })
    cleanUps.push(proxy.close, () => by.close())
    const client = new Client({ connectionString: safe.url })
    await client.connect()
    cleanUps.push(() => client.end())
    const id = randomUUID()
    await client.query(
      `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type)
       VALUES ($1, 'a', 'a', 'path 0', 1, 'text/plain')`,
      [id],
    )
    const lock = await new PostgresDatabase(through(safe, { by }), quick).lock(never)
    for (let at = 0; at < 5; at += 1) {
      if (at % 2 === 0) proxy.cut()
      else proxy.cutAfter(300)
      const step: PathChange = {
        column: 'documents.file_path',
        id,
        from: `path ${at}`,
        to: `path ${at + 1}`,
        followers: [],
      }
      const ask = (): Promise<ChangeOutcome[]> => lock.changePaths([step], lock.epoch, never)
      const askUntilAnswered = (): Promise<ChangeOutcome[]> =>
        ask().catch((error: unknown) => {
          if (error instanceof MigrateError && error.code === 'LOCK_RENEWED') return askUntilAnswered()
          throw error
        })
      const [outcome] = await askUntilAnswered()
      expect(outcome?.result).toMatch(/^(changed|already)$/)
    }
    const { rows } = await client.query('SELECT file_path FROM documents WHERE id = $1', [id])
    expect(rows).toEqual([{ file_path: 'path 5' }])
    await lock.release()
  })

  it.each([
    ['does not allow it', 'SSH_FORWARD_REFUSED', { config: ['AllowTcpForwarding no'] }],
    ['allows other addresses only', 'SSH_FORWARD_REFUSED', { config: ['PermitOpen 127.0.0.1:1'] }],
  ])('cannot be reached through a server that %s', async (_story, code, options) => {
    const by = await otherServer(options)
    expect(await codeOf(connect(through(safe, { by }), never))).toBe(`${code} run`)
  })

  it.each(['localhost:1', 'no-such-host.invalid:5432'])('is looked for on the server: %s', async (address) => {
    const [host = '', port] = address.split(':')
    const url = new URL(safe.url)
    url.hostname = host
    url.port = port ?? ''
    const call = connect(through({ url: url.href }), never)
    await expect(call).rejects.toMatchObject({ code: 'SSH_FORWARD_FAILED', retryable: true })
    await expect(call).rejects.toThrow(address)
  })

  it('is given up when it is told to, even while nothing answers', async () => {
    const proxy = await startProxy(sshd.port)
    const by = linkTo({ hops: [await hopTo(sshd, dir, proxy.port)] })
    cleanUps.push(proxy.close, () => by.close())
    await by.get(never)
    proxy.freeze()
    const stop = new StopControl()
    const call = codeOf(connect(through(safe, { by }), stop.now))
    stop.request('now')
    expect(await call).toBe('INTERRUPTED run')
  })

  it('is waited for as long as its SSH server is, and not for its own time limit alone', async () => {
    const proxy = await startProxy(sshd.port)
    const by = linkTo({ hops: [await hopTo(sshd, dir, proxy.port)] })
    cleanUps.push(proxy.close, () => by.close())
    await by.get(never)
    proxy.refuse(true)
    proxy.cut()
    const connecting = connect({ ...through(safe, { by }), timeoutMs: 500 }, never)
    const begun = Date.now()
    await vi.waitFor(() => expect(Date.now() - begun > 600 && proxy.refusals() > 3).toBe(true), 20_000)
    proxy.refuse(false)
    await (await connecting).end()
  })

  it('is given up after its time limit', async () => {
    const proxy = await startProxy(sshd.port)
    const by = linkTo({ hops: [await hopTo(sshd, dir, proxy.port)] })
    cleanUps.push(proxy.close, () => by.close())
    await by.get(never)
    proxy.freeze()
    expect(await codeOf(connect({ ...through(safe, { by }), timeoutMs: 200 }, never))).toBe('DB_UNREACHABLE run')
  })
})

describe('TLS means what it means to psql', () => {
  const ca = (): string => certificates.authority
  const other = async (): Promise<string> => {
    const place = await mkdtemp(join(dir, 'other-'))
    return (await makeCertificates(place, 'localhost')).authority
  }

  it.each(['through SSH', 'directly'])('%s', async (how) => {
    const to = (server: RunningPostgres, query: Record<string, string>, host = '127.0.0.1'): PostgresSettings => {
      const settings = through(server, { query, host })
      return how === 'directly' ? { ...settings, openStream: undefined } : settings
    }
    expect(await isEncrypted(to(safe, {}))).toBe(true)
    expect(await isEncrypted(to(safe, { sslmode: 'disable' }))).toBe(false)
    expect(await isEncrypted(to(safe, { sslmode: 'allow' }))).toBe(false)
    expect(await isEncrypted(to(safe, { sslmode: 'prefer' }))).toBe(true)
    expect(await isEncrypted(to(safe, { sslmode: 'require' }))).toBe(true)
    expect(await isEncrypted(to(safe, { sslmode: 'verify-ca', sslrootcert: ca() }))).toBe(true)
    expect(await isEncrypted(to(safe, { sslmode: 'verify-full', sslrootcert: ca() }, 'localhost'))).toBe(true)

    expect(await isEncrypted(to(plain, {}))).toBe(false)
    expect(await isEncrypted(to(plain, { sslmode: 'prefer' }))).toBe(false)
    for (const refused of [
      to(plain, { sslmode: 'require' }),
      to(safe, { sslmode: 'verify-full', sslrootcert: ca() }),
      to(safe, { sslmode: 'verify-ca', sslrootcert: await other() }),
      to(safe, { sslmode: 'require', sslrootcert: await other() }),
      to(safe, { sslmode: 'verify-full', sslrootcert: 'system' }, 'localhost'),
    ]) {
      expect(await codeOf(connect(refused, never))).toBe('DB_TLS run')
    }
  })

  it('leaves no file open and no password in its errors', async () => {
    const settings = through(plain, { query: { sslmode: 'require' } })
    const error: unknown = await connect(settings, never).catch((reason: unknown) => reason)
    expect(JSON.stringify(error) + String(error)).not.toContain(plain.password)
    expect(await readdir(dir)).toContain('ca.crt')
  })
})
