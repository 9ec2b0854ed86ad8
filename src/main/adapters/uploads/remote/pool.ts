import type { ErrorCode } from '../../../../shared/errors.ts'
import { asMigrateError } from '../../../engine/errors.ts'
import { unless } from '../../../engine/timers.ts'
import type { ChannelSource, FileChannel, ChannelHost } from './channel.ts'

export interface PoolOptions {
  /** Sessions for files at once: each has a window of its own. sshd allows ten in all. */
  channels: number
  /** How long a session may answer nothing. */
  stallMs: number
}

export const defaultPoolOptions: PoolOptions = { channels: 4, stallMs: 60_000 }
const mostChannels = 8

/** A channel with less to do takes more before another one is opened. */
const busy = 8
/** A call that is lost this often in a row is not only unlucky. */
export const mostLosses = 5

/** Channels to one machine: as many as are worth it, and as it lets us have. */
export class ChannelPool {
  readonly #source: ChannelSource
  readonly #options: PoolOptions
  #host: ChannelHost | null = null
  #channels: FileChannel[] = []
  #most: number
  #opening: Promise<FileChannel> | null = null

  constructor(source: ChannelSource, options: PoolOptions) {
    this.#source = source
    this.#options = { ...options, channels: Math.max(1, Math.min(options.channels, mostChannels)) }
    this.#most = this.#options.channels
  }

  /**
   * Calls with a channel, and again with another one after a lost connection: only for what may be done twice. What
   * the server refuses is thrown as it is.
   */
  async use<T>(signal: AbortSignal, call: (channel: FileChannel) => Promise<T>): Promise<T> {
    for (let losses = 1; ; losses += 1) {
      const channel = await this.#reserve(signal)
      try {
        return await call(channel)
      } catch (error) {
        if (!isLoss(error) || losses >= mostLosses) throw error
      } finally {
        channel.calls -= 1
      }
    }
  }

  /** For cleaning up: where there is no connection, or the server refuses, nothing is done. */
  async useIfOpen(call: (channel: FileChannel) => Promise<void>): Promise<void> {
    const channel = this.#channels.find(({ isOpen }) => isOpen)
    if (channel) await call(channel).catch(() => undefined)
  }

  close(): void {
    for (const channel of this.#channels.splice(0)) channel.end()
  }

  /** The channel with the least to do, the call counted. Waits for a connection that is being made again. */
  async #reserve(signal: AbortSignal): Promise<FileChannel> {
    for (let losses = 0; ;) {
      const host = await this.#source.host(signal)
      if (host !== this.#host) this.#startOver(host)
      this.#channels = this.#channels.filter((channel) => channel.isOpen)
      const [first, ...others] = this.#channels
      const least = others.reduce((a, b) => (a && b.load >= a.load ? a : b), first)
      if (least && (least.load < busy || this.#channels.length >= this.#most)) {
        least.calls += 1
        return least
      }
      try {
        await unless(signal, this.#open(host))
      } catch (error) {
        losses += 1
        // Where there is no further one, those that there are have to do.
        if (!least && (!isLoss(error) || losses > mostLosses)) throw error
        signal.throwIfAborted()
      }
    }
  }

  #startOver(host: ChannelHost): void {
    this.#host = host
    // What is still used there ends with its last use; the rest would only stay open.
    for (const channel of this.#channels) if (channel.openFiles === 0 && channel.calls === 0) channel.end()
    this.#channels = []
    this.#most = this.#options.channels
    this.#opening = null
  }

  #open(host: ChannelHost): Promise<FileChannel> {
    const opening = (this.#opening ??= this.#openOne(host).finally(() => {
      if (this.#opening === opening) this.#opening = null
    }))
    return opening
  }

  async #openOne(host: ChannelHost): Promise<FileChannel> {
    try {
      const channel = await host.openChannel(this.#options.stallMs)
      if (host === this.#host) this.#channels.push(channel)
      return channel
    } catch (error) {
      if (host === this.#host && !isLoss(error)) this.#most = Math.max(1, this.#channels.length)
      throw error
    }
  }
}

/** The call may succeed on a new connection. */
export const isLoss = (error: unknown): boolean => losses.has(asMigrateError(error).code)
const losses = new Set<ErrorCode>(['SSH_LOST', 'CONTAINER_LOST'])
