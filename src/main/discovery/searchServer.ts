import { containerPrograms } from '../../shared/container.ts'
import { MigrateError } from '../engine/errors.ts'
import type { CommandResult, CommandRunner } from '../engine/commands.ts'
import type { Boundary } from './boundary.ts'
import { discoverCompose } from './compose.ts'
import type { Discovered, Note } from './discovered.ts'
import { discoverInspected, volumesOf } from './dockerInspect.ts'
import { parseContainers, parseList, parseVolumes, type InspectedVolume } from './dockerReply.ts'
import type { ReadFile } from './neighbours.ts'
import { findComposeFiles, serverFile, serverNeighbours } from './serverFiles.ts'

/** What came of asking Docker. */
export type DockerAccess = 'searched' | 'not installed' | 'not allowed' | 'not running' | 'failed'

export interface ServerSearch {
  docker: DockerAccess
  /** Each Readur that was found, the likeliest first; empty when there is none. */
  found: Discovered[]
  notes: Note[]
}

const mostContainers = 300
const mostVolumes = 1_000
const atOnce = 50
const filesTimeMs = 30_000

/**
 * Looks for Readur on a server: among Docker's containers where the account may use Docker, else in Compose files at the
 * usual places. Only reads, and never asks for more rights (sudo).
 */
export async function searchServer(run: CommandRunner, signal: AbortSignal, boundary: Boundary): Promise<ServerSearch> {
  const { docker, found } = await searchDocker(run, signal)
  const about = notesOn[docker]
  const notes = about ? [about] : []
  if (found.length > 0) return { docker, found, notes }
  const files = await searchFiles(run, signal, boundary)
  return { docker, found: files.found, notes: [...notes, ...files.notes] }
}

const notesOn: Record<DockerAccess, Note | null> = {
  searched: null,
  'not installed': { message: 'There is no Docker on the server.', remedy: null },
  'not allowed': {
    message: 'The account may not use Docker, so the running containers were not looked at.',
    remedy:
      'Log in as an account that may (a member of the group docker), or go on with what the Compose files say. sudo is never used.',
  },
  'not running': { message: 'Docker does not run on the server.', remedy: 'Start it, then search again.' },
  failed: {
    message: 'Docker gave no answer that can be read, so the running containers were not looked at.',
    remedy: 'Try `docker ps` on the server yourself.',
  },
}

/** Each Readur among Docker's containers; none where the account may not ask, or Docker gives no answer. */
export const searchContainers = async (run: CommandRunner, signal: AbortSignal): Promise<Discovered[]> =>
  (await searchDocker(run, signal)).found

interface DockerSearch {
  docker: DockerAccess
  found: Discovered[]
}

async function searchDocker(run: CommandRunner, signal: AbortSignal): Promise<DockerSearch> {
  const listing = await list(run, signal)
  if (typeof listing === 'string') return { docker: listing, found: [] }
  try {
    return { docker: 'searched', found: await inspect(run, listing, signal) }
  } catch (error) {
    if (error instanceof MigrateError && error.code === 'DISCOVERY_UNREADABLE') return { docker: 'failed', found: [] }
    throw error
  }
}

interface Listing {
  program: readonly string[]
  output: string
}

/** All containers, stopped ones too: Readur may have been stopped for the migration. */
async function list(run: CommandRunner, signal: AbortSignal): Promise<Listing | Exclude<DockerAccess, 'searched'>> {
  for (const program of containerPrograms.docker) {
    // Docker before 23 does not know `--format json`.
    const result = await run([...program, 'ps', '--all', '--no-trunc', '--format', '{{json .}}'], signal)
    if (result.code === 0) return { program, output: result.stdout }
    if (!isAbsent(result)) return refusal(result)
  }
  return 'not installed'
}

const isAbsent = ({ code, stderr }: CommandResult): boolean =>
  code === 127 || (code === 126 && /permission denied/i.test(stderr)) || /command not found/i.test(stderr)

function refusal({ stderr }: CommandResult): 'not allowed' | 'not running' | 'failed' {
  if (/cannot connect to the docker daemon/i.test(stderr)) return 'not running'
  return /permission denied|not permitted/i.test(stderr) ? 'not allowed' : 'failed'
}

async function inspect(run: CommandRunner, { program, output }: Listing, signal: AbortSignal): Promise<Discovered[]> {
  const ids = parseList(output).map((it) => it.ID)
  // One that was removed meanwhile makes the exit code 1; the others are in the reply all the same.
  const containers = await inChunks(ids.slice(0, mostContainers), async (some) =>
    parseContainers((await run([...program, 'inspect', '--type', 'container', ...some], signal)).stdout),
  )
  // A reply may name more than was asked for.
  const wanted = containers.slice(0, mostContainers)
  const volumes = await inChunks(volumesOf(wanted).filter(isVolumeName).slice(0, mostVolumes), async (some) =>
    volumesOrNone((await run([...program, 'volume', 'inspect', ...some], signal)).stdout),
  )
  return discoverInspected(wanted, volumes)
}

/** As Docker allows them; anything else might be an option to it. */
const isVolumeName = (name: string): boolean => /^[a-zA-Z0-9][\w.-]{0,254}$/.test(name)

/** What containers say of their volumes is nearly as good. */
function volumesOrNone(json: string): InspectedVolume[] {
  try {
    return parseVolumes(json)
  } catch {
    return []
  }
}

async function inChunks<T>(names: readonly string[], ask: (some: string[]) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (let start = 0; start < names.length; start += atOnce)
    all.push(...(await ask(names.slice(start, start + atOnce))))
  return all
}

async function searchFiles(
  run: CommandRunner,
  signal: AbortSignal,
  boundary: Boundary,
): Promise<Pick<ServerSearch, 'found' | 'notes'>> {
  const limit = AbortSignal.timeout(filesTimeMs)
  const both = AbortSignal.any([signal, limit])
  const found: Discovered[] = []
  let unread = 0
  try {
    const read = serverFile(run, both)
    for (const path of await findComposeFiles(run, both)) {
      const text = await read(path)
      const some = text === null ? null : await discoverOrNull(text, path, serverNeighbours(run, path, boundary, both))
      if (some === null) unread++
      else found.push(...some)
    }
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error
    const notes = [{ message: 'The search for Compose files took too long and was ended.', remedy: null }]
    return { found, notes }
  }
  return { found, notes: found.length > 0 ? [] : [nothingFound(unread)] }
}

/** Empty when the file is of something else, null when it is no Compose file. */
async function discoverOrNull(text: string, path: string, read: ReadFile): Promise<Discovered[] | null> {
  try {
    return await discoverCompose(text, read, { path })
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error
    if (error.code === 'READUR_NOT_FOUND') return []
    if (error.code === 'DISCOVERY_UNREADABLE') return null
    throw error
  }
}

const nothingFound = (unread: number): Note => ({
  message: `No Compose file with a Readur was found at the usual places${unread > 0 ? `; ${unread} could not be read` : ''}.`,
  remedy: 'Import the docker-compose.yml or the .env of Readur, or type the settings.',
})
