import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { withClient } from '../../src/main/adapters/postgres/connection.ts'
import { PostgresDatabase } from '../../src/main/adapters/postgres/readurDatabase.ts'
import { asMigrateError } from '../../src/main/engine/errors.ts'
import { makeCertificates } from '../services/certificates.ts'
import { createDatabase, type TestDatabase } from '../services/database.ts'

const never = new AbortController().signal
const mebibyte = 1024 ** 2

const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => asMigrateError(error),
  )

/** A call, and what memory it took at most, above what there was. */
async function watched<T>(call: () => Promise<T>): Promise<[T, number]> {
  const before = process.memoryUsage.rss()
  let most = before
  const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
  try {
    return [await call(), most - before]
  } finally {
    clearInterval(watching)
  }
}

describe('a real server', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase()
  })
  afterAll(() => database.drop())

  const ask = (sql: string) =>
    withClient({ url: database.url, label: 'db', timeoutMs: 60_000 }, never, async (client) => {
      const { rows } = await client.query(sql)
      return rows.length
    })

  it.each([
    ['rows', 'SELECT * FROM generate_series(1, 5000000)', '100000 rows'],
    ['wide rows', `SELECT repeat('x', 1000000) FROM generate_series(1, 10000)`, '64 MiB'],
    ['a giant cell', `SELECT repeat('x', 150000000)`, '64 MiB'],
  ])('is hung up on when it answers with too much: %s', async (_name, sql, most) => {
    const [error, memory] = await watched(() => failureOf(ask(sql)))
    expect(error).toMatchObject({ code: 'DB_STRANGE', scope: 'run', retryable: false })
    expect(error?.message).toContain(`more than ${most}`)
    expect(memory).toBeLessThan(450 * mebibyte)
  })

  it('may answer many questions, each as large as they come', async () => {
    const rows = await withClient({ url: database.url, label: 'db', timeoutMs: 60_000 }, never, async (client) => {
      let all = 0
      for (let page = 0; page < 4; page += 1) {
        all += (await client.query(`SELECT repeat('x', 400) FROM generate_series(1, 90000)`)).rows.length
      }
      return all
    })
    expect(rows).toBe(360_000)
  })
})

describe('what answers in the place of a server', () => {
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const text = (value: string): Buffer => Buffer.from(`${value}\0`)
  const number = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
  const loggedIn = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))])
  const column = Buffer.concat([
    text('a'),
    Buffer.alloc(6),
    Buffer.from([0, 0, 0, 25]),
    number(65_535),
    Buffer.alloc(6),
  ])
  const described = message('T', Buffer.concat([number(1), column]))
  const row = message('D', Buffer.concat([number(1), Buffer.from([0, 0, 0, 1]), Buffer.from('x')]))
  const notice = message('N', Buffer.concat([text('SNOTICE'), text('Mhello'), Buffer.alloc(1)]))

  const servers: Server[] = []
  const sockets: Socket[] = []
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy()
    for (const server of servers.splice(0)) server.close()
  })

  /** Sends the same again and again, as fast as it is taken. */
  function flood(socket: Socket, piece: Buffer): void {
    const chunk = Buffer.concat(Array<Buffer>(Math.ceil(65_536 / piece.length)).fill(piece))
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    }
    socket.on('drain', more)
    more()
  }

  /** Lets a client in, and then answers each of its messages so. `login` in the place of letting it in. */
  function impostor(
    answer: (socket: Socket) => void,
    login: (socket: Socket) => void = (socket) => void socket.write(loggedIn),
  ) {
    let isClosed = false
    const serve = (socket: Socket): void => {
      sockets.push(socket.on('error', () => undefined).on('close', () => (isClosed = true)))
      socket.once('data', () => {
        login(socket)
        socket.on('data', (bytes) => {
          if (bytes.toString('latin1').startsWith('X')) socket.end()
          else answer(socket)
        })
      })
    }
    return { serve, isClosed: () => isClosed }
  }

  async function listen(server: Server): Promise<number> {
    servers.push(server.listen(0, '127.0.0.1'))
    await once(server, 'listening')
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }

  const at = (port: number, sslmode: string) => ({
    url: `postgres://u:p@127.0.0.1:${port}/d?sslmode=${sslmode}`,
    label: 'impostor',
    timeoutMs: 60_000,
  })

  const answers: [string, (socket: Socket) => void][] = [
    ['rows without end', (socket) => flood(socket, Buffer.concat([described, row]))],
    [
      'a row that says it has a gigabyte',
      (socket) => {
        socket.write(described)
        const head = Buffer.alloc(11)
        head.write('D')
        head.writeInt32BE(1_000_000_010, 1)
        head.writeInt16BE(1, 5)
        head.writeInt32BE(1_000_000_000, 7)
        socket.write(head)
        flood(socket, Buffer.alloc(65_536, 'x'))
      },
    ],
    ['notices without end', (socket) => flood(socket, notice)],
  ]

  it.each(answers)('is hung up on: %s', async (_name, answer) => {
    const { serve, isClosed } = impostor(answer)
    const port = await listen(createServer(serve))
    const database = new PostgresDatabase(at(port, 'disable'), { retries: 0, firstDelayMs: 1, longestDelayMs: 1 })
    const [error, memory] = await watched(() => failureOf(database.documentsById([crypto.randomUUID()], never)))
    expect(error).toMatchObject({ code: 'DB_STRANGE', scope: 'run' })
    expect(memory).toBeLessThan(450 * mebibyte)
    await vi.waitFor(() => expect(isClosed()).toBe(true))
    await database.close()
  })

  it('is hung up on: notices in the place of a login', async () => {
    const { serve } = impostor(
      () => undefined,
      (socket) => flood(socket, notice),
    )
    const port = await listen(createServer(serve))
    expect(await failureOf(withClient(at(port, 'disable'), never, () => Promise.resolve()))).toMatchObject({
      code: 'DB_STRANGE',
    })
  })

  it('is hung up on behind TLS too', async () => {
    const { serve } = impostor((socket) => flood(socket, Buffer.concat([described, row])))
    const dir = await mkdtemp(join(tmpdir(), 'readur-impostor-'))
    const files = await makeCertificates(dir, 'localhost')
    const secrets = { cert: await readFile(files.certificate), key: await readFile(files.key) }
    await rm(dir, { recursive: true })
    const port = await listen(
      createServer((socket) => {
        sockets.push(socket.on('error', () => undefined))
        socket.once('data', () => {
          socket.write('S')
          const secure = new TLSSocket(socket, { isServer: true, ...secrets })
          serve(secure)
        })
      }),
    )
    const error = await failureOf(
      withClient(at(port, 'require'), never, (client) => client.query('SELECT 1').then(() => undefined)),
    )
    expect(error).toMatchObject({ code: 'DB_STRANGE' })
  })
})
