import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { createServer, type IncomingMessage, type Server } from 'node:http'

/** A Readur that answers over HTTP as the real one does (routes/ and swagger.rs of its source), documents from memory. */
export interface FakeReadur {
  url: string
  token: string
  /** Bytes by document; null: the file cannot be read. One that is not here is not known. */
  documents: Map<string, Uint8Array | null>
  /** Paths that were asked for, the oldest first. */
  asked: string[]
  /** What it says of its health. */
  health: { status: string }
  /** Whose token it is. */
  role: 'admin' | 'user'
  /** Where it keeps documents, in place of `documents`. */
  backing: ReadurBacking | null
  stop: () => Promise<void>
}

/** A storage of its own. `store` returns the id; what it throws is an answer of 500. */
export interface ReadurBacking {
  store: (filename: string, bytes: Buffer) => Promise<string>
  /** Null: an answer of 500. */
  read: (id: string) => Promise<Uint8Array | null>
  remove: (id: string) => Promise<void>
}

export interface ReadurOptions {
  version?: string | null
  role?: 'admin' | 'user'
}

/** Starts it on a free loopback port. */
export async function startReadur({ version = '2.9.0', role = 'admin' }: ReadurOptions = {}): Promise<FakeReadur> {
  const fake = {
    token: 'planted-readur-token',
    documents: new Map<string, Uint8Array | null>(),
    asked: new Array<string>(),
    health: { status: 'ok' },
    role,
    backing: null as ReadurBacking | null,
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    fake.asked.push(path)
    const isKnown = request.headers.authorization === `Bearer ${fake.token}`
    if (fake.backing && isKnown && path.startsWith('/api/documents')) {
      void backed(fake.backing, request, path).then(
        (body) => response.writeHead(200).end(body),
        () => response.writeHead(500).end('{}'),
      )
      return
    }
    const { status, type, body } = answer(path, isKnown)
    response.writeHead(status, { 'content-type': type }).end(body)
  })
  const answer = (path: string, isKnown: boolean): { status: number; type: string; body: string | Uint8Array } => {
    const json = (status: number, body: unknown) => ({ status, type: 'application/json', body: JSON.stringify(body) })
    if (path === '/api/health') return json(200, fake.health)
    if (path === '/api-docs/openapi.json' && version !== null) {
      return json(200, { openapi: '3.0.3', info: { title: 'Readur API', version } })
    }
    const id = /^\/api\/documents\/([^/]+)\/download$/.exec(path)?.[1]
    // Any other path is the page.
    if (id === undefined && path !== '/api/auth/me')
      return { status: 200, type: 'text/html', body: '<title>Readur</title>' }
    if (!isKnown) return json(401, {})
    if (id === undefined) return json(200, { username: 'ada', role: fake.role })
    const bytes = fake.documents.get(id)
    if (bytes === undefined || bytes === null) return json(bytes === null ? 500 : 404, {})
    return { status: 200, type: 'application/octet-stream', body: bytes }
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(fake, { url: `http://127.0.0.1:${portOf(server)}`, stop: () => stop(server) })
}

/** Documents of a Readur with a storage of its own: POST, DELETE and download of routes/documents. */
async function backed(backing: ReadurBacking, request: IncomingMessage, path: string): Promise<Uint8Array | string> {
  const id = path.split('/')[3] ?? ''
  if (request.method === 'POST') {
    const body = await buffer(request)
    const headers = { 'content-type': request.headers['content-type'] ?? '' }
    const file = (await new Response(body, { headers }).formData()).get('file')
    if (!(file instanceof File)) throw new Error('No file found in upload')
    return JSON.stringify({
      id: await backing.store(file.name, Buffer.from(await file.arrayBuffer())),
      status: 'success',
    })
  }
  if (request.method === 'DELETE') {
    await backing.remove(id)
    return '{"success":true}'
  }
  const bytes = await backing.read(id)
  if (bytes === null) throw new Error('The file cannot be read.')
  return bytes
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.')
  return address.port
}

async function stop(server: Server): Promise<void> {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
}
