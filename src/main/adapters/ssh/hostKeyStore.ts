import { copyFile, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { MigrateError } from '../../engine/errors.ts'
import { writeWholeNow } from '../../engine/wholeFile.ts'
import type { KnownKey } from './knownHosts.ts'

/** Version of the file's layout; raise it with a migration and a fixture. */
const storeVersion = 1

const entrySchema = z.object({
  /** As known_hosts writes it: `host`, or `[host]:port`. */
  name: z.string().min(1),
  type: z.string().min(1),
  key: z.base64().min(1),
  acceptedAt: z.iso.datetime(),
})
const storeSchema = z.object({ version: z.literal(storeVersion), hostKeys: z.array(entrySchema) })
type Store = z.infer<typeof storeSchema>

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it is damaged or was written by a newer version'

/** Keys of servers that the user has accepted in this program. A file that is missing holds none. */
export class HostKeyStore {
  readonly #path: string
  /** Writes wait for each other: each reads the file again. */
  static #writing: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  /** Throws SSH_HOST_KEYS_UNREADABLE. */
  async find(name: string): Promise<KnownKey[]> {
    const { hostKeys } = await this.#read()
    return hostKeys
      .filter((entry) => entry.name === name)
      .map(({ type, key }) => ({ type, key: Buffer.from(key, 'base64'), source: this.#path, mark: null }))
  }

  /** Adds a key. The file as it was before is kept beside it, and is never found half written. */
  add(name: string, type: string, key: Buffer): Promise<void> {
    const write = HostKeyStore.#writing.then(async () => {
      const store = await this.#read()
      const entry = { name, type, key: key.toString('base64'), acceptedAt: new Date().toISOString() }
      if (store.hostKeys.some((it) => it.name === name && it.key === entry.key)) return
      await this.#write({ ...store, hostKeys: [...store.hostKeys, entry] })
    })
    HostKeyStore.#writing = write.catch(() => undefined)
    return write
  }

  async #read(): Promise<Store> {
    try {
      return storeSchema.parse(JSON.parse(await readFile(this.#path, 'utf8')))
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return { version: storeVersion, hostKeys: [] }
      throw this.#unusable(cause)
    }
  }

  async #write(store: Store): Promise<void> {
    try {
      await copyFile(this.#path, `${this.#path}.bak`).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
      })
      writeWholeNow(this.#path, `${JSON.stringify(store, null, 2)}\n`)
    } catch (cause) {
      throw cause instanceof MigrateError ? cause : this.#unusable(cause)
    }
  }

  #unusable(cause: unknown): MigrateError {
    return new MigrateError('SSH_HOST_KEYS_UNREADABLE', {
      message: `“${this.#path}” cannot be used: ${codeOf(cause)}.`,
      subject: this.#path,
      cause,
    })
  }
}
