import { posix } from 'node:path'
import pLimit from 'p-limit'
import { MigrateError } from '../../engine/errors.ts'
import type { FolderAccount, FolderProbe, Ownership } from '../../engine/doctor/ports.ts'
import type { Content, FileFacts, ListedFile, Permit, SourceFile, UploadsFolder } from '../../engine/ports.ts'
import { kindOf, refusal } from './fileErrors.ts'
import type { FolderMarker } from './localFolder.ts'
import { looksSame, refused, type ChannelSource, type FileChannel } from './remote/channel.ts'
import { remoteFileError, remoteWriteError } from './remote/remoteErrors.ts'
import { RemoteFile, stampOf, type OpenHandle } from './remote/file.ts'
import { listFolder } from './remote/listing.ts'
import { moveFile, removeFile } from './remote/names.ts'
import { factsOf, lookAt, stillLeadsTo } from './remote/paths.ts'
import { clearUnfinished, placeFile } from './remote/placing.ts'
import { defaultPoolOptions, ChannelPool, type PoolOptions } from './remote/pool.ts'
import { visiting, type Found, type Visit } from './remote/visit.ts'

/** What Linux writes behind the place of what has lost its name. */
const deleted = ' (deleted)'

/** Everybody may read it. */
const readableForAll = 0o444

/** Bounds open handles and requests. */
const looksAtOnce = 32

/**
 * An uploads folder of another machine: of a server, over SFTP alone, or of a container. Calls outlast a lost
 * connection, for as long as the source waits for a new one. Links that stay inside are followed, links out are not.
 */
export class RemoteFolder implements UploadsFolder, FolderProbe {
  readonly label: string
  readonly namedRoot: string
  readonly #root: string
  readonly #pool: ChannelPool
  readonly #closing: AbortSignal
  readonly #marker: string
  #realRoot: string | null = null
  #hiddenPart: string | null = null

  /** `root`: a path over there, from the login's own folder where it begins with none or `~/`. */
  constructor(
    source: ChannelSource,
    server: string,
    root: string,
    options: PoolOptions = defaultPoolOptions,
    marker: FolderMarker = 'documents',
  ) {
    this.#marker = marker
    this.label = `${server}:${root}`
    this.namedRoot = root
    this.#root = root.replace(/^~\/?/, '') || '.'
    this.#pool = new ChannelPool(source, options)
    this.#closing = source.closing
  }

  /** Ends its sessions over there; what they went through stays as it is. */
  close(): void {
    this.#pool.close()
  }

