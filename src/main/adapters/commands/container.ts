import {
  containerPrograms,
  execArguments,
  howContainersAreWritten,
  logArguments,
  parseContainer,
  runtimeLabels,
  type ContainerAddress,
  type ContainerRuntime,
} from '../../../shared/container.ts'
import { commandRunner, type Commands, type RunningCommand } from '../../engine/commands.ts'
import { MigrateError } from '../../engine/errors.ts'
import { startLine } from './shellLine.ts'
import { wholeOutput } from './wholeOutput.ts'

/** What a shell says of a program that may not be run, and of one that does not exist. */
const absent = new Set([126, 127])

/** A running container of Docker, Podman or Kubernetes, reached by the program of that runtime on one computer. */
export class Container {
  readonly #commands: Commands
  readonly #address: ContainerAddress
  /** As it was written. */
  readonly #name: string
  /** The program, and the address without anything that could lead elsewhere later. */
  #found: { program: readonly string[]; address: ContainerAddress } | null = null

  constructor(commands: Commands, text: string, address = parseContainer(text)) {
    if (address === null) {
      throw new MigrateError('SETTING_INVALID', {
        message: `“${text}” isn’t a container name. ${howContainersAreWritten}`,
        subject: text,
      })
    }
    this.#commands = commands
    this.#name = text
    this.#address = address
  }

  /** Programs in the container, without input. What they say counts only when it came to its end. */
  get commands(): Commands {
    return {
      label: `${this.#name} on ${this.#commands.label}`,
      start: async (argv, signal, env = {}) => {
        const line = startLine(argv, env)
        const shell = await this.shell(signal)
        return wholeOutput(shell, line, (why) => this.lost(why))
      },
    }
  }

  /** A shell in the container that carries out its input. Throws CONTAINER_UNREACHABLE where the runtime has no program. */
  async shell(signal: AbortSignal): Promise<RunningCommand> {
    const { program, address } = await this.#find(signal)
    return this.#commands.start([...program, ...execArguments(address, ['sh'])], signal)
  }

  /** The words that show the end of its log, for the computer of its runtime. */
  async logCommand(lines: number, signal: AbortSignal): Promise<string[]> {
    const { program, address } = await this.#find(signal)
    return [...program, ...logArguments(address, lines)]
  }

  /**
   * The same, once it is known which of several pods it is: kubectl chooses one at each call, and each may have files of
   * its own. `hostname`: what the container calls itself, which is its pod.
   */
  pinned(hostname: string): Container {
    const address = this.#found?.address ?? this.#address
    if (address.runtime !== 'kubernetes' || address.target.startsWith('pod/')) return this
    const pod = parseContainer(`kubernetes:pod/${hostname}`)
    if (pod?.runtime !== 'kubernetes') return this
    const one = new Container(this.#commands, this.#name, { ...address, target: pod.target })
    if (this.#found) one.#found = { ...this.#found, address: one.#address }
    return one
  }

  lost(why: string): MigrateError {
    return new MigrateError('CONTAINER_LOST', {
      message: `The connection to the container “${this.#name}” on ${this.#commands.label} was lost: ${firstLine(why)}.`,
      subject: this.#name,
      retryable: true,
    })
  }

  /** What it means that a program was not started, or ended at once; what stands in the way of all programs stays that. */
  unreachable(error: unknown): MigrateError {
    if (error instanceof MigrateError && error.code !== 'CONTAINER_LOST') return error
    const said = error instanceof Error ? error.message : String(error)
    return new MigrateError('CONTAINER_UNREACHABLE', {
      message: `The container “${this.#name}” on ${this.#commands.label} cannot be used: ${reasonOf(said, this.#address.runtime)}.`,
      subject: this.#name,
      retryable: true,
      cause: error,
    })
  }

  async #find(signal: AbortSignal): Promise<{ program: readonly string[]; address: ContainerAddress }> {
    if (this.#found) return this.#found
    const run = commandRunner(this.#commands)
    const { runtime } = this.#address
    const asks = runtime === 'kubernetes' ? ['version', '--client'] : ['--version']
    for (const program of containerPrograms[runtime]) {
      const { code } = await run([...program, ...asks], signal)
      if (absent.has(code)) continue
      this.#found = { program, address: await this.#settled(program, signal) }
      return this.#found
    }
    const [[program] = ['']] = containerPrograms[runtime]
    throw this.unreachable(new Error(`there is no program ${program}`))
  }

  /** Another cluster may become the current one at any time, in another window. */
  async #settled(program: readonly string[], signal: AbortSignal): Promise<ContainerAddress> {
    const address = this.#address
    if (address.runtime !== 'kubernetes' || address.context !== null) return address
    const { code, stdout } = await commandRunner(this.#commands)([...program, 'config', 'current-context'], signal)
    // In a pod of the cluster there is none.
    return code === 0 && stdout.trim() !== '' ? { ...address, context: stdout.trim() } : address
  }
}

/** The first line that says something: kubectl tells before it which of several containers it takes. */
const firstLine = (text: string): string =>
  (text.split('\n').find((line) => line.trim() !== '' && !line.startsWith('Defaulted container ')) ?? '')
    .slice(0, 300)
    .replace(/\.$/, '')

type Reason = readonly [said: RegExp, meaning: string]

const noShell: Reason = [/executable file .*not found/i, 'it has no shell']

const ofEngines = (runtime: 'docker' | 'podman'): readonly Reason[] => [
  [/no such container/i, 'there is none of that name'],
  [/is not running|on running containers|is paused|is restarting/i, 'it does not run'],
  noShell,
  [/permission denied/i, `the account may not use ${runtimeLabels[runtime]}`],
  [/cannot connect to (the docker daemon|podman)/i, `${runtimeLabels[runtime]} does not run there`],
]

/** What runtimes say, and what it means; the first that fits counts. */
const reasons: Record<ContainerRuntime, readonly Reason[]> = {
  docker: ofEngines('docker'),
  podman: ofEngines('podman'),
  kubernetes: [
    noShell,
    [/\bcontext "?.*"? does not exist|no context exists/i, 'the kubeconfig has no such context'],
    [/is not valid for pod|container not found/i, 'the pod has no container of that name'],
    [/\(NotFound\)|pod does not exist/i, 'there is none of that name'],
    [/completed pod|does not have a host assigned|ContainerCreating|timed out waiting/i, 'it does not run'],
    [/\(Forbidden\)/i, 'the account may not run programs in it (create on pods/exec)'],
    [/unauthorized|must be logged in/i, 'the cluster does not accept the login of the kubeconfig'],
    [/permission denied/i, 'the account may not read the kubeconfig'],
    [/connection to the server .* was refused|unable to connect to the server/i, 'the cluster cannot be reached'],
  ],
}

function reasonOf(said: string, runtime: ContainerRuntime): string {
  const known = reasons[runtime].find(([pattern]) => pattern.test(said))
  return known?.[1] ?? firstLine(said.replace(/^.* was lost: /, ''))
}
