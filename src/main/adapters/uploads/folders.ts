import { constants, type BigIntStats, type Stats } from 'node:fs'
import { lstat, mkdir, open, stat, type FileHandle } from 'node:fs/promises'
import { sep } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import { codeOf, meansAbsent, namesOf, noFolder, passesLink } from './fileErrors.ts'
import { LeavesFolder, type HeldFolder, type Visit } from './heldFolders.ts'

/** A name in the uploads folder, with all links on the way to it resolved. */
export interface ResolvedPath {
  /** As it was asked for. */
  path: string
  /** The folder that it really lies in. */
  folder: HeldFolder
  name: string
  /** Valid for as long as the folder is held. */
  full: string
  /** What lies there; a link is itself, not what it leads to. */
  there: BigIntStats | null
}

/** What file systems answer that have no owners or modes to set. */
const unownable = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])
/** Windows opens no folders; some network drives sync none; a folder may be writable and not readable. */
const unsyncable = new Set([...unownable, 'EISDIR', 'EBADF'])

/** The path with the folders above it, made where they are missing. */
export async function pathToFill(visit: Visit, path: string): Promise<ResolvedPath> {
  const { names, last } = namesOf(path, (name) => name.includes(sep))
  return lookedUp(await madeFolder(visit, names, path), last, path)
}

/** The path unchanged; null if it cannot exist because its folder does not. */
export async function resolvedPath(visit: Visit, path: string): Promise<ResolvedPath | null> {
  const { names, last } = namesOf(path, (name) => name.includes(sep))
  try {
    return await lookedUp(await enter(visit, names, path), last, path)
  } catch (error) {
    if (meansAbsent(error)) return null
    throw error
  }
}

async function lookedUp(folder: HeldFolder, name: string, path: string): Promise<ResolvedPath> {
  const full = folder.at(name)
  return { path, folder, name, full, there: await lookAt(full) }
}

/** The folder with these names below the root, made where it is missing; `path` is what it is for. */
export async function madeFolder(visit: Visit, names: readonly string[], path: string): Promise<HeldFolder> {
  try {
    return await enter(visit, names, path)
  } catch (error) {
    if (!meansAbsent(error)) throw error
  }
  let folder = await visit.root()
  for (const [at, name] of names.entries()) {
    if (!(await lookAt(folder.at(name)))) await make(folder, name, path)
    try {
      folder = await enter(visit, names.slice(0, at + 1), path)
    } catch (error) {
      if (!meansAbsent(error)) throw error
      // A file, or a link to nowhere.
      throw noFolder(path)
    }
  }
  return folder
}

/** What lies at exactly this name; null when nothing does. */
export async function lookAt(full: string): Promise<BigIntStats | null> {
  try {
    // Numbers of inodes may be larger than a double can tell apart.
    return await lstat(full, { bigint: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Makes names in a folder durable, as far as the platform can. */
export async function syncFolder(folder: HeldFolder): Promise<void> {
  let handle: FileHandle | null = null
  try {
    handle = await open(folder.self, constants.O_RDONLY)
    await handle.sync()
  } catch (error) {
    if (!unsyncable.has(codeOf(error))) throw error
  } finally {
    await handle?.close()
  }
}

/** Gives the owner and group of `like`, which only root may, and the mode whatever the umask. */
export async function makeLike(handle: FileHandle, like: Stats, mode: number): Promise<void> {
  if (process.getuid?.() === 0) await whereAllowed(handle.chown(like.uid, like.gid))
  await whereAllowed(handle.chmod(mode))
}

/**
 * Throws SOURCE_CHANGED when a folder is no longer where it was entered: before a step that names something in it, and
 * after it. Only where the system has no names that belong to a folder can such a step have gone elsewhere.
 */
export async function confirm(folder: HeldFolder, path: string): Promise<void> {
  if (await folder.isThere()) return
  throw new MigrateError('SOURCE_CHANGED', {
    message: `The folder of “${path}” was replaced or moved at this moment.`,
    subject: path,
  })
}

/** ENOTDIR when it is no folder. */
async function enter(visit: Visit, names: readonly string[], path: string): Promise<HeldFolder> {
  try {
    return await visit.enterStrictly(names)
  } catch (error) {
    if (!(error instanceof LeavesFolder)) throw error
    throw passesLink(path)
  }
}

/** A folder like the one that it lies in. */
async function make(parent: HeldFolder, name: string, path: string): Promise<void> {
  const like = await stat(parent.self)
  const mode = like.mode & 0o7777
  const full = parent.at(name)
  await confirm(parent, path)
  try {
    await mkdir(full, mode)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    throw error
  }
  // Windows opens no folders, and has neither owner nor mode for them.
  if (process.getuid) {
    const handle = await open(full, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    try {
      await confirm(parent, path)
      await makeLike(handle, like, mode)
    } finally {
      await handle.close()
    }
  }
  await syncFolder(parent)
}

async function whereAllowed(call: Promise<void>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!unownable.has(codeOf(error))) throw error
  }
}
