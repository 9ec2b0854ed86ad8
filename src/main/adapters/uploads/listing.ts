import { isUtf8 } from 'node:buffer'
import { lstat, opendir, readdir, readlink } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { MigrateError } from '../../engine/errors.ts'
import type { ListedFile } from '../../engine/ports.ts'
import { codeOf, kindOf, meansAbsent } from './fileErrors.ts'
import { LeavesFolder, type HeldFolder, type HeldFolders, type Visit } from './heldFolders.ts'
import { stampOf } from './localFile.ts'
import { escapedName, notUtf8, undecodable } from './oddNames.ts'

const namesPerPage = 256

/** See UploadsFolder.list. */
export async function* listFolder(folders: HeldFolders, signal: AbortSignal): AsyncGenerator<ListedFile[]> {
  const paths = ['']
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const visit = folders.visit()
    try {
      for await (const page of pagesOf(visit, path)) {
        signal.throwIfAborted()
        paths.push(...page.flatMap((look) => (typeof look === 'string' ? [look] : [])))
        yield page.filter((look) => typeof look === 'object')
      }
    } finally {
      visit.end()
    }
  }
}

/** What lies in one folder, a folder by its path alone; or why it cannot be looked into. */
async function* pagesOf(visit: Visit, path: string): AsyncGenerator<(string | ListedFile)[]> {
  try {
    const folder = await visit.enterListed(path)
    if (folder === null) return
    let isOdd = false
    for await (const names of namesIn(folder)) {
      const looks = await Promise.all(names.map((name) => lookAt(folder, join(path, name))))
      isOdd ||= names.some((name) => name.includes(undecodable))
      yield looks.filter((look) => look !== null)
    }
    if (isOdd) yield await oddOnes(path, folder)
  } catch (error) {
    if (error instanceof MigrateError) throw error
    // A folder that was deleted meanwhile, or whose place a link has taken, has nothing in it.
    if (!meansAbsent(error) && !(error instanceof LeavesFolder))
      yield [{ path: slashed(path), kind: 'unreadable', reason: codeOf(error) }]
  }
}

async function* namesIn(folder: HeldFolder): AsyncGenerator<string[]> {
  let names: string[] = []
  for await (const { name } of await opendir(folder.self, { bufferSize: namesPerPage })) {
    names.push(name)
    if (names.length < namesPerPage) continue
    yield names
    names = []
  }
  yield names
}

/** The path of a folder, or what lies there; null when nothing does any more. */
async function lookAt(folder: HeldFolder, path: string): Promise<string | ListedFile | null> {
  const full = folder.at(path.slice(path.lastIndexOf(sep) + 1))
  const shown = slashed(path)
  try {
    const stats = await lstat(full)
    if (stats.isDirectory()) return path
    if (stats.isFile()) return { path: shown, kind: 'file', stamp: stampOf(stats) }
    if (stats.isSymbolicLink()) {
      const written = await readlink(full)
      return { path: shown, kind: 'link', target: targetOf(folder, written), written }
    }
    return { path: shown, kind: 'special', what: kindOf(stats) }
  } catch (error) {
    return meansAbsent(error) ? null : { path: shown, kind: 'unreadable', reason: codeOf(error) }
  }
}

function targetOf(folder: HeldFolder, written: string): string | null {
  const target = folder.pathOf(resolve(folder.place, written))
  return target === null ? null : slashed(target)
}

/** Names that are not UTF-8, and that nobody who writes UTF-8 can ask for. */
async function oddOnes(path: string, folder: HeldFolder): Promise<ListedFile[]> {
  const names = await readdir(folder.self, { encoding: 'buffer' })
  return names
    .filter((name) => !isUtf8(name))
    .map((name) => ({ path: slashed(join(path, escapedName(name))), kind: 'unreadable', reason: notUtf8 }))
}

const slashed = (path: string): string => path.split(sep).join('/')
