import { asMigrateError } from '../errors.ts'
import type { AuditLists } from './lists.ts'
import { hashFile, type HashDeps } from './reading.ts'

/** What stands for the hash of a file that cannot be read: it is no document. */
const unreadable = ''

/**
 * Files that no row names, by their content. Each is read once at the most, however many rows look for their document
 * among them, and only if its size is asked for.
 */
export class UnmatchedFiles {
  readonly #lists: AuditLists
  readonly #deps: HashDeps
  /** Files that are being read: as many as are looked at side by side. */
  readonly #reading = new Map<string, Promise<string>>()

  constructor(lists: AuditLists, deps: HashDeps) {
    this.#lists = lists
    this.#deps = deps
  }

  /** A file of this content, if there is one; of several, one with the document's id in its name. */
  async find({ size, hash, documentId }: { size: number; hash: string; documentId: string }): Promise<string | null> {
    for (;;) {
      const [known] = this.#lists.texts(
        `SELECT path FROM unmatched WHERE hash = ? AND size = ? ORDER BY path LIKE '%' || ? || '%' DESC, path LIMIT 1`,
        hash,
        size,
        documentId,
      )
      if (known !== undefined) return known
      const [unread] = this.#lists.texts(
        'SELECT path FROM unmatched WHERE size = ? AND hash IS NULL ORDER BY path LIMIT 1',
        size,
      )
      if (unread === undefined) return null
      await this.hashOf(unread)
    }
  }

  /** Its SHA-256; null where it cannot be read. */
  async hashOf(path: string): Promise<string | null> {
    const [known] = this.#lists.texts('SELECT hash FROM unmatched WHERE path = ? AND hash IS NOT NULL', path)
    const hash = known ?? (await this.#read(path))
    return hash === unreadable ? null : hash
  }

  #read(path: string): Promise<string> {
    const reading = this.#reading.get(path) ?? this.#readNew(path).finally(() => this.#reading.delete(path))
    this.#reading.set(path, reading)
    return reading
  }

  async #readNew(path: string): Promise<string> {
    const hash = await contentOf(() => hashFile(this.#deps, path))
    this.#lists.prepare('UPDATE unmatched SET hash = ? WHERE path = ?').run(hash ?? unreadable, path)
    return hash ?? unreadable
  }
}

/** The hash of what can be read, else null: a file that cannot be read is not the one. */
export async function contentOf(read: () => Promise<{ sha256: string } | null>): Promise<string | null> {
  try {
    return (await read())?.sha256 ?? null
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return null
  }
}
