import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { profileSecrets, type ProfileSecret } from '../../shared/profile.ts'
import { diskError } from '../engine/diskError.ts'
import { MigrateError } from '../engine/errors.ts'

/** What encrypts secrets at rest: the platform's keychain. */
export interface Cipher {
  /** e.g. `gnome_libsecret`; kept beside what was encrypted, so that a change of it is noticed. */
  readonly name: string
  /** False where encrypting would only be for show. */
  readonly isSafe: boolean
  encrypt(text: string): string
  decrypt(text: string): string
}

const entry = z.object({
  profileId: z.string(),
  name: z.enum(profileSecrets),
  cipher: z.string(),
  text: z.string(),
})
const fileSchema = z.object({ version: z.literal(1), secrets: z.array(entry) })
type Entry = z.infer<typeof entry>

/**
 * Secrets of profiles, encrypted, in a file of their own that only its owner reads. What cannot be decrypted any more is
 * as good as not there: it is asked for again, and the profile stays. Without a safe cipher secrets live until the
 * program ends, and no longer.
 */
export class SecretStore {
  readonly #path: string
  readonly #cipher: Cipher
  readonly #session = new Map<string, string>()

  constructor(path: string, cipher: Cipher) {
    this.#path = path
    this.#cipher = cipher
  }

  /** Secrets outlive the program. */
  get isLasting(): boolean {
    return this.#cipher.isSafe
  }

  get(profileId: string, name: ProfileSecret): string | null {
    const held = this.#session.get(`${profileId} ${name}`)
    if (held !== undefined) return held
    const found = this.#read().find((it) => it.profileId === profileId && it.name === name)
    if (found?.cipher !== this.#cipher.name) return null
    try {
      return this.#cipher.decrypt(found.text)
    } catch {
      return null
    }
  }

  set(profileId: string, name: ProfileSecret, value: string): void {
    if (!this.isLasting) {
      this.#session.set(`${profileId} ${name}`, value)
      return
    }
    const { name: cipher } = this.#cipher
    this.#write([...this.#without(profileId, name), { profileId, name, cipher, text: this.#cipher.encrypt(value) }])
  }

  /** Forgets one secret of a profile, or all of them. */
  remove(profileId: string, name?: ProfileSecret): void {
    for (const secret of name === undefined ? profileSecrets : [name]) this.#session.delete(`${profileId} ${secret}`)
    if (existsSync(this.#path)) this.#write(this.#without(profileId, name))
  }

  /** Which secrets of a profile are there; never what they are. */
  names(profileId: string): ProfileSecret[] {
    return profileSecrets.filter((name) => this.get(profileId, name) !== null)
  }

  #without(profileId: string, name?: ProfileSecret): Entry[] {
    return this.#read().filter((it) => it.profileId !== profileId || (name !== undefined && it.name !== name))
  }

  #read(): Entry[] {
    if (!existsSync(this.#path)) return []
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8'))).secrets
    } catch (cause) {
      throw new MigrateError('SETTING_INVALID', {
        message: `“${this.#path}” is damaged or was written by a newer version.`,
        subject: this.#path,
        scope: 'run',
        cause,
      })
    }
  }

  #write(secrets: Entry[]): void {
    const partial = `${this.#path}.${randomUUID()}.part`
    try {
      writeFileSync(partial, JSON.stringify({ version: 1, secrets }), { mode: 0o600, flag: 'wx', flush: true })
      renameSync(partial, this.#path)
    } catch (cause) {
      throw diskError(cause, this.#path) ?? cause
    } finally {
      rmSync(partial, { force: true })
    }
  }
}
