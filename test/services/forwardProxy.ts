import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface ForwardProxy {
  port: number
  /** What it was asked for: `CONNECT host:port`, or a method and an address. */
  asked: string[]
  /** Connections that were made to it. */
  connections: () => number
  /** Lets nobody in without this login, `user:password`. */
  login: string | null
  /** Answers every request so, and leads nowhere. */
  refuses: string | null
  stop: () => Promise<void>
}

/** A proxy as companies have it. Every name that it is asked for is this computer: nobody else knows these names. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const open = new Set<Socket>()
  let connections = 0
  const server = createServer((request, response) => {
    proxy.asked.push(`${request.method} ${request.url}`)
    const refusal = refusalOf(request.headers['proxy-authorization'])
    if (refusal !== null) {
      response.writeHead(Number(refusal.split(' ')[0])).end()
      return
    }
    const { port, pathname, search } = new URL(request.url ?? '')
    const own = Object.entries(request.headers).filter(([name]) => !name.startsWith('proxy-'))
    const headers = Object.fromEntries(own)
    const about = { host: '127.0.0.1', port, path: pathname + search, method: request.method, headers, agent: false }
    const passed = send(about, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    // Ceph sends a body after the head that was asked for, which Node calls an error once the answer has come.
    passed.on('error', () => response.headersSent || response.destroy())
    request.pipe(passed)
  })
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
  })
  server.on('connect', (request, client, head) => {
    proxy.asked.push(`CONNECT ${request.url}`)
    const refusal = refusalOf(request.headers['proxy-authorization'])
    if (refusal !== null) {
      client.end(`HTTP/1.1 ${refusal}\r\nContent-Length: 0\r\nX-Amz-Request-Id: of-the-proxy\r\n\r\n`)
      return
    }
    const upstream = connect({ port: Number((request.url ?? '').split(':').at(-1)), host: '127.0.0.1' }, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.write(head)
      upstream.pipe(client)
      client.pipe(upstream)
    })
    open.add(upstream)
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const proxy: ForwardProxy = {
    port: typeof address === 'object' && address ? address.port : 0,
    asked: [],
    connections: () => connections,
    login: null,
    refuses: null,
    stop: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  const refusalOf = (given: string | undefined): string | null => {
    if (proxy.refuses !== null) return proxy.refuses
    const isKnown = proxy.login === null || given === `Basic ${Buffer.from(proxy.login).toString('base64')}`
    return isKnown ? null : '407 Proxy Authentication Required'
  }
  return proxy
}
