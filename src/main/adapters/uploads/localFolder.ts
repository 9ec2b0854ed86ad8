import { constants, type Stats } from 'node:fs'
import { access, lstat, open, realpath, stat, statfs, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import type { FolderProbe, Ownership } from '../../engine/doctor/ports.ts'
import type { Content, FileFacts, ListedFile, Permit, SourceFile, UploadsFolder } from '../../engine/ports.ts'
import { asFileError, asWriteError, codeOf, factsOf, kindOf, refusal, type Obstacle } from './fileErrors.ts'
import { isBelow } from './folders.ts'
import { listFolder } from './listing.ts'
import { LocalFile, openFlags, stampOf } from './localFile.ts'
import { moveFile, removeFile } from './names.ts'
import { placeFile } from './placeFile.ts'

/** Where a path really leads: to something inside, or to facts that end the matter. */
type Resolved = { real: string; stats: Stats } | { facts: Obstacle }

/** An uploads folder on this computer. Links that stay inside are followed, links out are not. */
export class LocalFolder implements UploadsFolder, FolderProbe {
  readonly label: string
  readonly account = process.getuid?.() ?? null
  readonly #root: string
  #known: { real: string; identity: string } | null = null

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
      throw this.#missing(`cannot be used, or holds no folder documents/: ${codeOf(cause)}.`, cause)
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

  async *list(signal: AbortSignal): AsyncGenerator<ListedFile[]> {
    const { real } = await this.#realRoot()
    yield* listFolder(real, signal)
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

  async place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    await this.#change(path, (root) => placeFile(root, path, bytes, content, signal))
  }

  async move(from: string, to: string, permit: Permit): Promise<void> {
    await this.#change(to, (root) => moveFile(root, from, to, permit))
  }

  async remove(path: string, permit: Permit): Promise<void> {
    await this.#change(path, (root) => removeFile(root, path, permit))
  }

  get root(): string {
    return this.#root
  }

  async ownership(path: string): Promise<Ownership | null> {
    const { real } = await this.#realRoot()
    const stats = await lstat(join(real, path)).catch(() => null)
    return stats && { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }
  }

  async space(): ReturnType<FolderProbe['space']> {
    const { real } = await this.#realRoot()
    const disk = await statfs(real).catch(() => null)
    if (disk === null || disk.blocks === 0) return null
    const { bavail, blocks, bsize, files, ffree } = disk
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: files === 0 ? null : ffree }
  }

  async #change(path: string, work: (realRoot: string) => Promise<void>): Promise<void> {
    const { real } = await this.#realRoot()
    try {
      await work(real)
    } catch (error) {
      throw asWriteError(error, path)
    }
  }

  /**
   * The folder of the first call and no other: where a disk is no longer mounted, an empty folder may lie in its place,
   * and what is put there is lost from sight as soon as the disk is back.
   */
  async #realRoot(): Promise<{ real: string; identity: string }> {
    try {
      const real = this.#known?.real ?? (await realpath(this.#root))
      const { dev, ino } = await stat(real, { bigint: true })
      const now = { real, identity: `${dev}:${ino}` }
      this.#known ??= now
      if (now.identity === this.#known.identity) return now
    } catch (cause) {
      throw this.#missing(`cannot be used: ${codeOf(cause)}.`, cause)
    }
    throw this.#missing('is another folder than before. Is its disk still mounted?')
  }

  #missing(story: string, cause?: unknown): MigrateError {
    return new MigrateError('UPLOADS_MISSING', {
      message: `“${this.#root}” ${story}`,
      subject: this.#root,
      scope: 'run',
      cause,
    })
  }

  async #resolve(path: string): Promise<Resolved> {
    const { real: root } = await this.#realRoot()
    const wanted = join(root, path)
    if (!isBelow(wanted, root)) return { facts: { kind: 'outside', reason: 'leaves the uploads folder' } }
    try {
      const real = await realpath(wanted)
      if (!isBelow(real, root))
        return { facts: { kind: 'outside', reason: 'is a link that leaves the uploads folder' } }
      const stats = await lstat(real)
      return stats.isFile() ? { real, stats } : { facts: { kind: 'special', what: kindOf(stats) } }
    } catch (error) {
      return { facts: factsOf(error) }
    }
  }
}
