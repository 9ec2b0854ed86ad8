import type { ClientChannel } from 'ssh2'
import { MigrateError } from '../../engine/errors.ts'
import type { Commands, RunningCommand } from '../../engine/commands.ts'
import type { SshLink } from '../ssh/link.ts'
import { LastWords } from './lastWords.ts'
import { quoted } from '../../../shared/shellWord.ts'

/**
 * Programs of a server that an SSH login may run. sshd hands the line to the account's own shell, so each argument is
 * quoted for it; `env` goes ahead of the line over standard input, since arguments can be read by every account there.
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
    const connection = await this.#link.get(signal)
    const names = Object.keys(env)
    const line = argv.map(quoted).join(' ')
    const channel = await connection.exec(names.length === 0 ? line : withEnvironment(names, line), signal)
    const running = follow(channel, signal, connection.lost)
    for (const name of names) channel.write(`${oneLine(name, env[name] ?? '')}\n`)
    return running
  }
}

/** Reads one line a name, then becomes the program: what comes after is its own input. */
function withEnvironment(names: readonly string[], line: string): string {
  const script = [...names.map((name) => `IFS= read -r ${name}; export ${name}`), `exec ${line}`].join('; ')
  return `sh -c ${quoted(script)}`
}

function oneLine(name: string, value: string): string {
  if (/^[A-Za-z_]\w*$/.test(name) && !/[\r\n\0]/.test(value)) return value
  throw new MigrateError('SETTING_INVALID', {
    message: `${name} cannot be handed to a program of the server: it has a line break in it.`,
    subject: name,
    scope: 'run',
  })
}

function follow(channel: ClientChannel, signal: AbortSignal, lost: AbortSignal): RunningCommand {
  const words = new LastWords(channel.stderr)
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
    scope: 'run',
    retryable: true,
  })
