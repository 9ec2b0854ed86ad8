import type { Permit } from '../../../engine/ports.ts'
import { kindOf, refusal, replacedInMove, taken } from '../fileErrors.ts'
import { looksSame, refused, status, type FileChannel, type RemoteStats } from './channel.ts'
import { readPiece } from './file.ts'
import { lookAt } from './paths.ts'
import { resolvedPath, pathToFill, syncFolder, type ResolvedPath } from './resolvedPaths.ts'
import type { Visit } from './visit.ts'

/** What a call that is made again after a lost connection has to know of the one before. */
interface Moving {
  file: RemoteStats | null
}

/** See UploadsFolder.move. May be called again with the same `moving`. */
export async function moveFile(visit: Visit, from: string, to: string, moving: Moving, permit: Permit): Promise<void> {
  const { channel } = visit
  const old = await resolvedPath(visit, from)
  if (!old?.there) {
    if (old && moving.file && looksSame(moving.file, (await resolvedPath(visit, to))?.there)) return
    throw refusal(from, { kind: 'absent' })
  }
  if (!old.there.isFile()) throw refusal(from, { kind: 'special', what: kindOf(old.there) })
  const target = await pathToFill(visit, to)
  if (target.place.real === old.place.real && target.name === old.name) return
  const isLeft = target.there !== null && (await isSameFile(channel, old, target))
  if (target.there && !isLeft) throw taken(to)
  moving.file = old.there
  await visit.confirm(old.place, from)
  permit.assertFresh()
  if (!isLeft) await giveName(visit, old, target)
  await syncFolder(channel, target.place)
  await dropOldName(visit, old, permit)
  await syncFolder(channel, old.place)
}

async function dropOldName(visit: Visit, old: ResolvedPath, permit: Permit): Promise<void> {
  const there = await lookAt(visit.channel, old.full)
  if (!there) return
  if (!looksSame(old.there, there)) {
    throw replacedInMove(old.path)
  }
  await visit.confirm(old.place, old.path)
  permit.assertFresh()
  await unlinkIfThere(visit.channel, old.full)
}

/** See UploadsFolder.remove. May be called again. */
export async function removeFile(visit: Visit, path: string, permit: Permit): Promise<void> {
  const { channel } = visit
  const target = await resolvedPath(visit, path)
  if (!target) return
  if (target.there && !target.there.isFile()) throw refusal(path, { kind: 'special', what: kindOf(target.there) })
  if (target.there) {
    await visit.confirm(target.place, path)
    permit.assertFresh()
    await unlinkIfThere(channel, target.full)
    await visit.confirm(target.place, path)
  }
  // Even if it was gone: a crash may have come between its deletion and this.
  await syncFolder(channel, target.place)
}

/**
 * Gives the file at `old` the name `target`, never overwriting; it may keep the old name as well. Throws FILE_TAKEN.
 */
export async function giveName(visit: Visit, old: ResolvedPath, target: ResolvedPath): Promise<void> {
  const { channel } = visit
  const isDone = async (): Promise<boolean> =>
    (await lookAt(channel, target.full)) !== null && (await isSameFile(channel, old, target))
  await visit.confirm(target.place, target.path)
  try {
    await channel.link(old.full, target.full)
    await visit.confirm(target.place, target.path)
    return
  } catch (error) {
    if (!refused(error)) throw error
    // The answer to an earlier try may have been lost with the connection.
    if (await isDone()) return
    if (await lookAt(channel, target.full)) throw taken(target.path)
    if (refused(error, status.noSuchFile, status.badMessage)) throw error
  }
  // No hard links on that disk, or not of files of others. Renaming does not overwrite either.
  try {
    await channel.rename(old.full, target.full)
    await visit.confirm(target.place, target.path)
  } catch (error) {
    if (refused(error) && (await lookAt(channel, target.full))) throw taken(target.path)
    throw error
  }
}

/**
 * Whether two names are of one file. Where inodes are not shown, as by SFTP: both have to have a further name, and the same bytes,
 * owner, mode and date. Nothing is lost then by giving up one of the two.
 */
async function isSameFile(channel: FileChannel, one: ResolvedPath, other: ResolvedPath): Promise<boolean> {
  const [first, second] = [await lookAt(channel, one.full), await lookAt(channel, other.full)]
  if (!first?.isFile() || !looksSame(first, second)) return false
  if (channel.isSame) return await channel.isSame(one.full, other.full)
  for (const target of [one, other]) if ((await nameCount(channel, target)) < 2) return false
  return await haveSameBytes(channel, [one.full, other.full], first.size)
}

/** How many names a file has, by the line that OpenSSH shows for it, as `ls -l` does; 1 where that is not told. */
async function nameCount(channel: FileChannel, { place, name }: ResolvedPath): Promise<number> {
  const handle = await channel.openFolder(place.self)
  try {
    for (;;) {
      const entry = (await channel.entries(handle)).find(({ filename }) => filename === name)
      if (entry) return Number(/^\S{10}\S?\s+(\d+)\s/.exec(entry.longname)?.[1] ?? 1)
    }
  } catch (error) {
    if (refused(error, status.endOfFile)) return 0
    throw error
  } finally {
    await channel.close(handle)
  }
}

async function haveSameBytes(channel: FileChannel, paths: readonly [string, string], size: number): Promise<boolean> {
  const handles: Buffer[] = []
  try {
    for (const path of paths) handles.push(await channel.open(path, 'r'))
    const [one, other] = handles
    if (!one || !other) return false
    for (let at = 0; at < size; at += channel.pieceSize) {
      const length = Math.min(channel.pieceSize, size - at)
      const [first, second] = await Promise.all([
        readPiece(channel, one, at, length),
        readPiece(channel, other, at, length),
      ])
      if (!first.equals(second)) return false
    }
    return true
  } finally {
    for (const handle of handles) await channel.close(handle)
  }
}

export async function unlinkIfThere(channel: FileChannel, full: string): Promise<void> {
  try {
    await channel.unlink(full)
  } catch (error) {
    if (!refused(error, status.noSuchFile)) throw error
  }
}
