import { posix } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import type { FolderAccount, FolderProbe, Ownership } from '../../engine/doctor/ports.ts'
import type { Content, FileFacts, ListedFile, Permit, SourceFile, UploadsFolder } from '../../engine/ports.ts'
import { joinedLabel } from '../../engine/uploadsLabel.ts'

type Folder = UploadsFolder & FolderProbe

/** Another folder that is seen at `path` of the first one. */
interface Mounted {
  path: string
  folder: Folder
}

/**
 * An uploads folder of which parts lie elsewhere: on another disk that is mounted for Readur alone, or behind a link that
 * the user has allowed by naming where it leads. Each part is guarded as a folder of its own, so nothing else outside
 * becomes any nearer by it. What lies at such a path in the folder itself is not seen, as by Readur.
 */
export class JoinedFolder implements UploadsFolder, FolderProbe {
  readonly label: string
  readonly #first: Folder
  /** The deepest first. */
  readonly #mounted: readonly Mounted[]

  constructor(first: Folder, mounted: readonly Mounted[]) {
    this.#first = first
    this.label = joinedLabel(
      first.label,
      mounted.map(({ path, folder }) => `${path}: ${folder.label}`),
    )
    this.#mounted = [...mounted].sort((a, b) => b.path.length - a.path.length)
  }

  get namedRoot(): string {
    return this.#first.namedRoot
  }
  get root(): string {
    return this.#first.root
  }
  get hiddenPart(): string | null {
    return this.#first.hiddenPart
  }

  get #folders(): readonly Folder[] {
    return [this.#first, ...this.#mounted.map(({ folder }) => folder)]
  }

  async check(): Promise<void> {
    for (const folder of this.#folders) await folder.check()
  }

  inspect(path: string): Promise<FileFacts> {
    return this.#at(path, (folder, rest) => folder.inspect(rest))
  }

  async inspectAll(paths: readonly string[]): Promise<FileFacts[]> {
    const facts: FileFacts[] = []
    for (const folder of this.#folders) {
      const mine = paths.flatMap((path, at) => {
        const [holder, rest] = this.#split(path)
        return holder === folder ? [{ at, rest }] : []
      })
      const found = await folder.inspectAll(mine.map(({ rest }) => rest))
      for (const [nth, { at }] of mine.entries()) facts[at] = found[nth] ?? { kind: 'absent' }
    }
    return facts
  }

  open(path: string): Promise<SourceFile> {
    return this.#at(path, (folder, rest) => folder.open(rest))
  }

  async *list(signal: AbortSignal): AsyncGenerator<ListedFile[]> {
    for await (const page of this.#first.list(signal)) yield page.filter(({ path }) => this.#mountOf(path) === null)
    for (const mount of this.#mounted) {
      for await (const page of mount.folder.list(signal)) {
        const here = page.map((it) => placed(it, mount.path))
        yield here.filter(({ path }) => this.#mountOf(path) === mount)
      }
    }
  }

  place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    return this.#at(path, (folder, rest) => folder.place(rest, bytes, content, signal))
  }

  clearUnfinished(path: string): Promise<void> {
    return this.#at(path, (folder, rest) => folder.clearUnfinished(rest))
  }

  move(from: string, to: string, permit: Permit): Promise<void> {
    return this.#at(from, async (folder, rest) => {
      const [target, restOfTarget] = this.#split(to)
      if (target !== folder) {
        throw new MigrateError('FILE_UNWRITABLE', {
          message: `“${to}” cannot be written: “${from}” lies in another folder, perhaps on another disk.`,
          subject: to,
        })
      }
      await folder.move(rest, restOfTarget, permit)
    })
  }

  remove(path: string, permit: Permit): Promise<void> {
    return this.#at(path, (folder, rest) => folder.remove(rest, permit))
  }

  /** Guarded where all of them are. */
  async account(signal: AbortSignal): Promise<FolderAccount> {
    const all = await Promise.all(this.#folders.map((it) => it.account(signal)))
    return { uid: all[0]?.uid ?? null, isGuarded: all.every(({ isGuarded }) => isGuarded) }
  }

  ownership(path: string, signal: AbortSignal): Promise<Ownership | null> {
    const [folder, rest] = this.#split(path)
    return folder.ownership(rest, signal)
  }

  /** Where there is least room. */
  async space(signal: AbortSignal): ReturnType<FolderProbe['space']> {
    const all = await Promise.all(this.#folders.map((it) => it.space(signal)))
    const known = all.filter((it) => it !== null)
    return known.sort((a, b) => a.freeBytes - b.freeBytes)[0] ?? null
  }

  async #at<T>(path: string, use: (folder: Folder, rest: string) => Promise<T>): Promise<T> {
    const [folder, rest] = this.#split(path)
    return use(folder, rest)
  }

  #split(path: string): [folder: Folder, rest: string] {
    const mount = this.#mountOf(path)
    return mount === null ? [this.#first, path] : [mount.folder, posix.relative(mount.path, posix.normalize(path))]
  }

  #mountOf(path: string): Mounted | null {
    const plain = posix.normalize(path)
    return this.#mounted.find((it) => plain === it.path || plain.startsWith(`${it.path}/`)) ?? null
  }
}

/** What was listed in a mounted folder, as it is seen from the first one. */
function placed(listed: ListedFile, mount: string): ListedFile {
  const path = posix.join(mount, listed.path)
  if (listed.kind !== 'link') return { ...listed, path }
  return { ...listed, path, target: listed.target === null ? null : posix.join(mount, listed.target) }
}
