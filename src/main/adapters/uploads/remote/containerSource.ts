import { dockerPrograms, isContainerName } from '../../../../shared/docker.ts'
import { MigrateError } from '../../../engine/errors.ts'
import type { Commands, RunningCommand } from '../../../engine/commands.ts'
import { withRetry, type RetryPolicy } from '../../retry.ts'
import { unless } from '../../ssh/waiting.ts'
import type { ChannelSource, FileChannel, Ground } from './channel.ts'
import { defaultPoolOptions } from './pool.ts'
import { ShellChannel } from './shellChannel.ts'
import { ShellListing } from './shellListing.ts'
import { ShellSession } from './shellSession.ts'

const notFound = 127

/**
 * Shells in a running container, by `docker exec`. The first time a container that cannot be reached is an error at
 * once; later it is waited for, as long as `policy` says: Readur is restarted in the course of a migration.
 */
export class ContainerSource implements ChannelSource {
  readonly closing: AbortSignal
  readonly #commands: Commands
  readonly #container: string
  readonly #policy: RetryPolicy
  #current: Promise<Ground> | null = null
  #program: string | null = null
  #wasUp = false

  constructor(commands: Commands, container: string, closing: AbortSignal, policy: RetryPolicy) {
    if (!isContainerName(container)) {
      throw new MigrateError('SETTING_INVALID', {
        message: `“${container}” is no name of a container.`,
        subject: container,
        scope: 'run',
      })
    }
    this.#commands = commands
    this.#container = container
    this.closing = closing
    this.#policy = policy
  }

  async ground(signal: AbortSignal): Promise<Ground> {
    signal.throwIfAborted()
    this.closing.throwIfAborted()
    this.#current ??= this.#connect()
    return await unless(signal, this.#current)
  }

  async #connect(): Promise<Ground> {
    const policy = this.#wasUp ? this.#policy : { ...this.#policy, retries: 0, patienceMs: 0 }
    try {
      const first = await withRetry(
        policy,
        this.closing,
        () => undefined,
        () => this.#openSession(defaultPoolOptions.stallMs),
      )
      this.#wasUp = true
      return this.#groundOf(first)
    } catch (error) {
      this.#current = null
      throw error
    }
  }

  /** It lasts until its last shell has gone, or no further one can be had: then the container is waited for. */
  #groundOf(first: ShellSession): Ground {
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
      return this.#channel(session)
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
          return keep(await this.#openSession(stallMs))
        } catch (error) {
          if (!(error instanceof MigrateError) || error.code !== 'CONTAINER_UNREACHABLE' || open.size > 0) throw error
          leave()
          throw this.#lost(error.message)
        }
      },
    }
  }

  #channel(session: ShellSession): FileChannel {
    return new ShellChannel(session, (folder) =>
      ShellListing.open(
        (argv) => this.#start(argv),
        folder,
        (why) => this.#lost(why),
      ),
    )
  }

  /** Throws CONTAINER_UNREACHABLE, and what stands in the way of running programs at all. */
  async #openSession(stallMs: number): Promise<ShellSession> {
    for (const program of this.#program === null ? dockerPrograms : [this.#program]) {
      const running = await this.#start(['sh'], program)
      const session = new ShellSession(running, stallMs, (why) => this.#lost(why))
      try {
        await session.run(':')
        this.#program = program
        return session
      } catch (error) {
        if (await isNotFound(running)) continue
        throw this.#unreachable(error)
      }
    }
    throw this.#unreachable(new Error('there is no program docker'))
  }

  #start(argv: readonly string[], program = this.#program ?? dockerPrograms[0]): Promise<RunningCommand> {
    return this.#commands.start([program, 'exec', '-i', this.#container, ...argv], this.closing)
  }

  #lost(why: string): MigrateError {
    return new MigrateError('CONTAINER_LOST', {
      message: `The connection to the container “${this.#container}” on ${this.#commands.label} was lost: ${firstLine(why)}.`,
      subject: this.#container,
      scope: 'run',
      retryable: true,
    })
  }

  #unreachable(error: unknown): MigrateError {
    if (error instanceof MigrateError && error.code !== 'CONTAINER_LOST') return error
    const said = error instanceof Error ? error.message : String(error)
    return new MigrateError('CONTAINER_UNREACHABLE', {
      message: `The container “${this.#container}” on ${this.#commands.label} cannot be used: ${reasonOf(said)}.`,
      subject: this.#container,
      scope: 'run',
      retryable: true,
      cause: error,
    })
  }
}

async function isNotFound(running: RunningCommand): Promise<boolean> {
  const end = await running.ended.catch(() => null)
  return end?.code === notFound && !/executable file not found|OCI runtime/i.test(end.stderr)
}

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 300).replace(/\.$/, '')

function reasonOf(said: string): string {
  if (/no such container/i.test(said)) return 'there is none of that name'
  if (/is not running|is paused|is restarting/i.test(said)) return 'it does not run'
  if (/executable file not found|no such file or directory.*sh/i.test(said)) return 'it has no shell'
  if (/permission denied/i.test(said)) return 'the account may not use Docker'
  if (/cannot connect to the docker daemon/i.test(said)) return 'Docker does not run there'
  return firstLine(said.replace(/^.* was lost: /, ''))
}
