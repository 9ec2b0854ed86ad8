import type { Dirent } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { StateFileHead } from './stateHead.ts'

interface FoundStateFile {
  path: string
  size: number
  modifiedAt: number
  /** By its name; the file itself has the last word. */
  shape: StateFileHead['shape']
}

const deepest = 2
/** Folders can be the root of a disk or hold a million documents. */
const maxEntries = 10_000

function shapeOf(name: string): FoundStateFile['shape'] | null {
  if (name === 'rollback_errors.json') return 'rollback errors'
  return /^migration_state(_.*)?\.json$/.test(name) ? 'migration state' : null
}

/** Entries of a folder, as many as can be read. */
async function* entriesOf(folder: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(folder)
  } catch {
    // Not there, not ours to read, or gone meanwhile.
  }
}

/**
 * Files in `folders`, and at most two levels below, that have the name of a state file; newest first. Near ones are
 * found first, and after a bounded number of entries no more are looked at. Symbolic links are not followed.
 */
export async function findStateFiles(folders: readonly string[]): Promise<FoundStateFile[]> {
  const found = new Map<string, FoundStateFile>()
  const queue = [...new Set(folders.map((folder) => resolve(folder)))].map((path) => ({ path, depth: 0 }))
  let entries = 0
  for (const folder of queue) {
    for await (const entry of entriesOf(folder.path)) {
      entries += 1
      if (entries > maxEntries) return newestFirst(found)
      const path = join(folder.path, entry.name)
      const shape = shapeOf(entry.name)
      if (entry.isDirectory() && folder.depth < deepest) queue.push({ path, depth: folder.depth + 1 })
      if (!entry.isFile() || shape === null) continue
      const facts = await lstat(path).catch(() => null)
      if (facts?.isFile()) found.set(path, { path, size: facts.size, modifiedAt: facts.mtimeMs, shape })
    }
  }
  return newestFirst(found)
}

const newestFirst = (found: ReadonlyMap<string, FoundStateFile>): FoundStateFile[] =>
  [...found.values()].sort((a, b) => b.modifiedAt - a.modifiedAt || (a.path < b.path ? -1 : 1))
