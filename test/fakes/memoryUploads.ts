import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { partNameOf } from '../../src/main/adapters/uploads/partName.ts'
import { asMigrateError, MigrateError } from '../../src/main/engine/errors.ts'
import type {
  Content,
  FileFacts,
  FileStamp,
  ListedFile,
  Permit,
  SourceFile,
  UploadsFolder,
} from '../../src/main/engine/ports.ts'

type Entry =
  | { kind: 'file'; bytes: Buffer; mtimeMs: number; id: number; readable: boolean }
  | { kind: 'folder' }
  | { kind: 'pipe' }
  | { kind: 'link'; target: string }

type FileEntry = Extract<Entry, { kind: 'file' }>
type Obstacle = Exclude<FileFacts, { kind: 'file' }>
type Found = { file: FileEntry } | { facts: Obstacle }

const chunkSize = 64 * 1024
const longestName = 255

/** Where a file is written before it has its name. */
const partOf = (target: string): string =>
  posix.join(posix.dirname(target) === '.' ? 'documents' : posix.dirname(target), partNameOf(target))

/** An uploads folder in memory, with links and pipes. */
export class MemoryUploads implements UploadsFolder {
  readonly label = 'memory'
  readonly namedRoot = '/srv/readur/uploads'
  /** By path; folders need no entry of their own to hold files. */
  readonly entries = new Map<string, Entry>()
  /** Called before each chunk of a file is read; may change files. */
  onRead: (path: string, position: number) => void = () => undefined
  /** Called before anything is changed; throwing makes it fail. May change files. */
  onWrite: (call: 'place' | 'move' | 'remove', path: string) => unknown = () => undefined
  /** Called when a file that was placed has its name and still has the one it was written under; throwing leaves both. */
  onNamed: () => void = () => undefined
  /** What files that are being placed are written under. */
  readonly #written = new Set<string>()
  #time = 1_700_000_000_000

  check(): Promise<void> {
    return Promise.resolve()
  }

