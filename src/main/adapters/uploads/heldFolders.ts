import { closeSync, constants, open as openCallback, readlinkSync, type BigIntStats } from 'node:fs'
import { lstat, realpath, stat, type FileHandle } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from './fileErrors.ts'
import { Leases, type Lease } from './leases.ts'

const openNumber = promisify(openCallback)

/** Of Linux, and unknown to Node: such a descriptor stands for a folder, and takes no permission to read it. */
const O_PATH = 0o10000000
const descriptors = '/proc/self/fd'

const most = 64
const unusedMs = 1000

/** The way to a folder ends outside of the uploads folder. */
export class LeavesFolder extends Error {
  readonly code = 'ELEAVES'
}

export function isBelow(path: string, root: string): boolean {
  const rest = relative(root, path)
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`)
}

type Identity = Pick<BigIntStats, 'dev' | 'ino'>

export const isSameFile = (one: Identity | null, other: Identity | null): boolean =>
  one !== null && other !== null && one.dev === other.dev && one.ino === other.ino

/**
 * A folder inside of the uploads folder that was proven to be inside after it had been opened. On Linux a name in it is
 * one of this very folder, whatever takes the place of the folder or of those above it. Elsewhere the system offers
 * Node no such names: there `isThere` and `holds` tell afterwards whether the folder was still where it belongs.
 */
export class HeldFolder {
  /** Where it really lay when it was opened. */
  readonly place: string
  readonly identity: Identity
  readonly #root: string
  readonly #descriptor: number | null

  /** `root`: where the uploads folder lies; `descriptor`: null where names cannot be had by it. */
  constructor(place: string, identity: Identity, root: string, descriptor: number | null) {
    this.place = place
    this.identity = identity
    this.#root = root
    this.#descriptor = descriptor
  }

  /** Its names are its own, whatever happens to its path. */
  get isSure(): boolean {
    return this.#descriptor !== null
  }

  get isRoot(): boolean {
    return this.place === this.#root
  }

  /** The path from the root to a real path; null where that lies outside. */
  pathOf(real: string): string | null {
    return isBelow(real, this.#root) ? relative(this.#root, real) : null
  }

  /** A path of the folder itself; it may end in a link, which leads to this folder alone. */
  get self(): string {
    return this.#descriptor === null ? this.place : `${descriptors}/${this.#descriptor}`
  }

  at(name: string): string {
    return join(this.self, name)
  }

  /** It is where it was opened. */
  async isThere(): Promise<boolean> {
    try {
      if (this.#descriptor !== null) return placeOf(this.#descriptor) === this.place
      const [place, now] = [await realpath(this.place), await stat(this.place, { bigint: true })]
      return place === this.place && isSameFile(now, this.identity)
    } catch {
      return false
    }
  }

  /** What was opened under this name of this folder lies in the uploads folder. */
  async holds(file: FileHandle, name: string): Promise<boolean> {
    if (this.#descriptor !== null) return isBelow(placeOf(file.fd), this.#root)
    if (!(await this.isThere())) return false
    const named = await lstat(this.at(name), { bigint: true }).catch(() => null)
    // A name that is gone by now does no harm: the file is open.
    const isThat = named === null || isSameFile(named, await file.stat({ bigint: true }))
    return isThat && (await this.isThere())
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
  }
}

/** Where an open file or folder lies now. Asks the kernel alone, never a disk, so it can be asked at once. */
function placeOf(descriptor: number): string {
  return readlinkSync(`${descriptors}/${descriptor}`)
}

interface Entry {
  folder: HeldFolder
  /** Every folder on the way lies inside as well. */
  strictly: boolean
}

/** The uploads folder and the folders below it, kept open from one call to the next. */
export class HeldFolders {
  readonly #path: string
  readonly #missing: (story: string, cause?: unknown) => Error
  /** By their paths from the root. */
  readonly #leases = new Leases<Entry>({ most, unusedMs, close: ({ folder }) => folder.close() })
  /**
   * The folder of the first call and no other: where a disk is no longer mounted, an empty folder may lie in its place,
   * and what is put there is lost from sight as soon as the disk is back.
   */
  #known: { place: string; identity: Identity } | null = null

  /** `missing` makes the error for a root that cannot be used. */
  constructor(path: string, missing: (story: string, cause?: unknown) => Error) {
    this.#path = path
    this.#missing = missing
  }

  visit(): Visit {
    return new Visit(this)
  }

  /** The folder with this path from the root, to be given back. Throws LeavesFolder, and what the system says. */
  async lease(path: string, strictly: boolean): Promise<Lease<Entry>> {
    const known = this.#leases.take(path)
    if (known) {
      const fits = known.value.strictly || !strictly
      if (fits && (await this.#leadsTo(path, known.value.folder))) return known
      this.#leases.drop(known)
      this.giveBack(known)
    }
    if (path === '') return this.#leases.add('', { folder: await this.#openRoot(), strictly: true })
    const parent = await this.lease(strictly ? above(path) : '', strictly)
    try {
      const below = strictly ? path.slice(path.lastIndexOf(sep) + 1) : path
      return this.#leases.add(path, { folder: await this.#open(parent.value.folder.at(below)), strictly })
    } finally {
      this.giveBack(parent)
    }
  }

  /** As `lease`, for a folder that is looked at once; null where a link lies on the way. */
  async leaseOnce(path: string): Promise<Lease<Entry> | null> {
    const root = await this.lease('', true)
    if (path === '') return root
    try {
      const folder = await this.#open(root.value.folder.at(path))
      const isThat = folder.place === join(root.value.folder.place, path)
      if (isThat) return this.#leases.once(path, { folder, strictly: true })
      folder.close()
      return null
    } finally {
      this.giveBack(root)
    }
  }

  giveBack(lease: Lease<Entry>): void {
    this.#leases.giveBack(lease)
  }

  /** Throws UPLOADS_MISSING where it is another folder than at first. */
  async #openRoot(): Promise<HeldFolder> {
    const folder = await this.#openAny(this.#known?.place ?? this.#path, null).catch((cause: unknown) => {
      throw this.#missing(`cannot be used: ${codeOf(cause)}.`, cause)
    })
    const { place, identity } = folder
    if (this.#known === null || isSameFile(identity, this.#known.identity)) {
      this.#known = { place, identity }
      return folder
    }
    folder.close()
    throw this.#missing('is another folder than before. Is its disk still mounted?')
  }

  async #open(path: string): Promise<HeldFolder> {
    const folder = await this.#openAny(path, this.#known?.place ?? null)
    if (folder.isRoot || folder.pathOf(folder.place) !== null) return folder
    folder.close()
    throw new LeavesFolder(`“${path}” leads to “${folder.place}”.`)
  }

  /** `root`: null for the root itself. */
  async #openAny(path: string, root: string | null): Promise<HeldFolder> {
    if (process.platform === 'linux') {
      const descriptor = await openNumber(path, O_PATH | constants.O_DIRECTORY)
      try {
        const place = placeOf(descriptor)
        const stats = await stat(`${descriptors}/${descriptor}`, { bigint: true })
        return new HeldFolder(place, stats, root ?? place, descriptor)
      } catch (error) {
        closeSync(descriptor)
        // A Linux whose /proc is not mounted, or closed.
        if (!meansNoProc(error)) throw error
      }
    }
    const place = await realpath(path)
    const stats = await stat(place, { bigint: true })
    if (stats.isDirectory()) return new HeldFolder(place, stats, root ?? place, null)
    throw Object.assign(new Error(`“${path}” isn’t a folder.`), { code: 'ENOTDIR' })
  }

  /** Whether a path leads to a folder that was opened before. */
  async #leadsTo(path: string, folder: HeldFolder): Promise<boolean> {
    const now = await stat(join(this.#known?.place ?? '', path), { bigint: true }).catch(() => null)
    return isSameFile(now, folder.identity) && (await folder.isThere())
  }
}

