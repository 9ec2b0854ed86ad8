import type { ClientChannel } from 'ssh2'
import { MigrateError } from '../../engine/errors.ts'
import type { Commands, RunningCommand } from '../../engine/commands.ts'
import type { SshLink } from '../ssh/link.ts'
import { OutputTail } from './outputTail.ts'
import { startLine } from './shellLine.ts'

/**
 * Programs of a server that an SSH login may run. Arguments and variables reach a POSIX shell over its input, as one
 * line: the account's own shell reads none of them, and no list of processes shows the variables.
 */
export class SshCommands implements Commands {
  readonly label: string
  readonly #link: SshLink

  constructor(link: SshLink, server: string) {
    this.label = server
    this.#link = link
  }

  async start(
    argv: readonly string[],
    signal: AbortSignal,
    env: Readonly<Record<string, string>> = {},
  ): Promise<RunningCommand> {
    const line = startLine(argv, env)
    const connection = await this.#link.get(signal)
    const channel = await connection.shell(signal)
    const running = follow(channel, signal, connection.lost)
    channel.write(`${line}\n`)
    return running
  }
}

function follow(channel: ClientChannel, signal: AbortSignal, lost: AbortSignal): RunningCommand {
  const words = new OutputTail(channel.stderr)
  const killed = new AbortController()
  const kill = (): void => {
    // sshd heeds no signal for root, nor before OpenSSH 7.9: there the end of its streams ends what reads or writes.
    channel.signal('KILL')
    channel.close()
    killed.abort()
  }
  channel.on('error', () => undefined)
  signal.addEventListener('abort', kill, { once: true })
  const ended = new Promise<{ code: number; stderr: string }>((resolve, reject) => {
    let code: number | null = null
    killed.signal.addEventListener('abort', () => resolve({ code: 128, stderr: words.toString() }))
    channel.once('exit', (exit: unknown) => (code = typeof exit === 'number' ? exit : 128))
    channel.once('close', () => {
      if (code !== null) resolve({ code, stderr: words.toString() })
      else reject(lost.aborted && lost.reason instanceof Error ? lost.reason : endedUnheard())
    })
  }).finally(() => signal.removeEventListener('abort', kill))
  ended.catch(() => undefined)
  if (signal.aborted) kill()
  return { stdin: channel, stdout: channel, ended, kill }
}

const endedUnheard = (): MigrateError =>
  new MigrateError('SSH_LOST', {
    message: 'A program of the server ended without saying how.',
    retryable: true,
  })
