import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../../src/main/adapters/postgres/connection.ts'
import { makeCertificates } from '../../services/certificates.ts'

const never = new AbortController().signal
const password = 'planted-password'

let server: Server
let heard: Buffer[] = []
/** What the server does with a connection, from its first bytes on. */
let serve: (socket: Socket) => void
beforeEach(async () => {
  heard = []
  server = createServer((socket) => {
    socket.on('error', () => undefined)
    serve(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => server.close())

/** A message of the server: its letter, then its length and body. */
function message(letter: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(letter), length, body])
}
const authentication = (kind: number, rest = ''): Buffer => {
  const head = Buffer.alloc(4)
  head.writeInt32BE(kind)
  return message('R', Buffer.concat([head, Buffer.from(rest, 'latin1')]))
}
const ready = message('Z', Buffer.from('I'))

/** Answers the start of a connection with these messages, and keeps what comes after it. */
const answering =
  (...messages: Buffer[]) =>
  (socket: Socket): void => {
    socket.once('data', () => {
      socket.write(Buffer.concat(messages))
      socket.on('data', (bytes: Buffer) => heard.push(bytes))
    })
  }

async function connected(query: string): Promise<unknown> {
  const bound = server.address()
  const port = typeof bound === 'object' && bound ? bound.port : 0
  const url = `postgres://readur:${password}@127.0.0.1:${port}/readur?${query}`
  const opened = await connect({ url, label: 'test', timeoutMs: 2_000 }, never).catch((error: unknown) => error)
  if (opened instanceof Error) return opened
  return 'connected'
}

describe('a server that asks for a weaker login than the settings allow', () => {
  const wants = {
    'a password in clear': [authentication(3)],
    MD5: [authentication(5, 'salt')],
    'SCRAM without a binding': [authentication(10, 'SCRAM-SHA-256\0\0')],
    'nothing at all': [authentication(0), ready],
    'SCRAM, and proves nothing': [authentication(10, 'SCRAM-SHA-256\0\0'), authentication(0), ready],
  }
  it.each<[keyof typeof wants, string]>([
    ['a password in clear', 'require_auth=scram-sha-256'],
    ['a password in clear', 'channel_binding=require'],
    ['a password in clear', 'require_auth=!password'],
    ['MD5', 'require_auth=scram-sha-256'],
    ['MD5', 'channel_binding=require'],
    ['SCRAM without a binding', 'channel_binding=require'],
    ['nothing at all', 'require_auth=scram-sha-256'],
    ['nothing at all', 'channel_binding=require'],
    ['SCRAM, and proves nothing', ''],
  ])('wants %s in spite of “%s”: it is refused, and hears no password', async (what, query) => {
    serve = answering(...wants[what])
    expect(await connected(`sslmode=disable&${query}`)).toMatchObject({ code: 'DB_LOGIN_UNSAFE', scope: 'run' })
    const said = Buffer.concat(heard).toString('latin1')
    expect(said).not.toContain(password)
    // The hash that MD5 sends.
    expect(said).not.toContain('md5')
  })

  it('is answered where the settings say nothing against it', async () => {
    serve = (socket) => {
      answering(authentication(3))(socket)
      socket.on('data', (bytes: Buffer) => {
        if (bytes.includes(password)) socket.end(Buffer.concat([authentication(0), ready]))
      })
    }
    expect(await connected('sslmode=disable')).toMatchObject({ code: 'DB_LOST' })
    expect(Buffer.concat(heard).toString('latin1')).toContain(password)
  })
})

describe('a server with TLS of before 1.2', () => {
  let dir = ''
  const before = { min: tls.DEFAULT_MIN_VERSION, ciphers: tls.DEFAULT_CIPHERS }
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'readur-old-tls-'))
    // What NODE_OPTIONS may have made of the defaults.
    tls.DEFAULT_MIN_VERSION = 'TLSv1'
    tls.DEFAULT_CIPHERS = 'DEFAULT@SECLEVEL=0'
  })
  afterEach(async () => {
    tls.DEFAULT_MIN_VERSION = before.min
    tls.DEFAULT_CIPHERS = before.ciphers
    await rm(dir, { recursive: true, force: true })
  })

  it.each([
    ['TLSv1.1', 'sslmode=require', 'refused'],
    ['TLSv1.1', 'sslmode=require&ssl_min_protocol_version=TLSv1', 'refused'],
    ['TLSv1.2', 'sslmode=require', 'spoken to'],
    ['TLSv1.2', 'sslmode=require&ssl_min_protocol_version=TLSv1.3', 'refused'],
  ] as const)('%s is, with “%s”, %s', async (version, query, what) => {
    const { certificate, key } = await makeCertificates(dir, 'localhost')
    const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)])
    serve = (socket) => {
      socket.once('data', () => {
        socket.write('S')
        const own = { cert, key: secret, minVersion: 'TLSv1', maxVersion: version } as const
        const secure = new tls.TLSSocket(socket, { isServer: true, ...own, ciphers: 'DEFAULT@SECLEVEL=0' })
        secure.on('error', () => undefined)
        secure.once('data', (bytes: Buffer) => {
          heard.push(bytes)
          secure.end(Buffer.concat([authentication(0), ready]))
        })
      })
    }
    const outcome = await connected(query)
    expect(outcome).toMatchObject({ code: what === 'refused' ? 'DB_TLS' : 'DB_LOST' })
    expect(heard.length > 0).toBe(what === 'spoken to')
  })
})
