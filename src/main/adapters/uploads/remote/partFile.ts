import { posix } from 'node:path'
import { unless } from '../../../engine/timers.ts'
import { MigrateError } from '../../../engine/errors.ts'
import { PartNames, type PartName } from '../partName.ts'
import { Refusal, status, type FileChannel, type Place } from './channel.ts'
import { unlinkIfThere } from './names.ts'
import { lookAt } from './paths.ts'
import { isLoss, mostLosses, type ChannelPool } from './pool.ts'
import type { ResolvedPath } from './resolvedPaths.ts'
import { visiting, Visit } from './visit.ts'

/** Bytes under way before their writing is waited for. */
const mostBytes = 4 * 1024 ** 2
const partNames = new PartNames()

/** Where a file is written before it gets its name. */
interface PartFolder {
  /** Real paths, of the uploads folder and of this one. */
  root: string
  real: string
  /** What is written, for people. */
  path: string
}

interface Write {
  position: number
  bytes: Buffer
  done: Promise<void>
}

/**
 * A file that is being written. After a lost connection it is opened again, and what the server has not acknowledged
 * is sent again.
 */
export class PartFile {
  readonly #folder: PartFolder
  readonly #name: string
  readonly #freeName: () => void
  readonly #pool: ChannelPool
  readonly #signal: AbortSignal
  #channel: FileChannel
  #handle: Buffer
  #underWay: Write[] = []
  #bytesUnderWay = 0
  #position = 0
  #losses = 0
  #resumed = false
  #closed = false

  private constructor(
    pool: ChannelPool,
    signal: AbortSignal,
    folder: PartFolder,
    { name, free }: PartName,
    channel: FileChannel,
    handle: Buffer,
  ) {
    this.#pool = pool
    this.#signal = signal
    this.#folder = folder
    this.#name = name
    this.#freeName = free
    this.#channel = channel
    this.#handle = handle
    channel.openFiles += 1
  }

  /**
   * A new file beside `target`, for nobody else to read. A second writer beside the first gets a name of its own.
   */
  static async create(pool: ChannelPool, folder: PartFolder, target: string, signal: AbortSignal): Promise<PartFile> {
    const taken = partNames.take(folder.real, target)
    const { name } = taken
    try {
      return await visiting(pool, signal, folder.root, async (visit) => {
        const place = await visit.enter(folder.real)
        await visit.confirm(place, folder.path)
        await unlinkIfThere(visit.channel, place.at(name))
        const handle = await visit.channel.open(place.at(name), 'wx', 0o600)
        try {
          await visit.confirm(place, folder.path)
        } catch (error) {
          await visit.channel.close(handle)
          throw error
        }
        return new PartFile(pool, signal, folder, taken, visit.channel, handle)
      })
    } catch (error) {
      taken.free()
      throw error
    }
  }

  /** Where it lies, for the calls of one visit. */
  async locate(visit: Visit): Promise<ResolvedPath> {
    const place = await visit.enter(this.#folder.real)
    const full = place.at(this.#name)
    return { path: this.#folder.path, place, name: this.#name, full, there: await lookAt(visit.channel, full) }
  }

  /** Opens it again. Throws SOURCE_CHANGED where that is another file. */
  async open(visit: Visit, flags: 'r' | 'r+'): Promise<Buffer> {
    const { channel } = visit
    const { place, full } = await this.locate(visit)
    const handle = await channel.open(full, flags)
    const at = channel.placeOf(handle)
    try {
      if (at !== null && at !== posix.join(place.real, this.#name)) throw replacedPart(this.#folder.path)
      await visit.confirm(place, this.#folder.path)
      return handle
    } catch (error) {
      await channel.close(handle)
      throw error
    }
  }

  /** Takes the file away where it still has this name; to be called at the end, however that is. */
  async discard(): Promise<void> {
    await this.close()
    await this.#pool.useIfOpen(async (channel) => {
      const visit = new Visit(channel, this.#folder.root)
      try {
        const { place, full, there } = await this.locate(visit)
        if (!there) return
        await visit.confirm(place, this.#folder.path)
        await unlinkIfThere(channel, full)
      } finally {
        visit.end()
      }
    })
    this.#freeName()
  }

  /**
   * What was written has to be read again: the connection was lost meanwhile, and what was acknowledged before may not
   * have reached the disk, or nothing is acknowledged there.
   */
  get isInDoubt(): boolean {
    return this.#resumed || !this.#channel.acknowledgesWrites
  }

  async write(chunk: Uint8Array): Promise<void> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = 0; at < bytes.byteLength;) {
      const piece = bytes.subarray(at, at + this.#channel.pieceSize)
      const write = { position: this.#position, bytes: piece, done: this.#send(this.#position, piece) }
      this.#underWay.push(write)
      this.#position += piece.byteLength
      this.#bytesUnderWay += piece.byteLength
      at += piece.byteLength
      while (this.#bytesUnderWay > mostBytes) await this.#settleFirst()
    }
  }

  /** Waits until all is written, lets `finish` do its part, makes it durable and closes it. */
  async finish(finish: (channel: FileChannel, handle: Buffer) => Promise<void>): Promise<void> {
    while (this.#underWay.length > 0) await this.#settleFirst()
    await this.#surely(() => finish(this.#channel, this.#handle))
    await this.#surely(async () => {
      const { size } = await this.#channel.fstat(this.#handle)
      if (size !== this.#position) throw new Refusal(status.failure, `${size} of ${this.#position} bytes are there`)
    })
    await this.#surely(() => this.#channel.fsync(this.#handle))
    await this.close()
  }

  /** Once only: the server may have given the same handle to another file since. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#channel.openFiles -= 1
    await this.#channel.close(this.#handle)
  }

  #send(position: number, bytes: Buffer): Promise<void> {
    const done = this.#channel.write(this.#handle, bytes, position)
    // Whoever waits for it finds the error; after the first one nobody does.
    done.catch(() => undefined)
    return done
  }

  async #settleFirst(): Promise<void> {
    const [first] = this.#underWay
    if (!first) return
    await this.#surely(() => unless(this.#signal, first.done))
    this.#underWay.shift()
    this.#bytesUnderWay -= first.bytes.byteLength
    this.#losses = 0
  }

  /** The call's end, be it on another connection. */
  async #surely(call: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await call()
        return
      } catch (error) {
        this.#losses += 1
        if (!isLoss(error) || this.#losses > mostLosses) throw error
      }
      await this.#resume()
    }
  }

  async #resume(): Promise<void> {
    this.#resumed = true
    await visiting(this.#pool, this.#signal, this.#folder.root, async (visit) => {
      this.#handle = await this.open(visit, 'r+')
      this.#channel.openFiles -= 1
      visit.channel.openFiles += 1
      this.#channel = visit.channel
    })
    for (const write of this.#underWay) write.done = this.#send(write.position, write.bytes)
  }
}

/** Takes away what an interrupted writer of `target` has left in this folder. */
export async function discardPart(channel: FileChannel, place: Place, target: string): Promise<void> {
  const name = partNames.unused(place.real, target)
  if (name !== null) await unlinkIfThere(channel, place.at(name))
}

const replacedPart = (path: string): MigrateError =>
  new MigrateError('SOURCE_CHANGED', {
    message: `Another file took the place of “${path}” while it was written.`,
    subject: path,
  })
