import { createServer } from 'node:net'
import { once } from 'node:events'

/** A loopback port that nothing listens on now. `preferred` is returned when it is free. */
export async function freePort(preferred?: number): Promise<number> {
  if (preferred !== undefined && (await isFree(preferred))) return preferred
  const port = await listenOnce(0)
  if (port === null) throw new Error('No free TCP port on 127.0.0.1')
  return port
}

/** Whether a server could listen on this loopback port. */
async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null
}

async function listenOnce(port: number): Promise<number | null> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch {
    return null
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : null
}
