import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

const backup = z.object({
  databaseIdentity: z.string(),
  database: z.string(),
  path: z.string(),
  bytes: z.number(),
  at: z.number(),
  /** The command that puts it back. */
  restore: z.string(),
})
export type Backup = z.infer<typeof backup>

const bookSchema = z.object({ version: z.literal(1), backups: z.array(backup) })

/** So many of the latest are remembered; the files themselves are the user's. */
const remembered = 200

/** Which backups this program has made, and of what. Holds no secret. */
export class BackupBook {
  readonly #path: string

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'backups.json')
  }

  /** Newest first. What cannot be read is as good as none: a backup is never refused for it. */
  of(databaseIdentity: string): Backup[] {
    return this.#all().filter((one) => one.databaseIdentity === databaseIdentity)
  }

  add(made: Backup): void {
    const backups = [made, ...this.#all()].slice(0, remembered)
    const partial = `${this.#path}.part`
    writeFileSync(partial, JSON.stringify({ version: 1, backups }, null, 2), { mode: 0o600, flush: true })
    renameSync(partial, this.#path)
  }

  #all(): Backup[] {
    if (!existsSync(this.#path)) return []
    try {
      return bookSchema
        .parse(JSON.parse(readFileSync(this.#path, 'utf8')))
        .backups.sort((one, other) => other.at - one.at)
    } catch {
      return []
    }
  }
}
