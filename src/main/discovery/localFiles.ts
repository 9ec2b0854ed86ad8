import { readFile, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Boundary } from './boundary.ts'
import { largestText } from './envText.ts'
import type { ReadFile } from './neighbours.ts'

/** Reads a regular file of this computer, of a modest size; null when there is none. */
export async function localFile(path: string): Promise<string | null> {
  try {
    const facts = await stat(path)
    // Neither a pipe, at which reading would wait, nor a device without end.
    if (!facts.isFile() || facts.size > largestText) throw new Error('It isn’t a settings file.')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

/** Reads what files in `folder` name; paths are meant from there, and links lead where they lead. */
export function localFiles(folder: string, boundary: Boundary): ReadFile {
  return async (path) => {
    const named = resolve(folder, path)
    try {
      const real = await realpath(named)
      boundary.assertAdmits(await realpath(resolve(folder)), real, named)
      return await localFile(real)
    } catch (error) {
      if (isAbsent(error)) return null
      throw error
    }
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
