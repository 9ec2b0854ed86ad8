import { asMigrateError } from '../../../engine/errors.ts'
import type { SshConnection } from '../../ssh/connection.ts'
import type { SshLink } from '../../ssh/link.ts'
import { unless } from '../../ssh/waiting.ts'
import { SftpChannel } from './channel.ts'

export interface SftpOptions {
  /** Sessions for files at once: each has a window of its own. sshd allows ten in all. */
  channels: number
  /** How long a session may answer nothing. */
  stallMs: number
}

export const defaultSftpOptions: SftpOptions = { channels: 4, stallMs: 60_000 }
const mostChannels = 8

/** A channel with less to do takes more before another one is opened. */
const busy = 8
/** A call that is lost this often in a row is not only unlucky. */
const mostLosses = 5

/** SFTP sessions on one SSH link: as many as are worth it, and as the server lets us have. */
export class SftpPool {
  readonly #link: SshLink
  readonly #options: SftpOptions
  #connection: SshConnection | null = null
  #channels: SftpChannel[] = []
  #most: number
  #opening: Promise<SftpChannel> | null = null

  constructor(link: SshLink, options: SftpOptions) {
    this.#link = link
    this.#options = { ...options, channels: Math.max(1, Math.min(options.channels, mostChannels)) }
    this.#most = this.#options.channels
  }

  /**
   * Calls with a channel, and again with another one after a lost connection: only for what may be done twice. What
   * the server refuses is thrown as it is.
   */
  async use<T>(signal: AbortSignal, call: (channel: SftpChannel) => Promise<T>): Promise<T> {
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
  async useIfOpen(call: (channel: SftpChannel) => Promise<void>): Promise<void> {
    const channel = this.#channels.find(({ isOpen }) => isOpen)
    if (channel) await call(channel).catch(() => undefined)
  }

  close(): void {
    for (const channel of this.#channels.splice(0)) channel.end()
  }

  /** The channel with the least to do, the call counted. Waits for a connection that is being made anew. */
  async #reserve(signal: AbortSignal): Promise<SftpChannel> {
    for (let losses = 0; ;) {
      const connection = await this.#link.get(signal)
      if (connection !== this.#connection) this.#startAnew(connection)
      this.#channels = this.#channels.filter((channel) => channel.isOpen)
      const [first, ...others] = this.#channels
      const least = others.reduce((a, b) => (a && b.load >= a.load ? a : b), first)
      if (least && (least.load < busy || this.#channels.length >= this.#most)) {
        least.calls += 1
        return least
      }
      try {
        await unless(signal, this.#open(connection))
      } catch (error) {
        losses += 1
        // Where there is no further one, those that there are have to do.
        if (!least && (!isLoss(error) || losses > mostLosses)) throw error
        signal.throwIfAborted()
      }
    }
  }

  #startAnew(connection: SshConnection): void {
    this.#connection = connection
    this.#channels = []
    this.#most = this.#options.channels
    this.#opening = null
  }

  #open(connection: SshConnection): Promise<SftpChannel> {
    const opening = (this.#opening ??= this.#openOne(connection).finally(() => {
      if (this.#opening === opening) this.#opening = null
    }))
    return opening
  }

  async #openOne(connection: SshConnection): Promise<SftpChannel> {
    try {
      const sftp = await connection.sftp(this.#link.closing, this.#options.stallMs)
      const channel = new SftpChannel(sftp, connection.label, connection.lost, this.#options.stallMs)
      if (connection === this.#connection) this.#channels.push(channel)
      return channel
    } catch (error) {
      if (connection === this.#connection && !isLoss(error)) this.#most = Math.max(1, this.#channels.length)
      throw error
    }
  }
}

/** The call may succeed on a new connection. */
export const isLoss = (error: unknown): boolean => asMigrateError(error).code === 'SSH_LOST'
