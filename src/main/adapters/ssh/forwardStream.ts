import { Duplex } from 'node:stream'
import type { SshConnection } from './connection.ts'

/** Where on the server's side a stream leads: an address that the server sees, or a Unix socket of it. */
export type Destination = { host: string; port: number } | { path: string }

/** What ForwardStream needs: an SshLink, or anything else that has connections. */
interface Connections {
  get(signal: AbortSignal): Promise<SshConnection>
}

/**
 * A stream through SSH that passes for the net.Socket that `pg` expects: nothing happens before `connect`, which says
 * where to unless the destination was given. No port is opened on this computer.
 */
class ForwardStream extends Duplex {
  readonly #connections: Connections
  readonly #destination: Destination | null
  readonly #given = new AbortController()
  #channel: Duplex | null = null

  constructor(connections: Connections, destination: Destination | null = null) {
    super({ allowHalfOpen: false })
    this.#connections = connections
    this.#destination = destination
  }

  connect(portOrPath: number | string, host = '127.0.0.1'): this {
    const named = typeof portOrPath === 'number' ? { host, port: portOrPath } : { path: portOrPath }
    this.#open(this.#destination ?? named).then(
      (channel) => this.#use(channel),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    )
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    return this
  }

  unref(): this {
    return this
  }

  async #open(destination: Destination): Promise<Duplex> {
    const { signal } = this.#given
    const connection = await this.#connections.get(signal)
    return 'path' in destination
      ? await connection.forwardToSocket(destination.path, signal)
      : await connection.forward(destination.host, destination.port, signal)
  }

  #use(channel: Duplex): void {
    if (this.destroyed) {
      channel.destroy()
      return
    }
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) channel.pause()
    })
    channel.on('end', () => this.push(null))
    // What has arrived is read to its end, even of a connection that is lost; what is still to be written is not.
    channel.on('close', () => {
      if (this.readableEnded) this.destroy()
      else this.once('end', () => this.destroy())
    })
    channel.on('error', (error) => this.destroy(error))
    this.emit('connect')
  }

  override _read(): void {
    this.#channel?.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#channel) this.#channel.write(chunk, done)
    else done(new Error('Not connected yet.'))
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#channel?.end()
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#given.abort(error ?? new Error('The stream was closed.'))
    this.#channel?.destroy()
    // As late as a socket: TLS above tells of its error first, and `pg` takes the first thing that it hears.
    setImmediate(done, error)
  }
}

/** A stream for `pg`: `stream: () => forwardStream(link)`. The address in its settings is looked up on the server. */
function forwardStream(connections: Connections, destination?: Destination): ForwardStream {
  return new ForwardStream(connections, destination)
}

/**
 * For PostgresSettings.openStream: waits for the SSH server as long as its link does, so that the database’s time limit
 * counts from then on only.
 */
export function streamOpener(connections: Connections, destination?: Destination) {
  return async (signal: AbortSignal): Promise<Duplex> => {
    await connections.get(signal)
    return forwardStream(connections, destination)
  }
}
