import { constants, type Stats } from 'node:fs'
import { access, lstat, open, realpath, stat, statfs, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import pLimit from 'p-limit'
import { MigrateError } from '../../engine/errors.ts'
import type { FolderAccount, FolderProbe, Ownership } from '../../engine/doctor/ports.ts'
import type { Content, FileFacts, ListedFile, Permit, SourceFile, UploadsFolder } from '../../engine/ports.ts'
import { asFileError, asWriteError, codeOf, factsOf, kindOf, refusal, type Obstacle } from './fileErrors.ts'
import { lookAtFiles } from './fileLooks.ts'
import { HeldFolders, isBelow, LeavesFolder, type HeldFolder, type Visit } from './heldFolders.ts'
import { listFolder } from './listing.ts'
import { LocalFile, openFlags, stampOf } from './localFile.ts'
import { moveFile, removeFile } from './names.ts'
import { clearUnfinished, placeFile } from './placeFile.ts'

/** `documents` is in every uploads folder; a part of one that lies elsewhere may hold anything. */
export type FolderMarker = 'documents' | ''

/** Where a path really leads: to something inside, or to facts that end the matter. */
type Found = { folder: HeldFolder; name: string; stats: Stats } | { facts: Obstacle }

/** How often is looked again for what leads elsewhere than a moment ago. A link is found with all it leads through. */
const mostTries = 3
/** Bounds open handles. */
const looksAtOnce = 32

/** An uploads folder on this computer. Links that stay inside are followed, links out are not. */
export class LocalFolder implements UploadsFolder, FolderProbe {
  readonly label: string
  readonly namedRoot: string
  readonly hiddenPart = null
  readonly #root: string
  readonly #folders: HeldFolders
  readonly #marker: string

  /** `marker`: the folder in it that shows that it is the right one; empty where nothing does. */
  constructor(root: string, marker: FolderMarker = 'documents') {
    this.#marker = marker
    this.#root = resolve(root)
    this.label = this.#root
    this.namedRoot = this.#root
    this.#folders = new HeldFolders(this.#root, (story, cause) => this.#missing(story, cause))
  }

  async check(): Promise<void> {
    try {
      const stats = await stat(this.#root)
      if (!stats.isDirectory()) throw new Error('It is not a folder.')
      await access(this.#root, constants.R_OK | constants.X_OK)
      // Readur makes documents/ at every start: without it this is another folder, or a disk that is not mounted.
      await access(join(this.#root, this.#marker), constants.R_OK | constants.X_OK)
    } catch (cause) {
      const doubt = this.#marker === '' ? '' : `, or holds no folder ${this.#marker}/`
      throw this.#missing(`cannot be used${doubt}: ${codeOf(cause)}.`, cause)
    }
  }

  async inspect(path: string): Promise<FileFacts> {
    return this.#visit(async (visit) => {
      const found = await this.#find(visit, path)
      if ('facts' in found) return found.facts
      try {
        await access(found.folder.at(found.name), constants.R_OK)
      } catch (error) {
        return { kind: 'unreadable', reason: codeOf(error) }
      }
      return { kind: 'file', stamp: stampOf(found.stats) }
    })
  }

  /** A folder is proven once for all that lies in it; what is not just a readable file there is looked at by itself. */
  async inspectAll(paths: readonly string[]): Promise<FileFacts[]> {
    return this.#visit(async (visit) => {
      const folders = new Map<string, HeldFolder | null>()
      const full = paths.map((path) => join(this.#root, path))
      for (const folder of new Set(full.map(dirname))) folders.set(folder, await this.#enter(visit, folder))
      const stamps = await lookAtFiles(full.map((path) => folders.get(dirname(path))?.at(basename(path)) ?? ''))
      for (const [path, folder] of folders) {
        if (folder && !folder.isSure && !(await folder.isThere())) folders.set(path, null)
      }
      return pLimit(looksAtOnce).map(paths, (path, at) => {
        const stamp = stamps[at]
        return stamp && folders.get(dirname(full[at] ?? '')) ? { kind: 'file', stamp } : this.inspect(path)
      })
    })
  }

  async *list(signal: AbortSignal): AsyncGenerator<ListedFile[]> {
    yield* listFolder(this.#folders, signal)
  }

  async open(path: string): Promise<SourceFile> {
    return this.#visit(async (visit) => {
      const found = await this.#find(visit, path)
      if ('facts' in found) throw refusal(path, found.facts)
      const { folder, name, stats } = found
      let handle: FileHandle | null = null
      try {
        handle = await open(folder.at(name), openFlags)
        const opened = await handle.stat()
        if (!opened.isFile()) throw refusal(path, { kind: 'special', what: kindOf(opened) })
        const isThat = opened.ino === stats.ino && opened.dev === stats.dev
        if (isThat && (await folder.holds(handle, name))) return new LocalFile(handle, path, stampOf(opened))
        throw replaced(path)
      } catch (error) {
        await handle?.close()
        // A link, where a file was just now.
        throw codeOf(error) === 'ELOOP' ? replaced(path) : asFileError(error, path)
      }
    })
  }

  async place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    await this.#change(path, (visit) => placeFile(visit, path, bytes, content, signal))
  }

  async clearUnfinished(path: string): Promise<void> {
    await this.#change(path, (visit) => clearUnfinished(visit, path))
  }

  async move(from: string, to: string, permit: Permit): Promise<void> {
    await this.#change(to, (visit) => moveFile(visit, from, to, permit))
  }

  async remove(path: string, permit: Permit): Promise<void> {
    await this.#change(path, (visit) => removeFile(visit, path, permit))
  }

  get root(): string {
    return this.#root
  }

  async account(): Promise<FolderAccount> {
    return this.#visit(async (visit) => ({
      uid: process.getuid?.() ?? null,
      isGuarded: (await visit.root()).isSure,
    }))
  }

  async ownership(path: string): Promise<Ownership | null> {
    return this.#visit(async (visit) => {
      try {
        const folder = await visit.enter(dirname(path) === '.' ? '' : dirname(path))
        const { mode, uid, gid } = path === '' ? await stat(folder.self) : await lstat(folder.at(basename(path)))
        return { mode: mode & 0o7777, uid, gid }
      } catch (error) {
        if (error instanceof MigrateError) throw error
        return null
      }
    })
  }

  async space(): ReturnType<FolderProbe['space']> {
    return this.#visit(async (visit) => {
      const disk = await statfs((await visit.root()).self).catch(() => null)
      if (disk === null || disk.blocks === 0) return null
      const { bavail, blocks, bsize, files, ffree } = disk
      return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles: files === 0 ? null : ffree }
    })
  }

  async #visit<T>(work: (visit: Visit) => Promise<T>): Promise<T> {
    const visit = this.#folders.visit()
    try {
      return await work(visit)
    } finally {
      visit.end()
    }
  }

  async #change(path: string, work: (visit: Visit) => Promise<void>): Promise<void> {
    await this.#visit(async (visit) => {
      try {
        await work(visit)
      } catch (error) {
        throw asWriteError(error, path)
      }
    })
  }

  #missing(story: string, cause?: unknown): MigrateError {
    return new MigrateError('UPLOADS_MISSING', {
      message: `“${this.#root}” ${story}`,
      subject: this.#root,
      cause,
    })
  }

  /** The folder at a full path; null where it takes a closer look. */
  async #enter(visit: Visit, path: string): Promise<HeldFolder | null> {
    if (path !== this.#root && !isBelow(path, this.#root)) return null
    try {
      return await visit.enter(relative(this.#root, path))
    } catch (error) {
      if (error instanceof MigrateError) throw error
      return null
    }
  }

  async #find(visit: Visit, path: string): Promise<Found> {
    let wanted = relative(this.#root, join(this.#root, path))
    if (!isBelow(join(this.#root, path), this.#root)) return outside('leaves the uploads folder')
    try {
      for (let tries = 0; tries <= mostTries; tries += 1) {
        const folder = await visit.enter(dirname(wanted) === '.' ? '' : dirname(wanted))
        const name = basename(wanted)
        const stats = await lstat(folder.at(name))
        if (!folder.isSure && !(await folder.isThere())) continue
        if (stats.isFile()) return { folder, name, stats }
        if (!stats.isSymbolicLink()) return { facts: { kind: 'special', what: kindOf(stats) } }
        const real = folder.pathOf(await realpath(join(folder.place, name)))
        if (real === null) return await this.#leavesBy(path)
        wanted = real
      }
      return { facts: { kind: 'unreadable', reason: 'it is being replaced' } }
    } catch (error) {
      if (error instanceof LeavesFolder) return await this.#leavesBy(path)
      if (error instanceof MigrateError) throw error
      return { facts: factsOf(error) }
    }
  }

  /** Names the link and its target, where that is a folder which can be allowed. */
  async #leavesBy(path: string): Promise<Found> {
    const facts: Obstacle = { kind: 'outside', reason: 'is a link that leaves the uploads folder' }
    try {
      const root = await realpath(this.#root)
      const names = path.split('/').filter((name) => name !== '')
      for (const at of names.keys()) {
        const step = names.slice(0, at + 1)
        const full = join(root, ...step)
        if (!(await lstat(full)).isSymbolicLink()) continue
        const target = await realpath(full)
        if (target === root || isBelow(target, root)) continue
        if ((await stat(target)).isDirectory()) return { facts: { ...facts, link: { path: step.join('/'), target } } }
      }
    } catch {
      // It has changed meanwhile: then there is nothing to name.
    }
    return { facts }
  }
}

const outside = (reason: string): Found => ({ facts: { kind: 'outside', reason } })

const replaced = (path: string): MigrateError =>
  new MigrateError('SOURCE_CHANGED', { message: 'Another file took its place while it was opened.', subject: path })
