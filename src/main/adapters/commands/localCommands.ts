import { spawn } from 'node:child_process'
import { codeOf } from '../uploads/fileErrors.ts'
import { programEnvironment } from '../environment.ts'
import { MigrateError } from '../../engine/errors.ts'
import type { Commands, RunningCommand } from '../../engine/commands.ts'
import { OutputTail } from './outputTail.ts'

/** What a shell says of a program that does not exist, and of one that may not be run. */
const notFound = 127
const notAllowed = 126

/** Programs of this computer. They get of our environment what is no secret, and what is meant for them. */
export const localCommands: Commands = {
  label: 'this computer',
  // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection, as with a server
  async start(argv, signal, env = {}) {
    const [program = '', ...args] = argv
    signal.throwIfAborted()
    return running(program, args, signal, env)
  },
}

function running(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  env: Readonly<Record<string, string>>,
): RunningCommand {
  const child = spawn(program, args, { env: programEnvironment(env), stdio: 'pipe', windowsHide: true })
  const words = new OutputTail(child.stderr)
  const kill = (): void => void child.kill('SIGKILL')
  signal.addEventListener('abort', kill, { once: true })
  // What is written to a program that has ended; its exit code says enough.
  child.stdin.on('error', () => undefined)
  const ended = new Promise<{ code: number; stderr: string }>((resolve, reject) => {
    child.once('error', (error) => {
      const code = codeOf(error)
      if (code === 'ENOENT') resolve({ code: notFound, stderr: `${program}: not found` })
      else if (code === 'EACCES') resolve({ code: notAllowed, stderr: `${program}: permission denied` })
      else reject(refused(program, error))
    })
    // 128 and more: ended by a signal, as a shell would put it.
    child.once('close', (code) => resolve({ code: code ?? 128, stderr: words.toString() }))
  }).finally(() => signal.removeEventListener('abort', kill))
  ended.catch(() => undefined)
  return { stdin: child.stdin, stdout: child.stdout, ended, kill }
}

const refused = (program: string, cause: Error): MigrateError =>
  new MigrateError('COMMANDS_REFUSED', {
    message: `“${program}” could not be started on this computer: ${cause.message}.`,
    subject: program,
    cause,
  })
