import { posix } from 'node:path'
import { MigrateError } from '../../../engine/errors.ts'
import type { Obstacle } from '../fileErrors.ts'
import { refused, status, type FileChannel, type Place, type RemoteStats } from './channel.ts'
import { factsOf, isBelow, isFolderAlong, walk } from './paths.ts'
import type { ChannelPool } from './pool.ts'

/** Something that lies in the uploads folder: in which folder, under which name. */
export interface Found {
  place: Place
  name: string
  /** What lies there: never a link. */
  stats: RemoteStats
}

/** A folder that somebody else replaces this often at the same moment is given up. */
const mostTries = 3

const beingReplaced: Obstacle = { kind: 'unreadable', reason: 'its folder is being replaced' }

/** One operation on a channel, and the folders that it works in: they stay open until it ends. */
export class Visit {
  readonly channel: FileChannel
  /** A real path. */
  readonly root: string
  /** By their real paths. */
  readonly #places = new Map<string, Place>()

  constructor(channel: FileChannel, root: string) {
    this.channel = channel
    this.root = root
  }

  /** What a path leads to, all links on the way resolved; or what is in the way. */
  async find(path: string): Promise<Found | { facts: Obstacle }> {
    const known = await this.#findAsBefore(path)
    if (known) return known
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const walked = await walk(this.channel, this.root, path)
      if ('facts' in walked) return walked
      const name = posix.basename(walked.real)
      try {
        const place = this.#stay(await this.channel.enter(posix.dirname(walked.real)))
        if (!place.isSure) return { place, name, stats: walked.stats }
        const stats = await this.channel.lstat(place.at(name))
        if (!stats.isSymbolicLink()) return { place, name, stats }
      } catch (error) {
        if (!refused(error, status.noSuchFile)) return { facts: factsOf(error) }
      }
    }
    return { facts: beingReplaced }
  }

  /** Throws Refusal with noSuchFile where another folder, or a link, has taken its place. */
  async enter(real: string): Promise<Place> {
    return this.#places.get(real) ?? this.#stay(await this.channel.enter(real))
  }

  /** A folder that is open from before and still there. */
  async enterAgain(real: string): Promise<Place | null> {
    const known = this.#places.get(real)
    if (known) return known
    const before = this.channel.entered(real)
    if (before && (await before.isThere())) return this.#stay(before)
    before?.leave()
    return null
  }

  /**
   * Throws SOURCE_CHANGED when a folder is no longer where it was entered. To be asked before a step that names
   * something in it, and after: where the far side cannot name a folder but by its path, the step may have gone elsewhere.
   */
  async confirm(place: Place, path: string): Promise<void> {
    if (place.isSure || (await isFolderAlong(this.channel, this.root, place.real))) return
    throw new MigrateError('SOURCE_CHANGED', {
      message: `The folder of “${path}” was replaced or moved at this moment.`,
      subject: path,
    })
  }

  end(): void {
    for (const place of this.#places.values()) place.leave()
    this.#places.clear()
  }

  /** In one round trip, where the folder is open from before and there is no link. */
  async #findAsBefore(path: string): Promise<Found | null> {
    const wanted = posix.join(this.root, path)
    if (!isBelow(wanted, this.root) || path.includes('\0')) return null
    const place = this.channel.entered(posix.dirname(wanted))
    if (!place) return null
    const name = posix.basename(wanted)
    try {
      const [isThere, stats] = await Promise.all([place.isThere(), this.channel.lstat(place.at(name))])
      if (isThere && !stats.isSymbolicLink()) return { place: this.#stay(place), name, stats }
    } catch (error) {
      if (!refused(error)) throw error
    }
    place.leave()
    return null
  }

  #stay(place: Place): Place {
    // Another one of this path, that two have entered at once, stays open for nobody.
    this.#places.get(place.real)?.leave()
    this.#places.set(place.real, place)
    return place
  }
}

/** As ChannelPool.use, for work in folders below `root`, a real path. */
export function visiting<T>(
  pool: ChannelPool,
  signal: AbortSignal,
  root: string,
  work: (visit: Visit) => Promise<T>,
): Promise<T> {
  return pool.use(signal, async (channel) => {
    const visit = new Visit(channel, root)
    try {
      return await work(visit)
    } finally {
      visit.end()
    }
  })
}
