import { posix } from 'node:path'
import { MigrateError } from '../../src/main/engine/errors.ts'
import type { FileFacts, FileStamp, SourceFile, UploadsFolder } from '../../src/main/engine/ports.ts'

type Entry =
  | { kind: 'file'; bytes: Buffer; mtimeMs: number; id: number; readable: boolean }
  | { kind: 'folder' }
  | { kind: 'pipe' }
  | { kind: 'link'; target: string }

type FileEntry = Extract<Entry, { kind: 'file' }>
type Found = { file: FileEntry } | { facts: Exclude<FileFacts, { kind: 'file' }> }

const chunkSize = 64 * 1024
const longestName = 255

/** An uploads folder in memory, with links and pipes. */
export class MemoryUploads implements UploadsFolder {
  readonly label = 'memory'
  /** By path; folders need no entry of their own to hold files. */
  readonly entries = new Map<string, Entry>()
  /** Called before each chunk of a file is read; may change files. */
  onRead: (path: string, position: number) => void = () => undefined
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

  /** Follows links on the way, none of them out of the folder. */
  #find(path: string): Found {
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
    const entry = this.entries.get(at)
    if (entry?.kind === 'file') return { file: entry }
    if (entry?.kind === 'pipe') return { facts: { kind: 'special', what: 'pipe' } }
    const isFolder = entry !== undefined || [...this.entries.keys()].some((name) => name.startsWith(`${at}/`))
    return { facts: isFolder ? { kind: 'special', what: 'folder' } : { kind: 'absent' } }
  }
}

const stampOf = (file: FileEntry): FileStamp => ({
  size: file.bytes.byteLength,
  mtimeMs: file.mtimeMs,
  identity: `memory:${file.id}`,
})

function refusal(path: string, facts: Exclude<FileFacts, { kind: 'file' }>): MigrateError {
  const codes = {
    absent: 'FILE_MISSING',
    special: 'FILE_NOT_REGULAR',
    outside: 'PATH_OUTSIDE',
    unreadable: 'FILE_UNREADABLE',
  } as const
  return new MigrateError(codes[facts.kind], { message: `“${path}” is ${facts.kind}.`, subject: path })
}
