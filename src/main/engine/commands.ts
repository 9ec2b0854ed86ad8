import { randomUUID } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { asMigrateError, MigrateError } from './errors.ts'

export interface CommandResult {
  /** Exit code; 127 when there is no such program. */
  code: number
  stdout: string
  stderr: string
}

/** A program that runs. */
export interface RunningCommand {
  readonly stdin: Writable
  readonly stdout: Readable
  /** Resolves when it has ended and all that it said has come. `stderr` is its last words, a few KiB at most. */
  readonly ended: Promise<{ code: number; stderr: string }>
  /** Ends it, and every wait for it; no error when it has ended. What a server does not end reads and writes no more. */
  kill(): void
}

/** Programs of one computer: this one, or a server. Run as the account that is logged in. */
export interface Commands {
  /** For people: `this computer`, or the server's name. */
  readonly label: string
  /**
   * Starts a program, never through a shell that would read the arguments: each stands for itself. `env` is added to
   * its environment and seen by nobody else. Throws COMMANDS_REFUSED, SSH_*. A program that does not exist ends with
   * code 127. `signal` ends it.
   */
  start(argv: readonly string[], signal: AbortSignal, env?: Readonly<Record<string, string>>): Promise<RunningCommand>
}

/**
 * Runs a program to its end and hands back whatever came of it. Throws when it could not be run, when `signal` fires,
 * and when it says more than `largestOutput`.
 */
export type CommandRunner = (argv: readonly string[], signal: AbortSignal) => Promise<CommandResult>

/** Bytes that a runner takes of a program's output at most; of its errors it keeps a few KiB. */
const largestOutput = 16 * 1024 ** 2

/** Runs programs to their ends, without any input. */
export function commandRunner(commands: Commands): CommandRunner {
  return async (argv, signal) => {
    const running = await commands.start(argv, signal)
    running.stdin.end()
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > largestOutput) {
        running.kill()
        throw tooMuch(argv[0] ?? '', commands.label)
      }
      chunks.push(chunk)
    }
    const { code, stderr } = await running.ended
    signal.throwIfAborted()
    return { code, stdout: Buffer.concat(chunks).toString('utf8'), stderr }
  }
}

/**
 * Throws COMMANDS_REFUSED unless programs run and are heard. An account without a shell, or with another program in
 * its place (ForceCommand internal-sftp), may seem to run them, and does not.
 */
export async function assertRuns(commands: Commands, signal: AbortSignal): Promise<void> {
  const word = randomUUID()
  const echo = (): Promise<CommandResult> => commandRunner(commands)(['echo', word], signal)
  // A program that twice ends without saying how is another one in its place; a lost connection is made again meanwhile.
  const { code, stdout, stderr } = await echo().catch((cause: unknown) => {
    if (asMigrateError(cause).code !== 'SSH_LOST') throw cause
    return echo().catch(unheard)
  })
  if (code === 0 && stdout.trim() === word) return
  const said = (stderr.trim() || stdout.trim()).split('\n')[0]?.replace(/\.$/, '') ?? ''
  throw new MigrateError('COMMANDS_REFUSED', {
    message: `The account on ${commands.label} runs no programs${said === '' ? '' : `: ${said.slice(0, 200)}`}.`,
    subject: commands.label,
  })
}

function unheard(cause: unknown): CommandResult {
  const { code, message } = asMigrateError(cause)
  if (code !== 'SSH_LOST') throw cause
  return { code: 128, stdout: '', stderr: message }
}

const tooMuch = (program: string, label: string): MigrateError =>
  new MigrateError('COMMANDS_REFUSED', {
    message: `“${program}” on ${label} said more than ${largestOutput} bytes, and was ended.`,
    subject: label,
  })
