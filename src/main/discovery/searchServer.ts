import { containerPrograms, runtimeLabels } from '../../shared/container.ts'
import { MigrateError } from '../engine/errors.ts'
import type { CommandResult, CommandRunner } from '../engine/commands.ts'
import type { Boundary } from './boundary.ts'
import { discoverCompose } from './compose.ts'
import type { Discovered, Note } from './discovered.ts'
import { discoverInspected, volumesOf, type Engine } from './dockerInspect.ts'
import { parseContainers, parseIds, parseVolumes, type InspectedVolume } from './dockerReply.ts'
import type { ReadFile } from './neighbours.ts'
import { findComposeFiles, serverFile, serverNeighbours } from './serverFiles.ts'

/** What came of asking Docker, or Podman where Docker is not installed. */
type ContainerAccess = 'searched' | 'not installed' | 'not allowed' | 'not running' | 'failed'

export interface ServerSearch {
  containers: ContainerAccess
  /** Each Readur that was found, the likeliest first; empty when there is none. */
  found: Discovered[]
  notes: Note[]
}

const mostContainers = 300
const mostVolumes = 1_000
const atOnce = 50
const filesTimeMs = 30_000

/**
 * Looks for Readur on a server: among the containers of Docker, else of Podman, where the account may use them, else in
 * Compose files at the usual places. Only reads, and never asks for more rights (sudo).
 */
export async function searchServer(run: CommandRunner, signal: AbortSignal, boundary: Boundary): Promise<ServerSearch> {
  const { engine, access, found } = await searchEngines(run, signal)
  const about = noteOn(engine, access)
  const notes = about ? [about] : []
  if (found.length > 0) return { containers: access, found, notes }
  const files = await searchFiles(run, signal, boundary)
  return { containers: access, found: files.found, notes: [...notes, ...files.notes] }
}

function noteOn(engine: Engine, access: ContainerAccess): Note | null {
  const label = runtimeLabels[engine]
  switch (access) {
    case 'searched':
      return null
    case 'not installed':
      return { message: 'Neither Docker nor Podman is installed on the server.', remedy: null }
    case 'not allowed':
      return {
        message: `This account isn’t allowed to use ${label}, so the containers weren’t checked.`,
        remedy:
          'Log in with an account that is (for Docker, a member of the group docker), or continue with what the Compose files say. sudo is never used.',
      }
    case 'not running':
      return { message: `${label} isn’t running on the server.`, remedy: 'Start it, then search again.' }
    case 'failed':
      return {
        message: `${label} gave no readable answer, so the containers weren’t checked.`,
        remedy: `Run \`${engine} ps\` on the server to see why.`,
      }
  }
}

/** Each Readur among the containers; none where the account may not ask, or there is no answer. */
export const searchContainers = async (run: CommandRunner, signal: AbortSignal): Promise<Discovered[]> =>
  (await searchEngines(run, signal)).found

interface EngineSearch {
  engine: Engine
  access: ContainerAccess
  found: Discovered[]
}

/** Podman is asked where Docker has no Readur: under the name of Docker it may be the same program. */
async function searchEngines(run: CommandRunner, signal: AbortSignal): Promise<EngineSearch> {
  const docker = await searchEngine('docker', run, signal)
  if (docker.found.length > 0) return docker
  const podman = await searchEngine('podman', run, signal)
  return podman.found.length > 0 || docker.access === 'not installed' ? podman : docker
}

async function searchEngine(engine: Engine, run: CommandRunner, signal: AbortSignal): Promise<EngineSearch> {
  const listing = await list(engine, run, signal)
  if (typeof listing === 'string') return { engine, access: listing, found: [] }
  try {
    return { engine, access: 'searched', found: await inspect(engine, run, listing, signal) }
  } catch (error) {
    if (error instanceof MigrateError && error.code === 'DISCOVERY_UNREADABLE') {
      return { engine, access: 'failed', found: [] }
    }
    throw error
  }
}

interface Listing {
  program: readonly string[]
  output: string
}

/** All containers, stopped ones too: Readur may have been stopped for the migration. */
async function list(
  engine: Engine,
  run: CommandRunner,
  signal: AbortSignal,
): Promise<Listing | Exclude<ContainerAccess, 'searched'>> {
  for (const program of containerPrograms[engine]) {
    // As JSON, Docker writes an object a line, and Podman one list.
    const result = await run([...program, 'ps', '--all', '--no-trunc', '--format', '{{.ID}}'], signal)
    if (result.code === 0) return { program, output: result.stdout }
    if (!isAbsent(result)) return refusal(result)
  }
  return 'not installed'
}

export const isAbsent = ({ code, stderr }: CommandResult): boolean =>
  code === 127 || (code === 126 && /permission denied/i.test(stderr)) || /command not found/i.test(stderr)

function refusal({ stderr }: CommandResult): 'not allowed' | 'not running' | 'failed' {
  if (/cannot connect to (the docker daemon|podman)/i.test(stderr)) return 'not running'
  return /permission denied|not permitted/i.test(stderr) ? 'not allowed' : 'failed'
}

async function inspect(
  engine: Engine,
  run: CommandRunner,
  { program, output }: Listing,
  signal: AbortSignal,
): Promise<Discovered[]> {
  const ids = parseIds(output)
  // One that was removed meanwhile makes the exit code 1; the others are in the reply all the same.
  const containers = await inChunks(ids.slice(0, mostContainers), async (some) =>
    parseContainers((await run([...program, 'inspect', '--type', 'container', ...some], signal)).stdout),
  )
  // A reply may name more than was asked for.
  const wanted = containers.slice(0, mostContainers)
  const volumes = await inChunks(volumesOf(wanted).filter(isVolumeName).slice(0, mostVolumes), async (some) =>
    volumesOrNone((await run([...program, 'volume', 'inspect', ...some], signal)).stdout),
  )
  return discoverInspected(wanted, volumes, engine)
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
  message: `No Compose file with Readur was found in the usual folders (home, /opt, /srv …)${unread > 0 ? `; ${unread} couldn’t be read` : ''}.`,
  remedy: 'Import Readur’s docker-compose.yml or .env, or enter the settings yourself.',
})
