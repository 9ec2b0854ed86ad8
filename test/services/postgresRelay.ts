import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What becomes of a COMMIT and of its answer. `kept`: nothing comes any more, and neither side learns of the other’s end. */
export type CommitFate = 'answered' | 'not sent' | 'answer dropped' | 'answer kept'

export interface PostgresRelay {
  port: number
  /** Of the next COMMIT, one after the other; 'answered' after the last. */
  fates: CommitFate[]
  /** Breaks the connections of the next clients that say hello, so many of them. */
  breakNext: (count: number) => void
  /** Breaks the connection on which this is said for the `time`th time, over all connections. */
  breakWhen: (said: string, time: number) => void
  close: () => Promise<void>
}

/** As the driver says it: a statement without parameters is a text that ends with a zero. */
const commit = Buffer.from('COMMIT\0')

/** A port on loopback that leads to a PostgreSQL server without TLS and has its way with commits. */
export async function startPostgresRelay(target: number): Promise<PostgresRelay> {
  const sockets = new Set<Socket>()
  const fates: CommitFate[] = []
  let toBreak = 0
  let [text, left] = ['', 0]
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    let fate: CommitFate = 'answered'
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        if (fate !== 'answer kept') end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      if (toBreak > 0) {
        toBreak -= 1
        end()
        return
      }
      if (left > 0 && chunk.includes(text) && --left === 0) {
        end()
        return
      }
      if (chunk.includes(commit)) fate = fates.shift() ?? 'answered'
      if (fate === 'not sent') end()
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (fate === 'answered') client.write(chunk)
      if (fate === 'answer dropped') end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The relay has no port.')
  return {
    port: address.port,
    fates,
    breakNext: (number) => (toBreak = number),
    breakWhen: (said, time) => ([text, left] = [said, time]),
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
