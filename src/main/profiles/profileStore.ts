import { join } from 'node:path'
import { z } from 'zod'
import type { ProfileSummary } from '../../shared/profile.ts'
import { errorData, MigrateError } from '../engine/errors.ts'
import { readEnvFile } from './envFile.ts'
import { readSettings, type SiteSettings } from './settings.ts'

/** Name of the file in the data folder, without its ending. */
export const profilesFile = 'profiles'

const profileSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]{1,64}$/),
  name: z.string().min(1).max(100),
  /** A file with Readur's variables. The profile itself holds no secret. */
  envFile: z.string().min(1),
})
export type Profile = z.infer<typeof profileSchema>

/** Version of the file's layout; raise it with a migration and a fixture. */
const profilesVersion = 1
const fileSchema = z.object({ version: z.literal(profilesVersion), profiles: z.array(profileSchema) })

/** What electron-store and conf have in common. */
export interface KeyValueFile {
  get(key: 'profiles'): unknown
  set(key: 'profiles', value: unknown): void
}

/** The profiles of this user, kept in one small file that is written atomically. */
export class ProfileStore {
  readonly #path: string
  readonly #open: () => KeyValueFile

  /** `open` reads the file; it is called each time, so that a damaged file can be mended meanwhile. */
  constructor(dataDir: string, open: () => KeyValueFile) {
    this.#path = join(dataDir, `${profilesFile}.json`)
    this.#open = open
  }

  /** Throws SETTING_INVALID when the file is damaged or of a newer version; it is left as it is. */
  all(): Profile[] {
    try {
      const stored = this.#open().get('profiles')
      return stored === undefined ? [] : fileSchema.parse(stored).profiles
    } catch (cause) {
      throw new MigrateError('SETTING_INVALID', {
        message: `“${this.#path}” is damaged or was written by a newer version.`,
        subject: this.#path,
        scope: 'run',
        cause,
      })
    }
  }

  /** Adds the profile, or replaces the one with its id. */
  save(profile: Profile): void {
    const others = this.all().filter((it) => it.id !== profile.id)
    const parsed = profileSchema.safeParse(profile)
    if (!parsed.success) {
      throw new MigrateError('SETTING_INVALID', {
        message: 'A profile needs a name of 1 to 100 characters.',
        scope: 'run',
      })
    }
    this.#write([...others, parsed.data])
  }

  remove(id: string): void {
    this.#write(this.all().filter((it) => it.id !== id))
  }

  #write(profiles: Profile[]): void {
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
    throw new MigrateError('PROFILE_NOT_FOUND', { message: 'There is no such profile.', scope: 'run' })
  }
}

/** The settings behind a profile, with their secrets. */
export async function settingsOf(profile: Profile): Promise<SiteSettings> {
  return readSettings(await readEnvFile(profile.envFile))
}

/** What the window may know of a profile. One whose settings cannot be read is shown with the reason. */
export async function summaryOf(profile: Profile): Promise<ProfileSummary> {
  const { id, name, envFile: source } = profile
  try {
    const { database, uploads, s3 } = await settingsOf(profile)
    const endpoint = s3.endpoint ?? null
    return {
      id,
      name,
      source,
      database: database.label,
      uploads: uploads.root,
      bucket: s3.bucket,
      endpoint,
      problem: null,
    }
  } catch (error) {
    const { message } = errorData(error)
    return { id, name, source, database: '', uploads: '', bucket: '', endpoint: null, problem: message }
  }
}
