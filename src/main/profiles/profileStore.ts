import { copyFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '../engine/errors.ts'
import { parseProfiles, profileSchema, profilesVersion, type Profile } from './profile.ts'

/** Name of the file in the data folder, without its ending. */
export const profilesFile = 'profiles'

/** What electron-store and conf have in common. */
interface KeyValueFile {
  get(key: 'profiles'): unknown
  set(key: 'profiles', value: unknown): void
}

const invalid = (message: string, subject?: string, cause?: unknown): MigrateError =>
  new MigrateError('SETTING_INVALID', { message, subject, cause })

/** The profiles of this user, kept in one small file that is written atomically; the one before it is kept beside. */
export class ProfileStore {
  readonly #path: string
  readonly #backup: string
  readonly #open: () => KeyValueFile

  /** `open` reads the file; it is called each time, so that a damaged file can be mended meanwhile. */
  constructor(dataDir: string, open: () => KeyValueFile) {
    this.#path = join(dataDir, `${profilesFile}.json`)
    this.#backup = join(dataDir, `${profilesFile}.backup.json`)
    this.#open = open
  }

  /** Throws SETTING_INVALID when the file is damaged or of a newer version; it is left as it is. */
  all(): Profile[] {
    try {
      const stored = this.#open().get('profiles')
      return stored === undefined ? [] : parseProfiles(stored)
    } catch (cause) {
      const backup = existsSync(this.#backup) ? ` The one before it is “${this.#backup}”.` : ''
      throw invalid(`“${this.#path}” is damaged or was written by a newer version.${backup}`, this.#path, cause)
    }
  }

  /** Adds the profile, or puts it in the place of the one with its id. Throws SETTING_INVALID; names are given once only. */
  save(profile: Profile): void {
    const all = this.all()
    const others = all.filter((it) => it.id !== profile.id)
    const parsed = profileSchema.safeParse(profile)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw invalid(`The profile cannot be kept: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`)
    }
    if (others.some(({ name }) => name === profile.name)) {
      throw invalid(`There is another profile with the name “${profile.name}”.`, profile.name)
    }
    const isKnown = others.length < all.length
    this.#write(isKnown ? all.map((it) => (it.id === profile.id ? parsed.data : it)) : [...all, parsed.data])
  }

  remove(id: string): void {
    this.#write(this.all().filter((it) => it.id !== id))
  }

  #write(profiles: Profile[]): void {
    if (existsSync(this.#path)) copyFileSync(this.#path, this.#backup)
    this.#open().set('profiles', { version: profilesVersion, profiles })
  }

  /** Throws PROFILE_NOT_FOUND. */
  find(id: string): Profile {
    return this.#found((it) => it.id === id)
  }

  /** Throws PROFILE_NOT_FOUND. */
  findByName(name: string): Profile {
    return this.#found((it) => it.name === name)
  }

  #found(matches: (profile: Profile) => boolean): Profile {
    const profile = this.all().find(matches)
    if (profile) return profile
    throw new MigrateError('PROFILE_NOT_FOUND', { message: 'There is no such profile.' })
  }
}
