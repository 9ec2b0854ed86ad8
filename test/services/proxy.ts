import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  port: number
  /** Connections that were made so far. */
  connections: () => number
  /** Breaks all connections. New ones are taken. */
  cut: () => void
  /** Connections that were refused so far. */
  refusals: () => number
  /** Takes no new connections until told otherwise. */
  refuse: (refuses: boolean) => void
  /** Lets nothing through any more, in the way of a network that is gone: nobody is told. */
  freeze: () => void
  /** Breaks all connections as soon as so many more bytes have come from the server; `then` is called with it. */
  cutAfter: (bytes: number, then?: () => void) => void
  /** Calls this as soon as so many more bytes have come from the server, and breaks nothing. */
  atBytes: (bytes: number, then: () => void) => void
  /** Lets so many requests that look so through to the server, and breaks their connections when it answers. */
  loseAnswersTo: (request: RegExp, times: number) => void
  close: () => Promise<void>
}

/** A port on loopback that leads to another one, and breaks on demand. `delayMs`: each way, for what is sent. */
export async function startProxy(target: number, { delayMs = 0 } = {}): Promise<Proxy> {
  const pairs = new Set<Socket>()
  let count = 0
  let refused = 0
  let refuses = false
  let frozen = false
  let left = Infinity
  let onEnough: () => void = () => undefined
  let unlucky = { request: /^$/, left: 0 }
  const awaitingLoss = new Set<Socket>()
  const cut = (): void => {
    for (const socket of pairs) socket.destroy()
  }
  const pass = (from: Socket, to: Socket, counts: boolean): void => {
    const send = (chunk: Buffer): void => {
      if (frozen || to.destroyed) return
      if (!to.write(chunk)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
    }
    from.on('data', (chunk: Buffer) => {
      if (!counts && unlucky.left > 0 && unlucky.request.test(chunk.toString('latin1'))) {
        unlucky.left -= 1
        awaitingLoss.add(to)
      }
      if (counts && awaitingLoss.delete(from)) {
        from.destroy()
        to.destroy()
        return
      }
      if (delayMs > 0) setTimeout(() => send(chunk), delayMs)
      else send(chunk)
      if (!counts) return
      left -= chunk.length
      if (left > 0) return
      left = Infinity
      onEnough()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      pairs.delete(from)
      // What was sent before is still on its way.
      if (delayMs > 0) setTimeout(() => to.destroy(), delayMs)
      else to.destroy()
    })
    pairs.add(from)
  }
  const server = createServer({ noDelay: true }, (client) => {
    if (refuses) {
      refused += 1
      client.destroy()
      return
    }
    count += 1
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    pass(client, upstream, false)
    pass(upstream, client, true)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.')
  return {
    port: address.port,
    connections: () => count,
    cut,
    refusals: () => refused,
    refuse: (value) => (refuses = value),
    freeze: () => (frozen = true),
    cutAfter: (bytes, then = () => undefined) => {
      left = bytes
      onEnough = () => {
        then()
        cut()
      }
    },
    atBytes: (bytes, then) => {
      left = bytes
      onEnough = then
    },
    loseAnswersTo: (request, times) => (unlucky = { request, left: times }),
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
