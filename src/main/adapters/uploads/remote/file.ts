import { MigrateError } from '../../../engine/errors.ts'
import type { FileStamp, SourceFile } from '../../../engine/ports.ts'
import { unless } from '../../../engine/timers.ts'
import type { FileChannel, RemoteStats } from './channel.ts'
import { isLoss, mostLosses } from './pool.ts'
import { remoteFileError } from './remoteErrors.ts'

/** Bytes that are asked for before the first have come: a second or two of a slow line, and small files whole. */
const firstBytes = 1024 ** 2
/** And once it is clear that all will be read: more than a channel's window holds. */
const mostBytes = 4 * 1024 ** 2
export interface OpenHandle {
  channel: FileChannel
  handle: Buffer
  /** What was there before it was opened. */
  stats: Pick<RemoteStats, 'size' | 'mtime'>
  /** Fails when something else was opened than that. Asked along with the first bytes, to save a round trip. */
  isThat: Promise<void>
}

/** SFTP tells whole seconds, and no inode. */
export const stampOf = (stats: Pick<RemoteStats, 'size' | 'mtime'>): FileStamp => ({
  size: stats.size,
  mtimeMs: stats.mtime * 1000,
  identity: null,
})

const isSame = (one: FileStamp, other: FileStamp): boolean => one.size === other.size && one.mtimeMs === other.mtimeMs

/** A file that is open on the server. After a lost connection it is opened again, if it still is the same. */
export class RemoteFile implements SourceFile {
  readonly stamp: FileStamp
  readonly #path: string
  readonly #reopen: (signal: AbortSignal) => Promise<OpenHandle>
  readonly #closing: AbortSignal
  #open: OpenHandle
  #reopening: Promise<void> | null = null
  #closed = false

  /** `reopen` opens the same path again; `closing` ends waits of calls that have no signal of their own. */
  constructor(
    path: string,
    opened: OpenHandle,
    closing: AbortSignal,
    reopen: (signal: AbortSignal) => Promise<OpenHandle>,
  ) {
    this.#path = path
    this.#open = opened
    this.#closing = closing
    this.#reopen = reopen
    this.stamp = stampOf(opened.stats)
    opened.channel.openFiles += 1
  }

  async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let position = 0
    let losses = 0
    for (;;) {
      const from = this.#open
      try {
        for await (const chunk of this.#pieces(from, position, signal)) {
          position += chunk.byteLength
          losses = 0
          yield chunk
        }
        return
      } catch (error) {
        losses += 1
        if (!isLoss(error) || losses > mostLosses) throw remoteFileError(error, this.#path)
      }
      await this.#openAgain(from, signal)
      if (!isSame(stampOf(this.#open.stats), this.stamp)) {
        throw new MigrateError('SOURCE_CHANGED', {
          message: `It was changed while the connection to the server was gone.`,
          subject: this.#path,
        })
      }
    }
  }

  async restat(): Promise<FileStamp> {
    for (let losses = 1; ; losses += 1) {
      const from = this.#open
      try {
        return stampOf(await from.channel.fstat(from.handle))
      } catch (error) {
        if (!isLoss(error) || losses > mostLosses) throw remoteFileError(error, this.#path)
      }
      await this.#openAgain(from, this.#closing)
    }
  }

  close(): Promise<void> {
    // Once only: the server may have given the same handle to another file since.
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    const { channel, handle } = this.#open
    channel.openFiles -= 1
    // Nobody has to wait for that answer.
    void channel.close(handle)
    return Promise.resolve()
  }

  /** From a position to the end, and one byte more where the file has grown. Many reads at once, handed on in order. */
  async *#pieces(
    { channel, handle, isThat }: OpenHandle,
    start: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { size } = this.stamp
    const asked: { length: number; bytes: Promise<Buffer> }[] = []
    let next = start
    let ahead = firstBytes
    let askedBytes = 0
    for (;;) {
      while (next <= size && (askedBytes < ahead || asked.length === 0)) {
        const length = next < size ? Math.min(channel.pieceSize, size - next) : 1
        const bytes = readPiece(channel, handle, next, length)
        // Those that are not waited for any more may fail.
        bytes.catch(() => undefined)
        asked.push({ length, bytes })
        askedBytes += length
        next += length
      }
      const first = asked.shift()
      if (!first) return
      signal.throwIfAborted()
      const [bytes] = await unless(signal, Promise.all([first.bytes, isThat]))
      askedBytes -= first.length
      if (bytes.byteLength > 0) yield bytes
      if (bytes.byteLength < first.length) return
      ahead = Math.min(ahead * 2, mostBytes)
    }
  }

  /** Once for all who wait for it. */
  async #openAgain(from: OpenHandle, signal: AbortSignal): Promise<void> {
    if (this.#open !== from) return
    this.#reopening ??= this.#replace(signal).finally(() => (this.#reopening = null))
    await this.#reopening
  }

  async #replace(signal: AbortSignal): Promise<void> {
    const opened = await this.#reopen(signal)
    this.#open.channel.openFiles -= 1
    opened.channel.openFiles += 1
    this.#open = opened
  }
}

/** That many bytes; fewer only at the end of the file. */
export async function readPiece(
  channel: FileChannel,
  handle: Buffer,
  position: number,
  length: number,
): Promise<Buffer> {
  // A new buffer each time: the reader may still be sending the one before.
  const buffer = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const read = await channel.read(handle, buffer, filled, position + filled)
    if (read === 0) break
    filled += read
    if (filled < length) channel.learnPieceSize(read)
  }
  return buffer.subarray(0, filled)
}
