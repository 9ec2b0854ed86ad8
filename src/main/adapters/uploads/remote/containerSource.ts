import type { Container } from '../../commands/container.ts'
import { MigrateError } from '../../../engine/errors.ts'
import { withRetry, type RetryPolicy } from '../../retry.ts'
import { unless } from '../../../engine/timers.ts'
import type { ChannelSource, FileChannel, ChannelHost } from './channel.ts'
import { defaultPoolOptions } from './pool.ts'
import { ShellChannel } from './shellChannel.ts'
import { ShellListing } from './shellListing.ts'
import { ShellSession } from './shellSession.ts'

/**
 * Shells in a running container. The first time a container that cannot be reached is an error at
 * once; later it is waited for, as long as `policy` says: Readur is restarted in the course of a migration.
 */
export class ContainerSource implements ChannelSource {
  readonly closing: AbortSignal
  readonly #container: Container
  readonly #policy: RetryPolicy
  #current: Promise<ChannelHost> | null = null
  #wasUp = false

  constructor(container: Container, closing: AbortSignal, policy: RetryPolicy) {
    this.#container = container
    this.closing = closing
    this.#policy = policy
  }

  async host(signal: AbortSignal): Promise<ChannelHost> {
    signal.throwIfAborted()
    this.closing.throwIfAborted()
    this.#current ??= this.#connect()
    return await unless(signal, this.#current)
  }

  async #connect(): Promise<ChannelHost> {
    const policy = this.#wasUp ? this.#policy : { ...this.#policy, retries: 0, patienceMs: 0 }
    try {
      const first = await withRetry(
        policy,
        this.closing,
        () => undefined,
        () => this.#openSession(this.#container, defaultPoolOptions.stallMs),
      )
      this.#wasUp = true
      return this.#hostOf(first.session, this.#container.pinned(first.hostname))
    } catch (error) {
      this.#current = null
      throw error
    }
  }

  /** It lasts until its last shell has gone, or no further one can be had: then the container is waited for. */
  #hostOf(first: ShellSession, container: Container): ChannelHost {
    const own = this.#current
    const leave = (): void => {
      if (this.#current === own) this.#current = null
    }
    const open = new Set<ShellSession>()
    const keep = (session: ShellSession): FileChannel => {
      open.add(session)
      session.onEnd(() => {
        open.delete(session)
        if (open.size === 0) leave()
      })
      return this.#channel(session, container)
    }
    // The one that has shown that the container can be reached is the first channel.
    let waiting: ShellSession | null = first
    first.onEnd(() => {
      if (open.size === 0) leave()
    })
    return {
      openChannel: async (stallMs) => {
        const ready = waiting?.isOpen === true ? waiting : null
        waiting = null
        if (ready) return keep(ready)
        try {
          return keep((await this.#openSession(container, stallMs)).session)
        } catch (error) {
          if (!(error instanceof MigrateError) || error.code !== 'CONTAINER_UNREACHABLE' || open.size > 0) throw error
          leave()
          throw container.lost(error.message)
        }
      },
    }
  }

  #channel(session: ShellSession, container: Container): FileChannel {
    return new ShellChannel(session, (folder) =>
      ShellListing.open(
        (argv) => container.commands.start(argv, this.closing),
        folder,
        (why) => container.lost(why),
      ),
    )
  }

  /** Throws CONTAINER_UNREACHABLE, and what stands in the way of running programs at all. */
  async #openSession(container: Container, stallMs: number): Promise<{ session: ShellSession; hostname: string }> {
    const running = await container.shell(this.closing)
    const session = new ShellSession(running, stallMs, (why) => container.lost(why))
    try {
      const { output } = await session.run('echo "$HOSTNAME"')
      return { session, hostname: output.toString().trim() }
    } catch (error) {
      throw container.unreachable(error)
    }
  }
}
