import { posix } from 'node:path'
import type { Stats } from 'ssh2'
import { MigrateError } from '../../engine/errors.ts'
import type { Content, FileFacts, SourceFile, UploadsFolder } from '../../engine/ports.ts'
import type { SshLink } from '../ssh/link.ts'
import { kindOf, refusal } from './fileErrors.ts'
import { refused, type SftpChannel } from './sftp/channel.ts'
import { sftpFileError, sftpWriteError } from './sftp/errors.ts'
import { SftpFile, stampOf, type OpenHandle } from './sftp/file.ts'
import { moveFile, removeFile } from './sftp/names.ts'
import { factsOf, lookAt, walk } from './sftp/paths.ts'
import { placeFile } from './sftp/placing.ts'
import { defaultSftpOptions, SftpPool, type SftpOptions } from './sftp/pool.ts'

/** Everybody may read it. */
const readableForAll = 0o444

/**
 * An uploads folder on a server, over SFTP alone: no account needs a shell for it. Calls outlast a lost connection, for
 * as long as the link waits for a new one. Links that stay inside are followed, links out are not.
 */
export class SftpFolder implements UploadsFolder {
  readonly label: string
  readonly #root: string
  readonly #pool: SftpPool
  readonly #closing: AbortSignal
  #realRoot: string | null = null

  /** `root`: a path on the server, from the login's own folder where it begins with none or `~/`. */
  constructor(link: SshLink, server: string, root: string, options: SftpOptions = defaultSftpOptions) {
    this.label = `${server}:${root}`
    this.#root = root.replace(/^~\/?/, '') || '.'
    this.#pool = new SftpPool(link, options)
    this.#closing = link.closing
  }

  /** Ends its sessions on the server; the link stays as it is. */
  close(): void {
    this.#pool.close()
  }

  async check(): Promise<void> {
    await this.#use(async (channel) => {
      try {
        const root = await channel.realpath(this.#root)
        // Readur makes documents/ at every start: without it this is another folder, or a disk that is not mounted.
        for (const folder of [root, posix.join(root, 'documents')]) {
          await channel.close(await channel.openFolder(folder))
        }
        this.#realRoot = root
      } catch (error) {
        if (!refused(error)) throw error
        const reason = error instanceof Error ? error.message : 'no reason given'
        throw this.#missing(`cannot be used, or holds no folder documents/: ${reason}.`, error)
      }
    })
  }

  async inspect(path: string): Promise<FileFacts> {
    return this.#use(async (channel) => {
      const walked = await walk(channel, await this.#rootOn(channel), path)
      if ('facts' in walked) return walked.facts
      const { real, stats } = walked
      if (!stats.isFile()) return { kind: 'special', what: kindOf(stats) }
      if ((stats.mode & readableForAll) !== readableForAll) {
        try {
          await channel.close(await channel.open(real, 'r'))
        } catch (error) {
          return factsOf(error)
        }
      }
      return { kind: 'file', stamp: stampOf(stats) }
    })
  }

  async open(path: string): Promise<SourceFile> {
    const open = (signal: AbortSignal): Promise<OpenHandle> => this.#open(path, signal)
    return new SftpFile(path, await open(this.#closing), this.#closing, open)
  }

  async place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    await this.#change(path, signal, (root) => placeFile(this.#pool, root, path, bytes, content, signal))
  }

  async move(from: string, to: string): Promise<void> {
    const moving = { file: null }
    await this.#change(to, this.#closing, (root) => this.#use((channel) => moveFile(channel, root, from, to, moving)))
  }

  async remove(path: string): Promise<void> {
    await this.#change(path, this.#closing, (root) => this.#use((channel) => removeFile(channel, root, path)))
  }

  async #open(path: string, signal: AbortSignal): Promise<OpenHandle> {
    try {
      return await this.#pool.use(signal, async (channel) => {
        const walked = await walk(channel, await this.#rootOn(channel), path)
        if ('facts' in walked) throw refusal(path, walked.facts)
        // Opening a pipe would make the whole session wait for its other end.
        if (!walked.stats.isFile()) throw refusal(path, { kind: 'special', what: kindOf(walked.stats) })
        const { real, stats } = walked
        const handle = await channel.open(real, 'r')
        const isThat = this.#isThat(channel, handle, real, stats, path)
        isThat.catch(() => undefined)
        return { channel, handle, stats, isThat }
      })
    } catch (error) {
      throw sftpFileError(error, path)
    }
  }

  /** A link, or another file, may have come between the look and the opening. */
  async #isThat(channel: SftpChannel, handle: Buffer, real: string, looked: Stats, path: string): Promise<void> {
    const [opened, name] = await Promise.all([channel.fstat(handle), lookAt(channel, real)])
    const isSame = opened.size === looked.size && opened.mtime === looked.mtime
    // A name that is gone by now does no harm: the file is open.
    if (isSame && opened.isFile() && name?.isSymbolicLink() !== true) return
    throw new MigrateError('SOURCE_CHANGED', {
      message: 'Another file took its place while it was opened.',
      subject: path,
    })
  }

  async #change(path: string, signal: AbortSignal, work: (root: string) => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    const root = await this.#pool.use(signal, async (channel) => {
      const real = await this.#rootOn(channel)
      // Where a disk is not mounted, an empty folder may lie in its place, and what is put there is lost from sight.
      await channel.stat(posix.join(real, 'documents')).catch((error: unknown) => {
        throw refused(error) ? this.#missing('holds no folder documents/. Is its disk still mounted?', error) : error
      })
      return real
    })
    try {
      await work(root)
    } catch (error) {
      if (!refused(error)) throw error
      const folder = posix.join(root, posix.dirname(path))
      throw await this.#use((channel) => sftpWriteError(error, path, channel, folder))
    }
  }

  #use<T>(call: (channel: SftpChannel) => Promise<T>): Promise<T> {
    return this.#pool.use(this.#closing, call)
  }

  async #rootOn(channel: SftpChannel): Promise<string> {
    try {
      return (this.#realRoot ??= await channel.realpath(this.#root))
    } catch (error) {
      if (!refused(error)) throw error
      throw this.#missing('cannot be used.', error)
    }
  }

  #missing(story: string, cause: unknown): MigrateError {
    return new MigrateError('UPLOADS_MISSING', {
      message: `“${this.label}” ${story}`,
      subject: this.label,
      scope: 'run',
      cause,
    })
  }
}
