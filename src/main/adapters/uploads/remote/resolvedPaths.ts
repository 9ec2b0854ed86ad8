import { posix } from 'node:path'
import { namesOf, noFolder, passesLink, refusal } from '../fileErrors.ts'
import { refused, status, type FileChannel, type Place, type RemoteStats } from './channel.ts'
import { lookAt, walk } from './paths.ts'
import type { Visit } from './visit.ts'

/** A name in the uploads folder, with all links on the way to it resolved. */
export interface ResolvedPath {
  /** As it was asked for. */
  path: string
  /** The folder that it really lies in. */
  place: Place
  name: string
  /** For calls of this visit. */
  full: string
  /** What lies there; a link is itself, not what it leads to. */
  there: RemoteStats | null
}

/** The path with the folders above it, made where they are missing. */
export async function pathToFill(visit: Visit, path: string): Promise<ResolvedPath> {
  const { names, last } = namesOf(path, (name) => name.includes('\0'))
  return lookedUp(visit, await madeFolder(visit, names, path), last, path)
}

/** The path unchanged; null if it cannot exist. */
export async function resolvedPath(visit: Visit, path: string): Promise<ResolvedPath | null> {
  const { names, last } = namesOf(path, (name) => name.includes('\0'))
  const place = await realFolder(visit, names, path)
  if (place === null) return null
  try {
    return await lookedUp(visit, place, last, path)
  } catch (error) {
    // A name longer than any file system takes.
    if (refused(error, status.badMessage)) return null
    throw error
  }
}

async function lookedUp({ channel }: Visit, place: Place, name: string, path: string): Promise<ResolvedPath> {
  const full = place.at(name)
  return { path, place, name, full, there: await lookAt(channel, full) }
}

/** The folder with these names below the root, made where it is missing; `path` is what it is for. */
export async function madeFolder(visit: Visit, names: readonly string[], path: string): Promise<Place> {
  // Mostly all of it is there: one round trip.
  const whole = await realFolder(visit, names, path)
  if (whole !== null) return whole
  let folder = await visit.enter(visit.root)
  for (const [at, name] of names.entries()) {
    if (!(await lookAt(visit.channel, folder.at(name)))) await make(visit, folder, name, path)
    const entered = await realFolder(visit, names.slice(0, at + 1), path)
    if (entered === null) {
      // A file, or a link to nowhere.
      throw noFolder(path)
    }
    folder = entered
  }
  return folder
}

/** Where a folder really is; null when there is none. Throws PATH_OUTSIDE, even where the way comes back inside. */
async function realFolder(visit: Visit, names: readonly string[], path: string): Promise<Place | null> {
  const literal = posix.join(visit.root, ...names)
  const before = await visit.enterAgain(literal)
  if (before) return before
  if (names.length === 0) return visit.enter(visit.root)
  const walked = await walk(visit.channel, visit.root, names.join('/'))
  const real = 'real' in walked ? walked.real : null
  // Past a link, each folder on the way has to lie inside as well.
  if (real !== literal) await realFolder(visit, names.slice(0, -1), path)
  if ('real' in walked) return walked.stats.isDirectory() ? await visit.enter(walked.real) : null
  if (walked.facts.kind === 'absent') return null
  if (walked.facts.kind !== 'outside') throw refusal(path, walked.facts)
  throw passesLink(path)
}

/** Makes names in a folder durable, as far as the server can: it syncs what it can open. */
export async function syncFolder(channel: FileChannel, place: Place): Promise<void> {
  try {
    const handle = await channel.open(place.self, 'r')
    try {
      await channel.fsync(handle)
    } finally {
      await channel.close(handle)
    }
  } catch (error) {
    if (!refused(error)) throw error
  }
}

/** Gives the owner and group of `like` where we may, and then the mode, whatever the umask. */
export async function makeLike(channel: FileChannel, handle: Buffer, like: RemoteStats, mode: number): Promise<void> {
  const own = await channel.fstat(handle)
  const { uid, gid } = like
  if (own.uid !== uid || own.gid !== gid) await whereAllowed(channel.setAttributes(handle, { uid, gid }))
  await whereAllowed(channel.setAttributes(handle, { mode }))
}

async function whereAllowed(call: Promise<void>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!refused(error)) throw error
  }
}

/** A folder like the one that it lies in. */
async function make(visit: Visit, parent: Place, name: string, path: string): Promise<void> {
  const { channel } = visit
  const like = await channel.lstat(parent.self)
  const mode = like.mode & 0o7777
  await visit.confirm(parent, path)
  try {
    await channel.makeFolder(parent.at(name), mode)
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (refused(error, status.failure) && (await lookAt(channel, parent.at(name)))) return
    throw error
  }
  await visit.confirm(parent, path)
  const made = await visit.enter(posix.join(parent.real, name))
  await setFolderLike(channel, made, like, mode)
  await syncFolder(channel, parent)
}

async function setFolderLike(channel: FileChannel, folder: Place, like: RemoteStats, mode: number): Promise<void> {
  try {
    const handle = await channel.open(folder.self, 'r')
    await makeLike(channel, handle, like, mode).finally(() => channel.close(handle))
  } catch (error) {
    // A server that opens no folders.
    if (!refused(error)) throw error
  }
}
