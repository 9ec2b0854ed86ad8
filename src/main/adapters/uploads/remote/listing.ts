import { posix } from 'node:path'
import type { ListedFile } from '../../../engine/ports.ts'
import { kindOf } from '../fileErrors.ts'
import { notUtf8, undecodable } from '../oddNames.ts'
import { refused, status, type FileChannel, type Place, type RemoteEntry } from './channel.ts'
import { stampOf } from './file.ts'
import { isBelow, linkAt, lookAt } from './paths.ts'
import { isLoss, mostLosses, type ChannelPool } from './pool.ts'
import { Visit } from './visit.ts'

/**
 * See UploadsFolder.list. `root` is a real path. After a lost connection the folder at hand is read from its beginning,
 * and names of it come twice.
 */
export async function* listFolder(pool: ChannelPool, root: string, signal: AbortSignal): AsyncGenerator<ListedFile[]> {
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const seen = new Set<string>()
    for await (const { visit, place, entries, obstacle } of entriesOf(pool, root, folder, signal)) {
      if (obstacle !== null) {
        yield [{ path: posix.relative(root, folder), kind: 'unreadable', reason: obstacle }]
        continue
      }
      const page: ListedFile[] = []
      for (const entry of entries) {
        if (entry.filename === '.' || entry.filename === '..') continue
        const look = await listed(visit, place, entry)
        if (typeof look === 'string') seen.add(look)
        else page.push(look)
      }
      yield page
    }
    folders.push(...seen)
  }
}

type Reply =
  /** Why the folder cannot be looked into. */
  | { obstacle: string; visit?: never; place?: never; entries?: never }
  | { obstacle: null; visit: Visit; place: Place; entries: RemoteEntry[] }

async function* entriesOf(pool: ChannelPool, root: string, folder: string, signal: AbortSignal): AsyncGenerator<Reply> {
  for (let losses = 1; ; losses += 1) {
    try {
      yield* entriesOnce(pool, root, folder, signal)
      return
    } catch (error) {
      if (!isLoss(error) || losses >= mostLosses) throw error
    }
  }
}

/** A handle, and what a folder is called by it, is known to the session alone that gave it. */
async function* entriesOnce(
  pool: ChannelPool,
  root: string,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<Reply> {
  const visit = await pool.use(signal, (channel) => Promise.resolve(new Visit(channel, root)))
  let handle: Buffer | null = null
  try {
    const place = await visit.enter(folder)
    handle = await visit.channel.openFolder(place.self)
    for (;;) {
      signal.throwIfAborted()
      const entries = await visit.channel.entries(handle)
      await visit.confirm(place, posix.relative(root, folder))
      yield { visit, place, entries, obstacle: null }
    }
  } catch (error) {
    if (!refused(error)) throw error
    // The end; or a folder that was deleted meanwhile, which has nothing in it.
    if (refused(error, status.endOfFile, status.noSuchFile)) return
    yield { obstacle: error instanceof Error ? error.message : 'no reason given' }
  } finally {
    if (handle !== null) await visit.channel.close(handle)
    visit.end()
  }
}

/** The real path of a folder, or what lies there. */
async function listed(
  { channel, root }: Visit,
  place: Place,
  { filename, attrs }: RemoteEntry,
): Promise<string | ListedFile> {
  const full = posix.join(place.real, filename)
  const path = posix.relative(root, full)
  // SFTP's text has lost the bytes of such a name, and under what is left of it nothing is found.
  if (filename.includes(undecodable) && !(await isFound(channel, place.at(filename)))) {
    return { path, kind: 'unreadable', reason: notUtf8 }
  }
  if (attrs.isDirectory()) return full
  if (attrs.isFile()) return { path, kind: 'file', stamp: stampOf(attrs) }
  if (!attrs.isSymbolicLink()) return { path, kind: 'special', what: kindOf(attrs) }
  const written = await linkAt(channel, place.at(filename))
  const target = written === null ? root : posix.resolve(place.real, written)
  return {
    path,
    kind: 'link',
    target: isBelow(target, root) ? posix.relative(root, target) : null,
    written: written ?? '',
  }
}

const isFound = async (channel: FileChannel, full: string): Promise<boolean> => (await lookAt(channel, full)) !== null
