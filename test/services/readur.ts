import { once } from 'node:events'
import { createServer, type Server } from 'node:http'

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
  stop: () => Promise<void>
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
  }
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    fake.asked.push(path)
    const { status, type, body } = answer(path, request.headers.authorization === `Bearer ${fake.token}`)
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
    if (id === undefined) return json(200, { username: 'ada', role })
    const bytes = fake.documents.get(id)
    if (bytes === undefined || bytes === null) return json(bytes === null ? 500 : 404, {})
    return { status: 200, type: 'application/octet-stream', body: bytes }
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(fake, { url: `http://127.0.0.1:${portOf(server)}`, stop: () => stop(server) })
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
