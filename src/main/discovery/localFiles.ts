import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { largestText } from './envText.ts'
import type { ReadFile } from './neighbours.ts'

/** Reads regular files of this computer, of a modest size; paths are meant from `folder`. */
export function localFiles(folder: string): ReadFile {
  return async (path) => {
    const place = resolve(folder, path)
    try {
      const facts = await stat(place)
      // Neither a pipe, at which reading would wait, nor a device without end.
      if (!facts.isFile() || facts.size > largestText) throw new Error('It is no file of settings.')
      return await readFile(place, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
  }
}
