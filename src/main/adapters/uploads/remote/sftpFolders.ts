import { posix } from 'node:path'
import { Leases, type Lease } from '../leases.ts'
import { looksSame, refused, status, type FileChannel, type Place } from './channel.ts'
import { linkOf, pathBy, replaced, type Descriptor } from './descriptors.ts'

/** Folders that stay open over there though nobody works in them now. */
const most = 16
const unusedMs = 1000

interface Held {
  handle: Buffer
  descriptor: Descriptor
}

/** The folders of one SFTP session that are worked in: open over there, and named by their descriptors where that goes. */
export class SftpFolders {
  readonly #channel: Pick<FileChannel, 'openFolder' | 'close' | 'lstat' | 'readlink' | 'isOpen'>
  readonly #descriptorOf: (handle: Buffer) => Descriptor | null
  readonly #held: Leases<Held>

  constructor(
    channel: Pick<FileChannel, 'openFolder' | 'close' | 'lstat' | 'readlink' | 'isOpen'>,
    descriptorOf: (handle: Buffer) => Descriptor | null,
  ) {
    this.#channel = channel
    this.#descriptorOf = descriptorOf
    this.#held = new Leases({ most, unusedMs, close: ({ handle }) => void channel.close(handle) })
  }

  entered(real: string): Place | null {
    const lease = this.#held.take(real)
    return lease && this.#place(lease)
  }

  async enter(real: string): Promise<Place> {
    const before = this.entered(real)
    if (before && (await before.isThere())) return before
    before?.leave()
    const held = await this.#open(real)
    return held ? this.#place(this.#held.add(real, held)) : pathAlone(real)
  }

  async #open(real: string): Promise<Held | null> {
    let handle: Buffer
    try {
      handle = await this.#channel.openFolder(real)
    } catch (error) {
      // A folder may be searched and not read.
      if (refused(error) && !refused(error, status.noSuchFile)) return null
      throw error
    }
    const descriptor = this.#descriptorOf(handle)
    if (descriptor?.place === real) return { handle, descriptor }
    await this.#channel.close(handle)
    if (descriptor) throw replaced(real)
    return null
  }

  #place(lease: Lease<Held>): Place {
    const { key: real, value } = lease
    const { descriptor } = value
    return {
      real,
      isSure: true,
      self: pathBy(descriptor),
      at: (name) => pathBy(descriptor, name),
      isThere: async () => {
        const isThere = await this.#isAt(real, descriptor)
        if (!isThere) this.#held.drop(lease)
        return isThere
      },
      leave: () => this.#held.giveBack(lease),
    }
  }

  /** Inodes are not shown. A disk that was mounted there since has a folder of another date. */
  async #isAt(real: string, descriptor: Descriptor): Promise<boolean> {
    const channel = this.#channel
    try {
      const [place, named, held] = await Promise.all([
        channel.readlink(linkOf(descriptor)),
        channel.lstat(real),
        channel.lstat(pathBy(descriptor)),
      ])
      return place === real && looksSame(named, held)
    } catch (error) {
      if (!refused(error)) throw error
      return false
    }
  }
}

/** Of a server that shows no descriptors: nothing is known but the path. */
function pathAlone(real: string): Place {
  return {
    real,
    isSure: false,
    self: real,
    at: (name) => posix.join(real, name),
    isThere: () => Promise.resolve(true),
    leave: () => undefined,
  }
}
