import { dirname, isAbsolute } from 'node:path/posix'
import type { CommandRunner } from '../engine/commands.ts'
import type { Boundary } from './boundary.ts'
import { largestText } from './envText.ts'
import type { ReadFile } from './neighbours.ts'

/** Where people and the usual tools keep Compose files, besides the home folder. */
const places = [
  '/opt',
  '/srv',
  '/docker',
  '/data',
  '/home',
  '/root',
  '/mnt/user/appdata',
  '/mnt/docker',
  '/volume1/docker',
  '/DATA/AppData',
  '/share/Container',
  '/var/lib/casaos/apps',
  '/boot/config/plugins/compose.manager/projects',
]
const deepest = '4'
const mostFiles = 60
const noFiles = ['node_modules', '.git', '.cache', 'overlay2', '_data', 'site-packages']

/** Paths of Compose files at the usual places, as far as the account may look. */
export async function findComposeFiles(run: CommandRunner, signal: AbortSignal): Promise<string[]> {
  const home = (await run(['pwd'], signal)).stdout.trim()
  const from = [...new Set([...(isAbsolute(home) && home !== '/' ? [home] : []), ...places])]
  const argv = [
    'find',
    ...from,
    '-maxdepth',
    deepest,
    ...['(', ...anyName(noFiles), ')', '-prune', '-o'],
    ...['-type', 'f', '(', ...anyName(['docker-compose*.y*ml', 'compose*.y*ml']), ')'],
    ...['!', '-name', '*.override.*', '-size', '-300', '-print'],
  ]
  // Places that are not there, or closed to the account, make the exit code 1.
  const { stdout } = await run(argv, signal)
  const paths = stdout.split('\n').filter((it) => isAbsolute(it) && !/\p{Cc}/u.test(it))
  return [...new Set(paths)].slice(0, mostFiles)
}

const anyName = (names: readonly string[]): string[] =>
  names.flatMap((name, index) => (index === 0 ? ['-name', name] : ['-o', '-name', name]))

/** Reads regular files of the server, at most a megabyte of each; null for what is none, is empty or may not be read. */
export function serverFile(run: CommandRunner, signal: AbortSignal): ReadFile {
  return async (path) => {
    const text = await onFile(run, path, ['head', '-c', String(largestText + 1)], signal)
    return text === '' ? null : text
  }
}

/** The same for what the Compose file at `composeFile` names; links lead where they lead. */
export function serverNeighbours(
  run: CommandRunner,
  composeFile: string,
  boundary: Boundary,
  signal: AbortSignal,
): ReadFile {
  const read = serverFile(run, signal)
  const realOf = async (path: string): Promise<string> => lineOf(await onFile(run, path, ['readlink', '-f'], signal))
  let own: Promise<string> | null = null
  return async (path) => {
    const real = await realOf(path)
    if (real === '') return null
    own ??= realOf(composeFile)
    boundary.assertAdmits(dirname(await own), real, path)
    return read(real)
  }
}

/** What a program says of a regular file, by its path; nothing where there is none. */
async function onFile(
  run: CommandRunner,
  path: string,
  program: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) return ''
  // `find` tells a file from a pipe or device, at which `head` would wait.
  const argv = ['find', '-L', path, '-maxdepth', '0', '-type', 'f', '-exec', ...program, '{}', ';']
  return (await run(argv, signal)).stdout
}

const lineOf = (text: string): string => text.replace(/\n$/, '')
