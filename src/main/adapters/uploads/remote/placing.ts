import { createHash } from 'node:crypto'
import { asMigrateError, MigrateError } from '../../../engine/errors.ts'
import type { Content } from '../../../engine/ports.ts'
import { taken } from '../fileErrors.ts'
import { refused } from './channel.ts'
import { remoteWriteError } from './errors.ts'
import { RemoteFile, type OpenHandle } from './file.ts'
import { giveName } from './names.ts'
import { PartFile } from './part.ts'
import type { ChannelPool } from './pool.ts'
import { lookAt } from './paths.ts'
import { madeFolder, makeLike, spotToFill, syncFolder, type Spot } from './spots.ts'

const fileMode = 0o644

/** See UploadsFolder.place. `root` is a real path. */
export async function placeFile(
  pool: ChannelPool,
  root: string,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted()
  const spot = await pool.use(signal, (channel) => spotToFill(channel, root, path))
  if (spot.there) throw taken(path)
  // Readur takes `*.part` for no document. From the root it would move it away: then documents/ has to do.
  const workshop =
    spot.folder === root
      ? await pool.use(signal, (channel) => madeFolder(channel, root, ['documents'], path))
      : spot.folder
  const part = await PartFile.create(pool, workshop, spot.full, signal)
  try {
    await fill(part, path, bytes, content, signal)
    await part.finish(async (channel, handle) => makeLike(channel, handle, await channel.stat(spot.folder), fileMode))
    if (part.isInDoubt) await readBack(pool, part, path, content, signal)
    await nameIt(pool, part, spot, content, signal)
  } catch (error) {
    if (!refused(error)) throw error
    // Now: with what was written taken away, a full disk is full no more.
    throw await pool.use(signal, (channel) => remoteWriteError(error, path, channel, spot.folder))
  } finally {
    await part.discard()
  }
  await pool.use(signal, (channel) => syncFolder(channel, spot.folder))
}

async function nameIt(
  pool: ChannelPool,
  part: PartFile,
  spot: Spot,
  { size }: Content,
  signal: AbortSignal,
): Promise<void> {
  const old = { path: spot.path, folder: spot.folder, full: part.path }
  await pool.use(signal, async (channel) => {
    const there = await lookAt(channel, part.path)
    // Renamed already, and the answer was lost.
    const named = there ? null : await lookAt(channel, spot.full)
    if (named?.isFile() && named.size === size) return
    await giveName(channel, { ...old, there }, spot)
  })
}

async function fill(
  part: PartFile,
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const check = new ContentCheck(path, content)
  for await (const chunk of withItsErrors(bytes)) {
    signal.throwIfAborted()
    check.update(chunk)
    await part.write(chunk)
  }
  signal.throwIfAborted()
  check.end()
}

/** What a server has acknowledged before it went down may be gone. */
async function readBack(
  pool: ChannelPool,
  part: PartFile,
  path: string,
  content: Content,
  signal: AbortSignal,
): Promise<void> {
  const open = (): Promise<OpenHandle> =>
    pool.use(signal, async (channel) => {
      const handle = await channel.open(part.path, 'r')
      return { channel, handle, stats: await channel.fstat(handle), isThat: Promise.resolve() }
    })
  const file = new RemoteFile(path, await open(), signal, open)
  const check = new ContentCheck(path, content)
  try {
    for await (const chunk of file.read(signal)) check.update(chunk)
    check.end()
  } finally {
    await file.close()
  }
}

/** Throws VERIFY_FAILED as soon as it is certain that other bytes came. */
class ContentCheck {
  readonly #path: string
  readonly #content: Content
  readonly #hash = createHash('sha256')
  #size = 0

  constructor(path: string, content: Content) {
    this.#path = path
    this.#content = content
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    const { size } = this.#content
    if (this.#size > size) this.#refuse(`More than the ${size} bytes of “${this.#path}” came.`)
    this.#hash.update(chunk)
  }

  end(): void {
    const { size, sha256 } = this.#content
    if (this.#size < size) this.#refuse(`Only ${this.#size} of the ${size} bytes of “${this.#path}” came.`)
    if (this.#hash.digest('hex') !== sha256) this.#refuse(`What came for “${this.#path}” has another SHA-256.`)
  }

  #refuse(message: string): never {
    throw new MigrateError('VERIFY_FAILED', { message, subject: this.#path })
  }
}

/** What the giver of the bytes throws is not taken for an error of this folder. */
async function* withItsErrors(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw asMigrateError(error)
  }
}
