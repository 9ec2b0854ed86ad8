import { z } from 'zod'
import { SqliteFile, type Statement } from '../journal/sqliteFile.ts'

const found = z.object({ source: z.string() })

/** Which file goes to a key, however many there are. */
export class TakenKeys {
  readonly #database = SqliteFile.temporary(
    'CREATE TABLE taken (key TEXT PRIMARY KEY, source TEXT NOT NULL) WITHOUT ROWID',
  )
  readonly #add: Statement
  readonly #find: Statement

  constructor() {
    this.#add = this.#database.prepare('INSERT OR IGNORE INTO taken VALUES (?, ?)')
    this.#find = this.#database.prepare('SELECT source FROM taken WHERE key = ?')
  }

  /** The file that has the key: this one, or the first that asked for it. */
  holderOf(key: string, source: string): string {
    this.#add.run(key, source)
    return found.parse(this.#find.get(key)).source
  }

  close(): void {
    this.#database.close()
  }
}
