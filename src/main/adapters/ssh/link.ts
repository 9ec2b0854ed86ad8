import { MigrateError } from '../../engine/errors.ts'
import { checkPolicy, withRetry, type RetryPolicy } from '../retry.ts'
import type { SshConnection } from './connection.ts'
import { unless } from '../../engine/timers.ts'

/** A server that restarts, a laptop that sleeps, a network that changes: about a quarter of an hour in all. */
export const reconnectPolicy: RetryPolicy = { retries: 60, firstDelayMs: 250, longestDelayMs: 15_000 }

/**
 * One SSH connection that many use: made when it is first needed, and made again after it was lost. The first time a
 * server that can't be reached is an error at once; later it is waited for.
 */
export class SshLink {
  readonly #open: (signal: AbortSignal) => Promise<SshConnection>
  readonly #policy: RetryPolicy
  readonly #closing = new AbortController()
  #current: Promise<SshConnection> | null = null
  #wasUp = false

  /** `open`: as a rule openSsh with rememberAnswers. */
  constructor(open: (signal: AbortSignal) => Promise<SshConnection>, policy: RetryPolicy = reconnectPolicy) {
    this.#open = open
    this.#policy = policy
  }

  /** Fires when the link is closed for good, with the error that waiting calls then get. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  /** The live connection. Throws SSH_*, or the signal's reason; what others wait for is not given up with it. */
  async get(signal: AbortSignal): Promise<SshConnection> {
    signal.throwIfAborted()
    this.closing.throwIfAborted()
    this.#current ??= this.#connect()
    return await unless(signal, this.#current)
  }

  /** Ends the connection, and every wait for it. */
  async close(): Promise<void> {
    this.#closing.abort(new MigrateError('INTERRUPTED', { message: 'The SSH connection is not needed any more.' }))
    const connection = await this.#current?.catch(() => null)
    await connection?.close()
  }

  async #connect(): Promise<SshConnection> {
    const policy = this.#wasUp ? this.#policy : { ...checkPolicy(this.#policy), retries: 1 }
    try {
      const connection = await withRetry(
        policy,
        this.closing,
        () => undefined,
        () => this.#open(this.closing),
      )
      this.#wasUp = true
      const forget = (): void => void (this.#current = null)
      connection.lost.addEventListener('abort', forget, { once: true })
      if (connection.lost.aborted) forget()
      return connection
    } catch (error) {
      this.#current = null
      throw error
    }
  }
}
