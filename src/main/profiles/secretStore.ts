import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { profileSecrets, type ProfileSecret } from '../../shared/profile.ts'
import { MigrateError } from '../engine/errors.ts'
import { writeWholeNow } from '../engine/wholeFile.ts'

/** What encrypts secrets at rest: the platform's keychain. */
export interface Cipher {
  /** e.g. `gnome_libsecret`; kept beside what was encrypted, so that a change of it is noticed. */
  readonly name: string
  /** False where encrypting would only be for show. */
  readonly isSafe: boolean
  encrypt(text: string): string
  decrypt(text: string): string
}

/** A secret with the one place that it may go to; see secretPlace. */
export interface KeptSecret {
  name: ProfileSecret
  value: string
  place: string
}

/** Gives the place of a secret; null where it cannot be told. */
type PlaceOf = (profileId: string, name: ProfileSecret) => string | null

/** The cipher of what was not kept beyond the end of the program. */
const forgottenCipher = 'none'

/** Version of the file's layout; raise it with a migration and a fixture. */
const version = 2

const entryOne = z.object({
  profileId: z.string(),
  name: z.enum(profileSecrets),
  cipher: z.string(),
  text: z.string(),
})
const entryTwo = entryOne.extend({ place: z.string() })
const fileSchema = z.discriminatedUnion('version', [
  z.object({ version: z.literal(1), secrets: z.array(entryOne) }),
  z.object({ version: z.literal(version), secrets: z.array(entryTwo) }),
])
type Entry = z.infer<typeof entryTwo>

/**
 * Secrets of profiles, encrypted, in a file of their own that only its owner reads. Each is kept for one place and given
 * out for no other. What cannot be decrypted any more is as good as not there: it is asked for again, and the profile
 * stays. Without a safe cipher secrets live until the program ends, and no longer.
 */
export class SecretStore {
  readonly #path: string
  readonly #cipher: Cipher
  readonly #session = new Map<string, KeptSecret>()

  constructor(path: string, cipher: Cipher) {
    this.#path = path
    this.#cipher = cipher
  }

  /** Secrets outlive the program. */
  get isLasting(): boolean {
    return this.#cipher.isSafe
  }

  /** Null when there is none, or when it was kept for another place. */
  get(profileId: string, name: ProfileSecret, place: string): string | null {
    const kept = this.#find(profileId, name)
    return kept?.place === place ? kept.value : null
  }

  /** The place that a secret is kept for; null when there is none. */
  placeOf(profileId: string, name: ProfileSecret): string | null {
    return this.#find(profileId, name)?.place ?? null
  }

  /** There was one, and it is gone: no keychain has kept it, or another one. */
  isLost(profileId: string, name: ProfileSecret): boolean {
    const isStored = this.#bound().some((it) => it.profileId === profileId && it.name === name)
    return isStored && this.#find(profileId, name) === null
  }

  /** All secrets of a profile, wherever they may go. */
  all(profileId: string): KeptSecret[] {
    return profileSecrets.flatMap((name) => this.#find(profileId, name) ?? [])
  }

  set(profileId: string, { name, value, place }: KeptSecret): void {
    const isKept = this.isLasting
    if (!isKept) this.#session.set(`${profileId} ${name}`, { name, value, place })
    // Without a cipher only that there was one: who has to enter it again is told so after the next start.
    const [cipher, text] = isKept ? [this.#cipher.name, this.#cipher.encrypt(value)] : [forgottenCipher, '']
    const entry = { profileId, name, cipher, text, place }
    this.#write([...this.#without(profileId, name), entry])
  }

  /** Forgets one secret of a profile, or all of them. */
  remove(profileId: string, name?: ProfileSecret): void {
    for (const secret of name === undefined ? profileSecrets : [name]) this.#session.delete(`${profileId} ${secret}`)
    if (existsSync(this.#path)) this.#write(this.#without(profileId, name))
  }

  /**
   * Secrets that an earlier version kept without a place: they get the one that their profile names now. To be done before
   * a profile can be changed. Where that cannot be told, they are forgotten and asked for again.
   */
  bind(placeOf: PlaceOf): void {
    const stored = this.#read()
    if (stored.version === version) return
    this.#write(
      stored.secrets.flatMap((entry) => {
        const place = placeOf(entry.profileId, entry.name)
        return place === null ? [] : [{ ...entry, place }]
      }),
    )
  }

  /** Profiles with secrets that have no place yet. */
  unbound(): string[] {
    const stored = this.#read()
    return stored.version === version ? [] : stored.secrets.map(({ profileId }) => profileId)
  }

  #find(profileId: string, name: ProfileSecret): KeptSecret | null {
    const held = this.#session.get(`${profileId} ${name}`)
    if (held !== undefined) return held
    const found = this.#bound().find((it) => it.profileId === profileId && it.name === name)
    if (found?.cipher !== this.#cipher.name || found.cipher === forgottenCipher) return null
    try {
      return { name, value: this.#cipher.decrypt(found.text), place: found.place }
    } catch {
      return null
    }
  }

  #without(profileId: string, name?: ProfileSecret): Entry[] {
    return this.#bound().filter((it) => it.profileId !== profileId || (name !== undefined && it.name !== name))
  }

  #bound(): Entry[] {
    const stored = this.#read()
    return stored.version === version ? stored.secrets : []
  }

  #read(): z.infer<typeof fileSchema> {
    if (!existsSync(this.#path)) return { version, secrets: [] }
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#path, 'utf8')))
    } catch (cause) {
      throw new MigrateError('SETTING_INVALID', {
        message: `“${this.#path}” is damaged or was written by a newer version.`,
        subject: this.#path,
        cause,
      })
    }
  }

  #write(secrets: Entry[]): void {
    writeWholeNow(this.#path, JSON.stringify({ version, secrets }))
  }
}