const above = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf(sep)))
const meansNoProc = (error: unknown): boolean => ['ENOENT', 'EACCES', 'EPERM'].includes(codeOf(error))

/** Folders that one operation works in: they stay open from when they are entered until it ends. */
export class Visit {
  readonly #folders: HeldFolders
  readonly #leases: Lease<Entry>[] = []

  constructor(folders: HeldFolders) {
    this.#folders = folders
  }

  root(): Promise<HeldFolder> {
    return this.enter('')
  }

  /** Follows links on the way, as long as the folder lies inside. Throws LeavesFolder. */
  async enter(path: string): Promise<HeldFolder> {
    return this.#stay(await this.#folders.lease(path, false))
  }

  /** As `enter`, but no folder on the way may lie outside either. */
  async enterStrictly(names: readonly string[]): Promise<HeldFolder> {
    return this.#stay(await this.#folders.lease(names.join(sep), true))
  }

  /** For a folder that was listed; null where something else has taken its place. */
  async enterListed(path: string): Promise<HeldFolder | null> {
    const lease = await this.#folders.leaseOnce(path)
    return lease && this.#stay(lease)
  }

  end(): void {
    for (const lease of this.#leases.splice(0)) this.#folders.giveBack(lease)
  }

  #stay(lease: Lease<Entry>): HeldFolder {
    this.#leases.push(lease)
    return lease.value.folder
  }
}
