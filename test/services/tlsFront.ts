import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createServer } from 'node:tls'
import type { Certificates } from './certificates.ts'

export interface TlsFront {
  port: number
  stop: () => Promise<void>
}

/** TLS in front of a port of this computer, as a reverse proxy gives it. */
export async function startTlsFront(
  target: number,
  { certificate, key }: Pick<Certificates, 'certificate' | 'key'>,
): Promise<TlsFront> {
  const open = new Set<Socket>()
  const server = createServer({ cert: await readFile(certificate), key: await readFile(key) }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1' })
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
