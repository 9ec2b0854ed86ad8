import { constants, type BigIntStats, type Stats } from 'node:fs'
import { lstat, mkdir, open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import { codeOf, meansAbsent, refusal } from './fileErrors.ts'

/** A name in the uploads folder, with all links on the way to it resolved. */
export interface Spot {
  /** As it was asked for. */
  path: string
  /** The folder that it really lies in. */
  folder: string
  full: string
  /** What lies there; a link is itself, not what it leads to. */
  there: BigIntStats | null
}

/** What file systems answer that have no owners or modes to set. */
const unownable = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'])
/** Windows opens no folders; some network drives sync none; a folder may be writable and not readable. */
const unsyncable = new Set([...unownable, 'EISDIR', 'EBADF'])

export function isBelow(path: string, root: string): boolean {
  const rest = relative(root, path)
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`)
}

/** The spot with the folders above it, made where they are missing. `root` is a real path. */
export async function spotToFill(root: string, path: string): Promise<Spot> {
  const { names, last } = namesOf(path)
  const folder = await madeFolder(root, names, path)
  const full = join(folder, last)
  return { path, folder, full, there: await lookAt(full) }
}

/** The spot as it is; null when nothing can lie there, since there is no folder for it. */
export async function spotOf(root: string, path: string): Promise<Spot | null> {
  const { names, last } = namesOf(path)
  try {
    let folder = root
    for (const name of names) folder = await enter(root, join(folder, name), path)
    const full = join(folder, last)
    return { path, folder, full, there: await lookAt(full) }
  } catch (error) {
    if (meansAbsent(error)) return null
    throw error
  }
}

/** The folder with these names below the root, made where it is missing; `path` is what it is for. */
export async function madeFolder(root: string, names: readonly string[], path: string): Promise<string> {
  let folder = root
  for (const name of names) {
    const next = join(folder, name)
    if (!(await lookAt(next))) await make(next, folder)
    try {
      folder = await enter(root, next, path)
    } catch (error) {
      if (!meansAbsent(error)) throw error
      // A file, or a link to nowhere.
      throw new MigrateError('FILE_TAKEN', {
        message: `Something that is no folder lies where the folder of “${path}” has to be.`,
        subject: path,
      })
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

export const isSameFile = (one: BigIntStats | null, other: BigIntStats | null): boolean =>
  one !== null && other !== null && one.dev === other.dev && one.ino === other.ino

/** Makes names in a folder durable, as far as the platform can. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | null = null
  try {
    handle = await open(folder, constants.O_RDONLY)
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

/** Writing climbs nowhere: past a link, `..` leads elsewhere than its letters say. */
function namesOf(path: string): { names: string[]; last: string } {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const climbs = names.some((name) => name === '..' || name.includes(sep))
  const last = names.pop()
  if (last !== undefined && !climbs) return { names, last }
  throw refusal(path, { kind: 'outside', reason: 'is no path of a file in the uploads folder' })
}

/** Where a folder really is. ENOTDIR when it is none. */
async function enter(root: string, wanted: string, path: string): Promise<string> {
  const real = await realpath(wanted)
  if (real !== root && !isBelow(real, root)) {
    throw refusal(path, { kind: 'outside', reason: 'passes a link that leaves the uploads folder' })
  }
  if ((await stat(real)).isDirectory()) return real
  throw Object.assign(new Error(`“${wanted}” is no folder.`), { code: 'ENOTDIR' })
}

/** A folder like the one that it lies in. */
async function make(folder: string, parent: string): Promise<void> {
  const like = await stat(parent)
  const mode = like.mode & 0o7777
  try {
    await mkdir(folder, mode)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    throw error
  }
  // Windows opens no folders, and has neither owner nor mode for them.
  if (process.getuid) {
    const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
    try {
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
