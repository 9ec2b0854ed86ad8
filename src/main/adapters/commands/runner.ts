import { randomUUID } from 'node:crypto'
import { MigrateError } from '../../engine/errors.ts'
import { largestOutput, type CommandRunner, type Commands } from '../../engine/commands.ts'

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
  const { code, stdout, stderr } = await commandRunner(commands)(['echo', word], signal)
  if (code === 0 && stdout.trim() === word) return
  const said = (stderr.trim() || stdout.trim()).split('\n')[0] ?? ''
  throw new MigrateError('COMMANDS_REFUSED', {
    message: `The account on ${commands.label} runs no programs${said === '' ? '' : `: ${said.slice(0, 200)}`}.`,
    subject: commands.label,
    scope: 'run',
  })
}

const tooMuch = (program: string, label: string): MigrateError =>
  new MigrateError('COMMANDS_REFUSED', {
    message: `“${program}” on ${label} said more than ${largestOutput} bytes, and was ended.`,
    subject: label,
    scope: 'run',
  })
