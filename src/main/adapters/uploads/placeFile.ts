import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { open, stat, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { asMigrateError, MigrateError } from '../../engine/errors.ts'
import type { Content } from '../../engine/ports.ts'
import { asWriteError, taken } from './fileErrors.ts'
import { madeFolder, makeLike, spotToFill, syncFolder } from './folders.ts'
import { giveName } from './names.ts'

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
const fileMode = 0o644

/** Names that this process writes under now. */
const inUse = new Set<string>()

/**
 * The same name for the same place, so that the next try finds what a crash has left; one of its own for a second writer
 * beside the first.
 */
function nameWhileWritten(workshop: string, target: string): string {
  const usual = join(workshop, `${createHash('sha256').update(target).digest('hex').slice(0, 32)}.part`)
  const name = inUse.has(usual) ? join(workshop, `${randomUUID()}.part`) : usual
  inUse.add(name)
  return name
}

/** See UploadsFolder.place. `root` is a real path. */
export async function placeFile(
  root: string,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const spot = await spotToFill(root, path)
  if (spot.there) throw taken(path)
  // Readur takes `*.part` for no document. From the root it would move it away: then documents/ has to do.
  const workshop = spot.folder === root ? await madeFolder(root, ['documents'], path) : spot.folder
  const temporary = nameWhileWritten(workshop, spot.full)
  let handle: FileHandle | null = null
  try {
    // Whoever was killed in this very place has left it.
    await unlink(temporary).catch(() => undefined)
    // For nobody else to read until it is whole.
    handle = await open(temporary, newFile, 0o600)
    await fill(handle, path, bytes, content, signal)
    await makeLike(handle, await stat(spot.folder), fileMode)
    await handle.sync()
    const whole = handle
    handle = null
    await whole.close()
    await giveName(temporary, spot)
  } finally {
    await handle?.close().catch(() => undefined)
    await unlink(temporary).catch(() => undefined)
    inUse.delete(temporary)
  }
  try {
    await syncFolder(spot.folder)
  } catch (error) {
    await unlink(spot.full).catch(() => undefined)
    throw error
  }
}

async function fill(
  handle: FileHandle,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const refuse = (message: string): MigrateError => new MigrateError('VERIFY_FAILED', { message, subject: path })
  const hash = createHash('sha256')
  let size = 0
  signal.throwIfAborted()
  for await (const chunk of withItsErrors(bytes)) {
    signal.throwIfAborted()
    size += chunk.byteLength
    if (size > content.size) throw refuse(`More than the ${content.size} bytes of “${path}” came.`)
    hash.update(chunk)
    await writeAll(handle, chunk, path)
  }
  signal.throwIfAborted()
  if (size < content.size) throw refuse(`Only ${size} of the ${content.size} bytes of “${path}” came.`)
  if (hash.digest('hex') !== content.sha256) throw refuse(`What came for “${path}” has another SHA-256.`)
}

/** What the giver of the bytes throws is not taken for an error of this folder. */
async function* withItsErrors(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw asMigrateError(error)
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.byteLength - written).catch((error: unknown) => {
      throw asWriteError(error, path)
    })
    written += bytesWritten
  }
}
