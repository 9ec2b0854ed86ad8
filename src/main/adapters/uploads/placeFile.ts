import { constants } from 'node:fs'
import { open, stat, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Content } from '../../engine/ports.ts'
import { checked } from './content.ts'
import { asWriteError, taken } from './fileErrors.ts'
import { confirm, madeFolder, makeLike, pathToFill, syncFolder, type ResolvedPath } from './folders.ts'
import type { HeldFolder, Visit } from './heldFolders.ts'
import { giveName, unlinkIfThere } from './names.ts'
import { PartNames } from './partName.ts'

/** Refused where anything lies, a link included. */
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL
const fileMode = 0o644

const partNames = new PartNames()

const placeOf = ({ folder, name }: ResolvedPath): string => join(folder.place, name)

/** See UploadsFolder.place. */
export async function placeFile(
  visit: Visit,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const target = await pathToFill(visit, path)
  if (target.there) throw taken(path)
  const workshop = await workshopOf(visit, target)
  const { name, free } = partNames.take(workshop.place, placeOf(target))
  const temporary = workshop.at(name)
  let handle: FileHandle | null = null
  try {
    await confirm(workshop, path)
    // Whoever was killed in this very place has left it.
    await unlink(temporary).catch(() => undefined)
    // For nobody else to read until it is whole.
    handle = await open(temporary, newFile, 0o600)
    await confirm(workshop, path)
    for await (const chunk of checked(path, bytes, content, signal)) await writeAll(handle, chunk, path)
    await makeLike(handle, await stat(target.folder.self), fileMode)
    await handle.sync()
    const whole = handle
    handle = null
    await whole.close()
    await giveName(temporary, target)
  } finally {
    await handle?.close().catch(() => undefined)
    await unlink(temporary).catch(() => undefined)
    free()
  }
  await confirm(target.folder, path)
  try {
    await syncFolder(target.folder)
  } catch (error) {
    await unlink(target.full).catch(() => undefined)
    throw error
  }
}

/** See UploadsFolder.clearUnfinished. */
export async function clearUnfinished(visit: Visit, path: string): Promise<void> {
  const target = await pathToFill(visit, path)
  const workshop = await workshopOf(visit, target)
  const name = partNames.unused(workshop.place, placeOf(target))
  if (name === null) return
  await confirm(workshop, path)
  await unlinkIfThere(workshop.at(name))
}

/** The folder that a file is written in. From the root Readur would move it away: then documents/ has to do. */
const workshopOf = async (visit: Visit, { folder, path }: ResolvedPath): Promise<HeldFolder> =>
  folder.isRoot ? madeFolder(visit, ['documents'], path) : folder

async function writeAll(handle: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.byteLength - written).catch((error: unknown) => {
      throw asWriteError(error, path)
    })
    written += bytesWritten
  }
}
