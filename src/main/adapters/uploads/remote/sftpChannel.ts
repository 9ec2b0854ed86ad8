import type { FileEntryWithStats, InputAttributes, SFTPWrapper, Stats } from 'ssh2'
import { z } from 'zod'
import type { SshConnection } from '../../ssh/connection.ts'
import type { SshLink } from '../../ssh/link.ts'
import { lost } from '../../ssh/sshErrors.ts'
import {
  Refusal,
  refused,
  status,
  type ChannelHost,
  type ChannelSource,
  type DiskFacts,
  type FileChannel,
  type Place,
} from './channel.ts'
import { Descriptors, type Descriptor } from './descriptors.ts'
import { SftpFolders } from './sftpFolders.ts'

/** What OpenSSH tells of a disk, as far as we need it. */
const diskSchema = z.object({
  f_bavail: z.number(),
  f_frsize: z.number(),
  f_flag: z.number(),
  f_blocks: z.number(),
  f_files: z.number(),
  f_favail: z.number(),
})

type Done<T> = (error: Error | null | undefined, value: T) => void

/** The largest read and write that OpenSSH carries out in one go. */
const largestPiece = 255 * 1024
const smallestPiece = 16 * 1024

/**
 * One SFTP session. Each call is answered, refused with Refusal, or fails with SSH_LOST: when the connection goes,
 * and when the server answers nothing at all for `stallMs`. ssh2 alone would let such calls wait for ever.
 */
class SftpChannel implements FileChannel {
  readonly acknowledgesWrites = true
  readonly #sftp: SFTPWrapper
  readonly #label: string
  readonly #stallMs: number
  readonly #forget: () => void
  readonly #waiting = new Set<(error: Error) => void>()
  readonly #descriptors = new Descriptors((path) => this.readlink(path))
  /** By their handles. */
  readonly #opened = new Map<string, Descriptor>()
  readonly #folders = new SftpFolders(this, (handle) => this.#opened.get(keyOf(handle)) ?? null)
  #stall: NodeJS.Timeout | undefined
  #ended: Error | null = null
  openFiles = 0
  calls = 0
  pieceSize: number

