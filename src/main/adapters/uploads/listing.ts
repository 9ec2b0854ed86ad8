import { lstat, opendir, readlink } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { ListedFile } from '../../engine/ports.ts'
import { codeOf, kindOf, meansAbsent } from './fileErrors.ts'
import { isBelow } from './folders.ts'
import { stampOf } from './localFile.ts'

const namesPerPage = 256

/** What Node puts where a name is not UTF-8; under that name nothing is found. */
const undecodable = '\u{FFFD}'

/** See UploadsFolder.list. `root` is a real path. */
export async function* listFolder(root: string, signal: AbortSignal): AsyncGenerator<ListedFile[]> {
  const folders = [root]
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const names of namesOf(root, folder)) {
      signal.throwIfAborted()
      if (!Array.isArray(names)) {
        yield [names]
        continue
      }
      const looks = await Promise.all(names.map((full) => lookAt(root, full)))
      folders.push(...looks.flatMap((look) => (typeof look === 'string' ? [look] : [])))
      yield looks.filter((look) => typeof look === 'object' && look !== null)
    }
  }
}

/** Pages of the full names in one folder; or why it cannot be looked into. */
async function* namesOf(root: string, folder: string): AsyncGenerator<string[] | ListedFile> {
  try {
    let names: string[] = []
    for await (const { name } of await opendir(folder, { bufferSize: namesPerPage })) {
      names.push(join(folder, name))
      if (names.length < namesPerPage) continue
      yield names
      names = []
    }
    yield names
  } catch (error) {
    // A folder that was deleted meanwhile has nothing in it.
    if (!meansAbsent(error)) yield { path: slashed(root, folder), kind: 'unreadable', reason: codeOf(error) }
  }
}

/** The full name of a folder, or what lies there; null when nothing does any more. */
async function lookAt(root: string, full: string): Promise<string | ListedFile | null> {
  const path = slashed(root, full)
  try {
    const stats = await lstat(full)
    if (stats.isDirectory()) return full
    if (stats.isFile()) return { path, kind: 'file', stamp: stampOf(stats) }
    if (stats.isSymbolicLink()) return { path, kind: 'link', target: await targetOf(root, full) }
    return { path, kind: 'special', what: kindOf(stats) }
  } catch (error) {
    if (!meansAbsent(error)) return { path, kind: 'unreadable', reason: codeOf(error) }
    return full.includes(undecodable) ? { path, kind: 'unreadable', reason: 'its name is not UTF-8' } : null
  }
}

async function targetOf(root: string, link: string): Promise<string | null> {
  const target = resolve(link, '..', await readlink(link))
  return isBelow(target, root) ? slashed(root, target) : null
}

const slashed = (root: string, full: string): string => relative(root, full).split(sep).join('/')
