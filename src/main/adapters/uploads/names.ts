import { constants } from 'node:fs'
import { link, open, readdir, rename, unlink } from 'node:fs/promises'
import type { Permit } from '../../engine/ports.ts'
import { asWriteError, codeOf, kindOf, meansAbsent, refusal, replacedInMove, taken } from './fileErrors.ts'
import { confirm, lookAt, resolvedPath, pathToFill, syncFolder, type ResolvedPath } from './folders.ts'
import { isSameFile, type Visit } from './heldFolders.ts'

/**
 * What comes of file systems without hard links (FAT, exFAT, some network and FUSE drives; EISDIR is Windows' word for
 * it), of files of others (EPERM: Linux lets only the owner link), and of files with too many of them.
 */
const unlinkable = new Set(['EPERM', 'EMLINK', 'EXDEV', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EISDIR'])

/**
 * Gives the file at `old` the name `target`, never overwriting. `linked`: it has both names now, `renamed`: the new
 * one only. Throws FILE_TAKEN, unless it is this very file that lies there.
 */
export async function giveName(old: string, target: ResolvedPath): Promise<'linked' | 'renamed'> {
  await confirm(target.folder, target.path)
  try {
    await link(old, target.full)
    return 'linked'
  } catch (error) {
    // A network drive may have made the link, lost its answer, and tried again.
    if (isSameFile(await lookAt(target.full), await lookAt(old))) return 'linked'
    const code = codeOf(error)
    if (code === 'EEXIST') throw taken(target.path)
    if (!unlinkable.has(code)) throw error
  }
  await renameToReserved(old, target)
  return 'renamed'
}

/**
 * Without hard links there is no renaming in Node that would not overwrite. So the name is taken first, by an empty
 * file, and that is overwritten, provided that it still is ours and empty. A crash in between leaves the empty file:
 * better in the way of the next try than another's file lost.
 */
async function renameToReserved(old: string, target: ResolvedPath): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
  const reserved = await open(target.full, flags, 0o644).catch((error: unknown) => {
    throw codeOf(error) === 'EEXIST' ? taken(target.path) : error
  })
  // Open for as long as it is compared: some drives forget a file's number after that.
  const ours = await reserved.stat({ bigint: true })
  const isOurs = async (): Promise<boolean> => {
    const there = await lookAt(target.full)
    return isSameFile(there, ours) && there?.size === 0n
  }
  const untouched = await isOurs().finally(() => reserved.close())
  if (!untouched) throw taken(target.path)
  try {
    await rename(old, target.full)
  } catch (error) {
    if (await isOurs().catch(() => false)) await unlink(target.full).catch(() => undefined)
    throw error
  }
}

/** See UploadsFolder.move. */
export async function moveFile(visit: Visit, from: string, to: string, permit: Permit): Promise<void> {
  const old = await resolvedPath(visit, from)
  if (!old?.there) throw refusal(from, { kind: 'absent' })
  if (!old.there.isFile()) throw refusal(from, { kind: 'special', what: kindOf(old.there) })
  const target = await pathToFill(visit, to)
  if (target.there && !isSameFile(target.there, old.there)) throw taken(to)
  if (target.there && (await isOneName(old, target))) return

  await confirm(old.folder, from)
  permit.assertFresh()
  const how = target.there ? 'linked' : await giveName(old.full, target)
  await syncFolder(target.folder)
  // No undoing from here on: where an answer got lost, the new name may be the only one.
  try {
    if (how === 'linked') await dropOldName(old, target, permit)
    await syncFolder(old.folder)
  } catch (error) {
    throw asWriteError(error, from)
  }
}

/** See UploadsFolder.remove. */
export async function removeFile(visit: Visit, path: string, permit: Permit): Promise<void> {
  const target = await resolvedPath(visit, path)
  if (!target) return
  if (target.there && !target.there.isFile()) throw refusal(path, { kind: 'special', what: kindOf(target.there) })
  if (target.there) {
    await confirm(target.folder, path)
    permit.assertFresh()
    await unlinkIfThere(target.full)
  }
  // Even if it was gone: a crash may have come between its deletion and this.
  await syncFolder(target.folder)
}

/**
 * One entry of one folder, seen along two paths: upper and lower case, a folder that is linked or mounted twice. To
 * delete one would be to delete the other.
 */
async function isOneName(one: ResolvedPath, other: ResolvedPath): Promise<boolean> {
  if (one.there === null || one.there.nlink < 2n) return true
  if (!isSameFile(one.folder.identity, other.folder.identity)) return false
  const names = [one.name, other.name]
  const listed = new Set(await readdir(one.folder.self))
  return new Set(names).size === 1 || !names.every((name) => listed.has(name))
}

async function dropOldName(old: ResolvedPath, target: ResolvedPath, permit: Permit): Promise<void> {
  const there = await lookAt(old.full)
  if (!there) return
  if (!isSameFile(there, await lookAt(target.full))) {
    throw replacedInMove(old.path)
  }
  await confirm(old.folder, old.path)
  permit.assertFresh()
  await unlinkIfThere(old.full)
}

export async function unlinkIfThere(full: string): Promise<void> {
  try {
    await unlink(full)
  } catch (error) {
    if (!meansAbsent(error)) throw error
  }
}