  constructor(sftp: SFTPWrapper, label: string, gone: AbortSignal, stallMs: number) {
    this.#sftp = sftp
    this.#label = label
    this.#stallMs = stallMs
    // Not part of ssh2's types: what it would split by itself, and then ask for one by one.
    const limit: unknown = Reflect.get(sftp, '_maxReadLen')
    this.pieceSize = Math.min(largestPiece, typeof limit === 'number' ? limit : smallestPiece)
    sftp.on('error', (error: Error) => this.#end(lost(label, error.message, error)))
    sftp.on('close', () => this.#end(lost(label, 'its SFTP session ended')))
    const onGone = (): void => this.#end(lost(label, 'its SFTP session ended with it'))
    this.#forget = () => gone.removeEventListener('abort', onGone)
    gone.addEventListener('abort', onGone)
    if (gone.aborted) onGone()
  }

  get isOpen(): boolean {
    return this.#ended === null
  }

  get load(): number {
    return this.openFiles * 16 + this.calls
  }

  learnPieceSize(bytes: number): void {
    this.pieceSize = Math.max(smallestPiece, Math.min(this.pieceSize, bytes))
  }

  end(): void {
    this.#end(lost(this.#label, 'its SFTP session was closed'))
  }

  enter(real: string): Promise<Place> {
    return this.#folders.enter(real)
  }
  entered(real: string): Place | null {
    return this.#folders.entered(real)
  }
  placeOf(handle: Buffer): string | null {
    return this.#opened.get(keyOf(handle))?.place ?? null
  }
  lstat(path: string): Promise<Stats> {
    return this.#call((done) => this.#sftp.lstat(path, done))
  }
  stat(path: string): Promise<Stats> {
    return this.#call((done) => this.#sftp.stat(path, done))
  }
  fstat(handle: Buffer): Promise<Stats> {
    return this.#call((done) => this.#sftp.fstat(handle, done))
  }
  realpath(path: string): Promise<string> {
    return this.#call((done) => this.#sftp.realpath(path, done))
  }
  readlink(path: string): Promise<string> {
    return this.#call((done) => this.#sftp.readlink(path, done))
  }
  open(path: string, flags: 'r' | 'r+' | 'wx', mode?: number): Promise<Buffer> {
    const attributes = mode === undefined ? {} : { mode }
    const start = (): Promise<Buffer> => this.#call((done) => this.#sftp.open(path, flags, attributes, done))
    // What was made new is not opened twice.
    return this.#opening(start, flags !== 'wx')
  }
  openFolder(path: string): Promise<Buffer> {
    return this.#opening(() => this.#call((done) => this.#sftp.opendir(path, done)), true)
  }
  entries(handle: Buffer): Promise<FileEntryWithStats[]> {
    return this.#call((done) => this.#sftp.readdir(handle, done))
  }
  async close(handle: Buffer): Promise<void> {
    const descriptor = this.#opened.get(keyOf(handle))
    if (descriptor) this.#descriptors.forget(descriptor)
    this.#opened.delete(keyOf(handle))
    await this.#callAny((done) => this.#sftp.close(handle, done)).catch(() => undefined)
  }
  read(handle: Buffer, into: Buffer, offset: number, position: number): Promise<number> {
    return this.#call((done) => this.#sftp.read(handle, into, offset, into.length - offset, position, done))
  }
  write(handle: Buffer, bytes: Buffer, position: number): Promise<void> {
    return this.#callAny((done) => this.#sftp.write(handle, bytes, 0, bytes.length, position, done))
  }
  fsync(handle: Buffer): Promise<void> {
    return this.#callAny((done) => this.#sftp.ext_openssh_fsync(handle, done))
  }
  setAttributes(handle: Buffer, attributes: InputAttributes): Promise<void> {
    return this.#callAny((done) => this.#sftp.fsetstat(handle, attributes, done))
  }
  makeFolder(path: string, mode: number): Promise<void> {
    return this.#callAny((done) => this.#sftp.mkdir(path, { mode }, done))
  }
  link(from: string, to: string): Promise<void> {
    return this.#callAny((done) => this.#sftp.ext_openssh_hardlink(from, to, done))
  }
  /** Version 3 never overwrites. */
  rename(from: string, to: string): Promise<void> {
    return this.#callAny((done) => this.#sftp.rename(from, to, done))
  }
  unlink(path: string): Promise<void> {
    return this.#callAny((done) => this.#sftp.unlink(path, done))
  }
  async disk(path: string): Promise<DiskFacts> {
    return diskSchema.parse(await this.#call<unknown>((done) => this.#sftp.ext_openssh_statvfs(path, done)))
  }

  async #opening(start: () => Promise<Buffer>, again: boolean): Promise<Buffer> {
    const close = again ? (handle: Buffer) => this.close(handle) : null
    const { handle, descriptor } = await this.#descriptors.open(start, close)
    if (descriptor) this.#opened.set(keyOf(handle), descriptor)
    return handle
  }

  /** SFTP has no word for it, but on Linux the session itself can be read about. */
  async account(): Promise<number | null> {
    try {
      const handle = await this.open('/proc/self/status', 'r')
      const text = Buffer.alloc(smallestPiece)
      const read = await this.read(handle, text, 0, 0).finally(() => this.close(handle))
      const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(text.toString('utf8', 0, read))?.[1]
      return uid === undefined ? null : Number(uid)
    } catch (error) {
      if (!refused(error)) throw error
      return null
    }
  }

  /** For requests that are answered with nothing but success. */
  #callAny(start: (done: (error?: Error | null) => void) => void): Promise<void> {
    return this.#call<undefined>((done) => start((error) => done(error, undefined)))
  }

  #call<T>(start: (done: Done<T>) => void): Promise<T> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#waiting.add(reject)
      if (this.#waiting.size === 1) this.#watch()
      const answered = (): void => {
        this.#waiting.delete(reject)
        this.#watch()
      }
      try {
        start((error, value) => {
          answered()
          if (error) reject(this.#meaningOf(error))
          else resolve(value)
        })
      } catch (error) {
        // An extension that the server does not have, or a connection that is gone.
        answered()
        reject(this.#meaningOf(error))
      }
    })
  }

  #meaningOf(error: unknown): Error {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') {
      return new Refusal(error.code, message)
    }
    if (/does not support/i.test(message)) return new Refusal(status.unsupported, message)
    return this.#ended ?? lost(this.#label, message, error)
  }

  #watch(): void {
    clearTimeout(this.#stall)
    if (this.#waiting.size === 0 || this.#ended) return
    const seconds = this.#stallMs / 1000
    this.#stall = setTimeout(() => this.#end(lost(this.#label, `no answer for ${seconds} seconds`)), this.#stallMs)
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    this.#forget()
    clearTimeout(this.#stall)
    for (const reject of this.#waiting) reject(error)
    this.#waiting.clear()
    this.#sftp.end()
  }
}

const keyOf = (handle: Buffer): string => handle.toString('hex')

/** SFTP sessions on an SSH link. */
export function sftpSource(link: SshLink): ChannelSource {
  const hosts = new WeakMap<SshConnection, ChannelHost>()
  return {
    closing: link.closing,
    host: async (signal) => {
      const connection = await link.get(signal)
      const host = hosts.get(connection) ?? {
        openChannel: async (stallMs: number) => {
          const sftp = await connection.sftp(link.closing, stallMs)
          return new SftpChannel(sftp, connection.label, connection.lost, stallMs)
        },
      }
      hosts.set(connection, host)
      return host
    },
  }
}
