import { posix } from 'node:path'
import type { ListedFile } from '../../../engine/ports.ts'
import { kindOf } from '../fileErrors.ts'
import { refused, status, type FileChannel, type RemoteEntry } from './channel.ts'
import { stampOf } from './file.ts'
import { isBelow } from './paths.ts'
import { isLoss, type ChannelPool } from './pool.ts'

/** A folder that could not be read to its end this often in a row will not be. */
const mostLosses = 5

/**
 * See UploadsFolder.list. `root` is a real path. After a lost connection the folder at hand is read from its beginning,
 * and names of it come twice.
 */
export async function* listFolder(pool: ChannelPool, root: string, signal: AbortSignal): AsyncGenerator<ListedFile[]> {
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const seen = new Set<string>()
    for await (const { channel, entries, obstacle } of entriesOf(pool, folder, signal)) {
      if (obstacle !== null) {
        yield [{ path: posix.relative(root, folder), kind: 'unreadable', reason: obstacle }]
        continue
      }
      const page: ListedFile[] = []
      for (const { filename, attrs } of entries) {
        if (filename === '.' || filename === '..') continue
        const full = posix.join(folder, filename)
        if (attrs.isDirectory()) seen.add(full)
        else page.push(await listed(channel, root, full, attrs))
      }
      yield page
    }
    folders.push(...seen)
  }
}

interface Reply {
  channel: FileChannel
  entries: RemoteEntry[]
  /** Why the folder cannot be looked into. */
  obstacle: string | null
}

async function* entriesOf(pool: ChannelPool, folder: string, signal: AbortSignal): AsyncGenerator<Reply> {
  for (let losses = 1; ; losses += 1) {
    try {
      yield* entriesOnce(pool, folder, signal)
      return
    } catch (error) {
      if (!isLoss(error) || losses >= mostLosses) throw error
    }
  }
}

/** A handle is known to the session alone that gave it. */
async function* entriesOnce(pool: ChannelPool, folder: string, signal: AbortSignal): AsyncGenerator<Reply> {
  const { channel, handle, error } = await pool.use(signal, async (channel) => {
    try {
      return { channel, handle: await channel.openFolder(folder), error: null }
    } catch (error) {
      if (!refused(error)) throw error
      return { channel, handle: null, error }
    }
  })
  if (handle === null) {
    const obstacle = error instanceof Error ? error.message : 'no reason given'
    // A folder that was deleted meanwhile has nothing in it.
    if (!refused(error, status.noSuchFile)) yield { channel, entries: [], obstacle }
    return
  }
  try {
    for (;;) {
      signal.throwIfAborted()
      yield { channel, entries: await channel.entries(handle), obstacle: null }
    }
  } catch (error) {
    if (!refused(error, status.endOfFile)) throw error
  } finally {
    await channel.close(handle)
  }
}

async function listed(
  channel: FileChannel,
  root: string,
  full: string,
  stats: RemoteEntry['attrs'],
): Promise<ListedFile> {
  const path = posix.relative(root, full)
  if (stats.isFile()) return { path, kind: 'file', stamp: stampOf(stats) }
  if (!stats.isSymbolicLink()) return { path, kind: 'special', what: kindOf(stats) }
  const target = posix.resolve(posix.dirname(full), await channel.readlink(full))
  return { path, kind: 'link', target: isBelow(target, root) ? posix.relative(root, target) : null }
}
