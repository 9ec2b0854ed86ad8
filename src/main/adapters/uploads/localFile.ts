import { constants, type Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { FileStamp, SourceFile } from '../../engine/ports.ts'
import { asFileError } from './fileErrors.ts'

const chunkSize = 1024 ** 2

/** Never follow a link that took the file's place; never wait for a writer if a pipe did. */
export const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

export const stampOf = (stats: Stats): FileStamp => ({
  size: stats.size,
  mtimeMs: stats.mtimeMs,
  identity: `${stats.dev}:${stats.ino}`,
})

/** A file of this computer that is open for reading. */
export class LocalFile implements SourceFile {
  readonly stamp: FileStamp
  readonly #handle: FileHandle
  readonly #path: string

  constructor(handle: FileHandle, path: string, stamp: FileStamp) {
    this.#handle = handle
    this.#path = path
    this.stamp = stamp
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    // One byte too many says that the file has grown; all of a growing file might never end.
    for (let position = 0; position <= this.stamp.size;) {
      signal.throwIfAborted()
      // A new buffer each time: the reader may still be sending the one before.
      const buffer = Buffer.allocUnsafeSlow(Math.min(chunkSize, Math.max(this.stamp.size - position, 1)))
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.byteLength, position).catch((error: unknown) => {
        throw asFileError(error, this.#path)
      })
      if (bytesRead === 0) return
      position += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }

  async restat(): Promise<FileStamp> {
    try {
      return stampOf(await this.#handle.stat())
    } catch (error) {
      throw asFileError(error, this.#path)
    }
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