  async check(): Promise<void> {
    await this.#use(async (channel) => {
      try {
        const root = await this.#realpath(channel)
        // Readur makes documents/ at every start: without it this is another folder, or a disk that is not mounted.
        for (const folder of [root, await channel.realpath(posix.join(root, this.#marker))]) {
          await channel.close(await channel.openFolder(folder))
        }
        this.#realRoot = root
      } catch (error) {
        if (!refused(error)) throw error
        const reason = error instanceof Error ? error.message : 'no reason given'
        const doubt = this.#marker === '' ? '' : `, or holds no folder ${this.#marker}/`
        throw this.#missing(`cannot be used${doubt}: ${reason}.`, error)
      }
    })
  }

  /** Several requests are under way at a time. */
  inspectAll(paths: readonly string[]): Promise<FileFacts[]> {
    return pLimit(looksAtOnce).map(paths, (path) => this.inspect(path))
  }

  async inspect(path: string): Promise<FileFacts> {
    return this.#visit(this.#closing, async (visit) => {
      const found = await visit.find(path)
      if ('facts' in found) return found.facts
      const { place, name, stats } = found
      if (!stats.isFile()) return { kind: 'special', what: kindOf(stats) }
      if ((stats.mode & readableForAll) !== readableForAll) {
        try {
          await visit.channel.close(await visit.channel.open(place.at(name), 'r'))
        } catch (error) {
          return factsOf(error)
        }
      }
      return { kind: 'file', stamp: stampOf(stats) }
    })
  }

  async *list(signal: AbortSignal): AsyncGenerator<ListedFile[]> {
    const root = await this.#use((channel) => this.#rootOn(channel))
    yield* listFolder(this.#pool, root, signal)
  }

  async open(path: string): Promise<SourceFile> {
    const open = (signal: AbortSignal): Promise<OpenHandle> => this.#open(path, signal)
    return new RemoteFile(path, await open(this.#closing), this.#closing, open)
  }

  async place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    await this.#change(path, signal, (root) => placeFile(this.#pool, root, path, bytes, content, signal))
  }

  async clearUnfinished(path: string): Promise<void> {
    await this.#change(path, this.#closing, (root) =>
      visiting(this.#pool, this.#closing, root, (visit) => clearUnfinished(visit, path)),
    )
  }

  async move(from: string, to: string, permit: Permit): Promise<void> {
    const moving = { file: null }
    await this.#change(to, this.#closing, (root) =>
      visiting(this.#pool, this.#closing, root, (visit) => moveFile(visit, from, to, moving, permit)),
    )
  }

  async remove(path: string, permit: Permit): Promise<void> {
    await this.#change(path, this.#closing, (root) =>
      visiting(this.#pool, this.#closing, root, (visit) => removeFile(visit, path, permit)),
    )
  }

  async #open(path: string, signal: AbortSignal): Promise<OpenHandle> {
    try {
      return await this.#visit(signal, async (visit) => {
        const found = await visit.find(path)
        if ('facts' in found) throw refusal(path, found.facts)
        const { stats, place, name } = found
        // Opening a pipe would make the whole session wait for its other end.
        if (!stats.isFile()) throw refusal(path, { kind: 'special', what: kindOf(stats) })
        const { channel, root } = visit
        const isThere = (): Promise<boolean> => stillLeadsTo(channel, root, posix.join(place.real, name), stats)
        // Where the server does not show what it opened, it is asked right before and right after, without waiting.
        const looks = place.isSure ? [] : [isThere()]
        const opening = channel.open(place.at(name), 'r')
        if (!place.isSure) looks.push(isThere())
        const [handle, ...areThere] = await Promise.all([opening, ...looks])
        const isThat = this.#isThat(channel, handle, found, path, () =>
          place.isSure ? isThere() : Promise.resolve(areThere.every(Boolean)),
        )
        isThat.catch(() => undefined)
        return { channel, handle, stats, isThat }
      })
    } catch (error) {
      throw remoteFileError(error, path)
    }
  }

  /** A link, or another file, may have come between the look and the opening. */
  async #isThat(
    channel: FileChannel,
    handle: Buffer,
    { place, name, stats }: Found,
    path: string,
    isThere: () => Promise<boolean>,
  ): Promise<void> {
    const real = posix.join(place.real, name)
    const opened = channel.placeOf(handle)
    // A name that is gone by now does no harm: the file is open.
    const isIt = opened === null ? isThere() : opened === real || opened === `${real}${deleted}`
    const [isRight, now] = await Promise.all([isIt, channel.fstat(handle)])
    if (isRight && looksSame(now, stats) && now.isFile()) return
    throw new MigrateError('SOURCE_CHANGED', {
      message: 'Another file took its place while it was opened.',
      subject: path,
    })
  }

  get root(): string {
    return this.#realRoot ?? this.#root
  }

  get hiddenPart(): string | null {
    return this.#hiddenPart
  }

  async account(): Promise<FolderAccount> {
    return this.#visit(this.#closing, async (visit) => ({
      uid: await visit.channel.account(),
      isGuarded: (await visit.enter(visit.root)).isSure,
    }))
  }

  async ownership(path: string): Promise<Ownership | null> {
    return this.#use(async (channel) => {
      const stats = await lookAt(channel, posix.join(await this.#rootOn(channel), path))
      return stats && { mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid }
    })
  }

  async space(): ReturnType<FolderProbe['space']> {
    return this.#use(async (channel) => {
      try {
        const disk = await channel.disk(await this.#rootOn(channel))
        const { f_bavail, f_frsize, f_blocks, f_files, f_favail } = disk
        if (f_blocks === undefined || f_blocks === 0) return null
        const freeFiles = f_files === undefined || f_files === 0 ? null : (f_favail ?? null)
        return { freeBytes: f_bavail * f_frsize, totalBytes: f_blocks * f_frsize, freeFiles }
      } catch (error) {
        if (!refused(error)) throw error
        return null
      }
    })
  }

  async #change(path: string, signal: AbortSignal, work: (root: string) => Promise<void>): Promise<void> {
    signal.throwIfAborted()
    const root = await this.#pool.use(signal, async (channel) => {
      const real = await this.#rootOn(channel)
      // Where a disk is not mounted, an empty folder may lie in its place, and what is put there is lost from sight.
      await channel.stat(posix.join(real, this.#marker)).catch((error: unknown) => {
        const story = this.#marker === '' ? 'is not there.' : `holds no folder ${this.#marker}/.`
        throw refused(error) ? this.#missing(`${story} Is its disk still mounted?`, error) : error
      })
      return real
    })
    try {
      await work(root)
    } catch (error) {
      if (!refused(error)) throw error
      const folder = posix.join(root, posix.dirname(path))
      throw await this.#use((channel) => remoteWriteError(error, path, channel, folder))
    }
  }

  async #visit<T>(signal: AbortSignal, work: (visit: Visit) => Promise<T>): Promise<T> {
    const root = this.#realRoot ?? (await this.#pool.use(signal, (channel) => this.#rootOn(channel)))
    return await visiting(this.#pool, signal, root, work)
  }

  #use<T>(call: (channel: FileChannel) => Promise<T>): Promise<T> {
    return this.#pool.use(this.#closing, call)
  }

  async #rootOn(channel: FileChannel): Promise<string> {
    try {
      return (this.#realRoot ??= await this.#realpath(channel))
    } catch (error) {
      if (!refused(error)) throw error
      throw this.#missing('cannot be used.', error)
    }
  }

  /** Of the root. Some servers accept any path here, so it is looked at too. */
  async #realpath(channel: FileChannel): Promise<string> {
    const volume = /^\/volume\d+(?=\/)/.exec(this.#root)?.[0]
    if (volume === undefined) return await channel.realpath(this.#root)
    try {
      const real = await channel.realpath(this.#root)
      await channel.stat(real)
      return real
    } catch (error) {
      if (!refused(error)) throw error
      // A Synology shows its shared folders without the volume that they lie on.
      const shown = await channel.realpath(this.#root.slice(volume.length)).catch(() => null)
      const isThere = shown !== null && (await channel.stat(shown).catch(() => null))?.isDirectory() === true
      if (!isThere) throw error
      this.#hiddenPart = volume
      return shown
    }
  }

  #missing(story: string, cause: unknown): MigrateError {
    return new MigrateError('UPLOADS_MISSING', {
      message: `“${this.label}” ${story}`,
      subject: this.label,
      cause,
    })
  }
}