  /** Puts a new file there, in the place of any other. */
  write(path: string, bytes: Uint8Array): void {
    const id = (this.#time += 1)
    this.entries.set(path, { kind: 'file', bytes: Buffer.from(bytes), mtimeMs: this.#time, id, readable: true })
  }

  /** Writes into the file that is there. */
  overwrite(path: string, bytes: Uint8Array): void {
    const entry = this.entries.get(path)
    if (entry?.kind !== 'file') throw new Error(`“${path}” is no file.`)
    entry.bytes = Buffer.from(bytes)
    entry.mtimeMs = this.#time += 1
  }

  inspect(path: string): Promise<FileFacts> {
    const found = this.#find(path)
    if ('facts' in found) return Promise.resolve(found.facts)
    if (!found.file.readable) return Promise.resolve({ kind: 'unreadable', reason: 'EACCES' })
    return Promise.resolve({ kind: 'file', stamp: stampOf(found.file) })
  }

  inspectAll(paths: readonly string[]): Promise<FileFacts[]> {
    return Promise.all(paths.map((path) => this.inspect(path)))
  }

  async *list(signal: AbortSignal): AsyncGenerator<ListedFile[]> {
    for (const [path, entry] of this.entries) {
      await new Promise(setImmediate)
      signal.throwIfAborted()
      if (entry.kind === 'file') yield [{ path, kind: 'file', stamp: stampOf(entry) }]
      else if (entry.kind === 'link') {
        const target = posix.join(posix.dirname(path), entry.target)
        const leaves = posix.isAbsolute(entry.target) || target.startsWith('..')
        yield [{ path, kind: 'link', target: leaves ? null : target, written: entry.target }]
      } else if (entry.kind !== 'folder') yield [{ path, kind: 'special', what: entry.kind }]
    }
  }

  open(path: string): Promise<SourceFile> {
    const found = this.#find(path)
    if ('facts' in found) return Promise.reject(refusal(path, found.facts))
    const { file } = found
    if (!file.readable) return Promise.reject(refusal(path, { kind: 'unreadable', reason: 'EACCES' }))
    const stamp = stampOf(file)
    const onRead = (position: number): void => this.onRead(path, position)
    return Promise.resolve({
      stamp,
      async *read(signal: AbortSignal): AsyncGenerator<Uint8Array> {
        for (let position = 0; position <= stamp.size; position += chunkSize) {
          await new Promise(setImmediate)
          signal.throwIfAborted()
          onRead(position)
          const chunk = file.bytes.subarray(position, Math.min(position + chunkSize, stamp.size + 1))
          if (chunk.byteLength > 0) yield Buffer.from(chunk)
        }
      },
      restat: () => Promise.resolve(stampOf(file)),
      close: () => Promise.resolve(),
    })
  }

  async clearUnfinished(path: string): Promise<void> {
    await new Promise(setImmediate)
    const part = partOf(this.#resolve(path, 'make') ?? '')
    if (!this.#written.has(part)) this.entries.delete(part)
  }

  async place(path: string, bytes: AsyncIterable<Uint8Array>, content: Content, signal: AbortSignal): Promise<void> {
    await this.onWrite('place', path)
    const target = this.#resolve(path, 'make') ?? ''
    if (this.#whatLies(target) !== 'nothing') throw taken(path)
    const chunks: Uint8Array[] = []
    let size = 0
    const part = partOf(target)
    this.#written.add(part)
    this.write(part, Buffer.alloc(0))
    try {
      for await (const chunk of bytes) {
        signal.throwIfAborted()
        size += chunk.byteLength
        if (size > content.size) break
        chunks.push(Buffer.from(chunk))
      }
    } catch (error) {
      throw asMigrateError(error)
    } finally {
      this.entries.delete(part)
      this.#written.delete(part)
    }
    await new Promise(setImmediate)
    signal.throwIfAborted()
    const whole = Buffer.concat(chunks)
    if (size !== content.size || createHash('sha256').update(whole).digest('hex') !== content.sha256) {
      throw new MigrateError('VERIFY_FAILED', { message: `“${path}” is not what was to be placed.`, subject: path })
    }
    if (this.#whatLies(target) !== 'nothing') throw taken(path)
    this.write(target, whole)
    this.write(part, whole)
    this.onNamed()
    this.entries.delete(part)
  }

  async move(from: string, to: string, permit: Permit): Promise<void> {
    await this.onWrite('move', from)
    permit.assertFresh()
    await new Promise(setImmediate)
    const old = this.#resolve(from, 'leave')
    const entry = old === null ? undefined : this.entries.get(old)
    if (old === null || this.#whatLies(old) === 'nothing') throw refusal(from, { kind: 'absent' })
    if (entry?.kind !== 'file') throw refusal(from, { kind: 'special', what: this.#whatLies(old) })
    const target = this.#resolve(to, 'make') ?? ''
    if (this.#whatLies(target) !== 'nothing' && this.entries.get(target) !== entry) throw taken(to)
    this.entries.set(target, entry)
    if (target !== old) this.entries.delete(old)
  }

  async remove(path: string, permit: Permit): Promise<void> {
    await this.onWrite('remove', path)
    permit.assertFresh()
    await new Promise(setImmediate)
    const target = this.#resolve(path, 'leave')
    if (target === null) return
    const what = this.#whatLies(target)
    if (what !== 'nothing' && what !== 'file') throw refusal(path, { kind: 'special', what })
    this.entries.delete(target)
  }

  #find(path: string): Found {
    const walked = this.#walk(path)
    if ('facts' in walked) return walked
    const entry = this.entries.get(walked.at)
    if (entry?.kind === 'file') return { file: entry }
    const what = this.#whatLies(walked.at)
    return { facts: what === 'nothing' ? { kind: 'absent' } : { kind: 'special', what } }
  }

  /** Follows links on the way, none of them out of the folder. */
  #walk(path: string): { at: string } | { facts: Obstacle } {
    let at = ''
    const rest = posix.normalize(path).split('/')
    for (let steps = 0; rest.length > 0; steps += 1) {
      const name = rest.shift() ?? ''
      if (steps > 100) return { facts: { kind: 'special', what: 'symbolic link that leads in a circle' } }
      if (Buffer.byteLength(name) > longestName) return { facts: { kind: 'absent' } }
      const next = posix.join(at, name)
      if (next === '..' || next.startsWith('../')) return { facts: { kind: 'outside', reason: 'leaves the folder' } }
      const entry = this.entries.get(next)
      if (entry?.kind === 'link') {
        const target = posix.join(at, entry.target)
        if (target.startsWith('..') || posix.isAbsolute(entry.target)) {
          return { facts: { kind: 'outside', reason: 'is a link that leaves the folder' } }
        }
        rest.unshift(...target.split('/'))
        at = ''
      } else {
        at = next
      }
    }
    return { at }
  }

  /** The name to write to, links on the way to it resolved. `leave`: null when there is no folder for it. */
  #resolve(path: string, missing: 'make' | 'leave'): string | null {
    const names = path.split('/').filter((name) => name !== '' && name !== '.')
    const last = names.pop()
    if (last === undefined || [...names, last].includes('..')) {
      throw refusal(path, { kind: 'outside', reason: 'isn’t the path of a file' })
    }
    if ([...names, last].some((name) => Buffer.byteLength(name) > longestName)) {
      if (missing === 'leave') return null
      throw new MigrateError('FILE_UNWRITABLE', { message: `The name “${path}” is too long.`, subject: path })
    }
    let folder = ''
    for (const name of names) {
      const plain = posix.join(folder, name)
      const walked = this.#walk(plain)
      if ('facts' in walked) throw refusal(path, walked.facts)
      const what = this.#whatLies(walked.at)
      const isNew = what === 'nothing' && this.#whatLies(plain) === 'nothing'
      if (what !== 'folder' && missing === 'leave') return null
      if (what !== 'folder' && !isNew) throw taken(path)
      folder = walked.at
    }
    return posix.join(folder, last)
  }

  /** At exactly this name: a link is a link. */
  #whatLies(at: string): string {
    const entry = this.entries.get(at)
    if (entry) return entry.kind === 'link' ? 'symbolic link' : entry.kind
    const isFolder = at === '.' || [...this.entries.keys()].some((name) => name.startsWith(`${at}/`))
    return isFolder ? 'folder' : 'nothing'
  }
}

const stampOf = (file: FileEntry): FileStamp => ({
  size: file.bytes.byteLength,
  mtimeMs: file.mtimeMs,
  identity: `memory:${file.id}`,
})

const taken = (path: string): MigrateError =>
  new MigrateError('FILE_TAKEN', { message: `Something lies at “${path}”.`, subject: path })

function refusal(path: string, facts: Obstacle): MigrateError {
  const codes = {
    absent: 'FILE_MISSING',
    special: 'FILE_NOT_REGULAR',
    outside: 'PATH_OUTSIDE',
    unreadable: 'FILE_UNREADABLE',
  } as const
  return new MigrateError(codes[facts.kind], { message: `“${path}” is ${facts.kind}.`, subject: path })
}
