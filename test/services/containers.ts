import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commands, RunningCommand } from '../../src/main/engine/commands.ts'

export interface ContainerOptions {
  /** Where the programs of the container lie; null: where those of the computer do. */
  pathInside?: string | null
  /** Put before each program of the container. */
  around?: readonly string[]
  /** Pods of the deployment. */
  pods?: readonly string[]
  /** Bytes of each output of kubectl that are lost. */
  cut?: number
}

/** Stand-ins for docker, podman and kubectl, with one container “readur” that sees what its computer sees. */
export async function installRuntimes(options: ContainerOptions = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'readur-runtimes-'))
  const calls = join(dir, 'calls')
  await chmod(dir, 0o755)
  const settings = { pathInside: null, around: [], pods: ['readur-0'], cut: 0, ...options, calls }
  // JSON with other signs, as Perl has it.
  const literal = JSON.stringify(settings).replaceAll('":', '"=>').replaceAll('null', 'undef').replace(/[$@]/g, '\\$&')
  await writeFile(join(dir, 'settings.pl'), literal)
  await writeFile(calls, '', { mode: 0o666 })
  for (const name of ['docker', 'podman', 'kubectl']) {
    await copyFile(join(import.meta.dirname, '../fixtures/containerProgram.pl'), join(dir, name))
    await chmod(join(dir, name), 0o755)
  }
  return {
    dir,
    /** What was asked of them, word for word. */
    calls: async () =>
      (await readFile(calls, 'utf8'))
        .split('\0\n')
        .slice(0, -1)
        .map((line) => line.split('\0')),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}

/** A computer that finds programs in `dir` first; and all programs that were started on it. */
export function findingIn(dir: string, commands: Commands): Commands & { running: RunningCommand[] } {
  const running: RunningCommand[] = []
  return {
    running,
    label: commands.label,
    start: async (argv, signal, env) => {
      const one = await commands.start(['env', `PATH=${dir}:/usr/local/bin:/usr/bin:/bin`, ...argv], signal, env)
      running.push(one)
      return one
    },
  }
}
