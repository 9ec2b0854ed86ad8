import { constants, type Stats } from 'node:fs'
import { access, lstat, open, realpath, stat, type FileHandle } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import type { FileFacts, FileStamp, SourceFile, UploadsFolder } from '../../engine/ports.ts'

const chunkSize = 1024 ** 2

/** Never follow a link that took the file's place; never wait for a writer if a pipe did. */
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

const stampOf = (stats: Stats): FileStamp => ({
  size: stats.size,
  mtimeMs: stats.mtimeMs,
  identity: `${stats.dev}:${stats.ino}`,
})

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'folder'
  if (stats.isFIFO()) return 'pipe'
  if (stats.isSocket()) return 'socket'
  return stats.isSymbolicLink() ? 'symbolic link' : 'device'
}

/** Where a path really leads: to something inside, or to facts that end the matter. */
type Resolved = { real: string; stats: Stats } | { facts: Exclude<FileFacts, { kind: 'file' }> }

/** An uploads folder on this computer. Links that stay inside are followed, links out are not. */
export class LocalFolder implements UploadsFolder {
  readonly label: string
  readonly #root: string
  #realRoot: Promise<string> | null = null

  constructor(root: string) {
    this.#root = resolve(root)
    this.label = this.#root
  }

  async check(): Promise<void> {
    try {
      const stats = await stat(this.#root)
      if (!stats.isDirectory()) throw new Error('It is not a folder.')
      await access(this.#root, constants.R_OK | constants.X_OK)
      // Readur makes it at every start: without it this is another folder, or a disk that is not mounted.
      await access(join(this.#root, 'documents'), constants.R_OK | constants.X_OK)
    } catch (cause) {
      throw new MigrateError('UPLOADS_MISSING', {
        message: `“${this.#root}” cannot be used, or holds no folder documents/: ${codeOf(cause)}.`,
        subject: this.#root,
        scope: 'run',
        cause,
      })
    }
  }

  async inspect(path: string): Promise<FileFacts> {
    const resolved = await this.#resolve(path)
    if ('facts' in resolved) return resolved.facts
    try {
      await access(resolved.real, constants.R_OK)
    } catch (error) {
      return { kind: 'unreadable', reason: codeOf(error) }
    }
    return { kind: 'file', stamp: stampOf(resolved.stats) }
  }

  async open(path: string): Promise<SourceFile> {
    const resolved = await this.#resolve(path)
    if ('facts' in resolved) throw refusal(path, resolved.facts)
    let handle: FileHandle | null = null
    try {
      handle = await open(resolved.real, openFlags)
      const stats = await handle.stat()
      if (!stats.isFile()) throw refusal(path, { kind: 'special', what: kindOf(stats) })
      if (stats.ino !== resolved.stats.ino || stats.dev !== resolved.stats.dev) {
        throw new MigrateError('SOURCE_CHANGED', {
          message: 'Another file took its place while it was opened.',
          subject: path,
        })
      }
      return new LocalFile(handle, path, stampOf(stats))
    } catch (error) {
      await handle?.close()
      throw asFileError(error, path)
    }
  }

  async #resolve(path: string): Promise<Resolved> {
    this.#realRoot ??= realpath(this.#root)
    const root = await this.#realRoot
    const wanted = join(root, path)
    if (!isBelow(wanted, root)) return { facts: { kind: 'outside', reason: 'leaves the uploads folder' } }
    try {
      const real = await realpath(wanted)
      if (!isBelow(real, root))
        return { facts: { kind: 'outside', reason: 'is a link that leaves the uploads folder' } }
      const stats = await lstat(real)
      return stats.isFile() ? { real, stats } : { facts: { kind: 'special', what: kindOf(stats) } }
    } catch (error) {
      return { facts: factsOf(codeOf(error)) }
    }
  }
}

function isBelow(path: string, root: string): boolean {
  const rest = relative(root, path)
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`)
}

function factsOf(code: string): Exclude<FileFacts, { kind: 'file' }> {
  // A name with a NUL byte or an overlong one can't exist.
  const absent = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']
  if (absent.includes(code)) return { kind: 'absent' }
  if (code === 'ELOOP') return { kind: 'special', what: 'symbolic link that leads in a circle' }
  return { kind: 'unreadable', reason: code }
}

function refusal(path: string, facts: Exclude<FileFacts, { kind: 'file' }>): MigrateError {
  switch (facts.kind) {
    case 'absent':
      return new MigrateError('FILE_MISSING', { message: `Nothing lies at “${path}” any more.`, subject: path })
    case 'special':
      return new MigrateError('FILE_NOT_REGULAR', { message: `“${path}” is a ${facts.what}.`, subject: path })
    case 'outside':
      return new MigrateError('PATH_OUTSIDE', { message: `“${path}” ${facts.reason}.`, subject: path })
    case 'unreadable':
      return new MigrateError('FILE_UNREADABLE', {
        message: `“${path}” cannot be read: ${facts.reason}.`,
        subject: path,
      })
  }
}

function asFileError(error: unknown, path: string): MigrateError {
  if (error instanceof MigrateError) return error
  const facts = factsOf(codeOf(error))
  const known = refusal(path, facts)
  return new MigrateError(known.code, { message: known.message, subject: path, cause: error })
}

class LocalFile implements SourceFile {
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
