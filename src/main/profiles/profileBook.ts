import { randomUUID } from 'node:crypto'
import {
  profileSecrets,
  type ProfileDetails,
  type ProfileDraft,
  type ProfileSecret,
  type ProfileVariable,
  type SecretChanges,
  type TakenOver,
} from '../../shared/profile.ts'
import { MigrateError } from '../engine/errors.ts'
import { loginOf, settingsOf, type SecretOf } from './connection.ts'
import { readEnvFile } from './envFile.ts'
import { exchangeText, mostProfiles, parseExchange, type ExchangedProfile } from './exchange.ts'
import type { HeldSecrets } from './heldSecrets.ts'
import { ownSettings } from './ownSettings.ts'
import type { Profile } from './profile.ts'
import type { ProfileStore } from './profileStore.ts'
import type { SecretStore } from './secretStore.ts'
import type { SiteSettings } from './settings.ts'

interface Removed {
  profile: Profile
  secrets: Secrets
}

type Secrets = readonly (readonly [ProfileSecret, string])[]

/** Profiles with their secrets, as the window works on them. Secrets go in and never out. */
export class ProfileBook {
  readonly #profiles: ProfileStore
  readonly #secrets: SecretStore
  readonly #held: HeldSecrets
  readonly #removed = new Map<string, Removed>()

  constructor(profiles: ProfileStore, secrets: SecretStore, held: HeldSecrets) {
    this.#profiles = profiles
    this.#secrets = secrets
    this.#held = held
  }

  /** Secrets outlive the program. */
  get keepsSecrets(): boolean {
    return this.#secrets.isLasting
  }

  all(): Profile[] {
    return this.#profiles.all()
  }

  secretsOf(id: string): SecretOf {
    return (name) => this.#secrets.get(id, name)
  }

  /** Throws PROFILE_NOT_FOUND. */
  details(id: string): ProfileDetails {
    return { ...this.#profiles.find(id), has: this.#secrets.names(id) }
  }

  create(draft: ProfileDraft, changes: SecretChanges): string {
    const id = randomUUID()
    // First the secrets: a profile that could not be kept whole is better not there, and can be saved again.
    this.#change(id, changes)
    try {
      this.#profiles.save({ ...draft, id })
    } catch (error) {
      this.#secrets.remove(id)
      throw error
    }
    return id
  }

  /** Throws PROFILE_NOT_FOUND, SETTING_INVALID. */
  update(id: string, draft: ProfileDraft, changes: SecretChanges): void {
    this.#profiles.find(id)
    this.#profiles.save({ ...draft, id })
    this.#change(id, changes)
  }

  /** Changes one setting that is no secret. Throws PROFILE_NOT_FOUND, and SETTING_INVALID where a file holds the settings. */
  setVariable(id: string, name: ProfileVariable, value: string): void {
    const profile = this.#profiles.find(id)
    if (profile.envFile !== null) {
      throw new MigrateError('SETTING_INVALID', {
        message: `The settings of “${profile.name}” stand in ${profile.envFile}: write ${name}=${value} there.`,
        subject: name,
        scope: 'run',
      })
    }
    this.#profiles.save({ ...profile, variables: { ...profile.variables, [name]: value } })
  }

  duplicate(id: string): string {
    const original = this.#profiles.find(id)
    const copy = randomUUID()
    this.#profiles.save({ ...original, id: copy, name: this.#freeName(`${original.name.slice(0, 90)} (copy)`) })
    for (const [name, value] of this.#secretsOf(id)) this.#secrets.set(copy, name, value)
    return copy
  }

  rename(id: string, name: string): void {
    this.#profiles.save({ ...this.#profiles.find(id), name })
  }

  /** It can be brought back until the program ends. */
  remove(id: string): void {
    const profile = this.#profiles.find(id)
    this.#removed.set(id, { profile, secrets: this.#secretsOf(id) })
    this.#profiles.remove(id)
    this.#secrets.remove(id)
  }

  /** Throws PROFILE_NOT_FOUND. */
  restore(id: string): void {
    const removed = this.#removed.get(id)
    if (!removed) throw new MigrateError('PROFILE_NOT_FOUND', { message: 'It was not removed here.', scope: 'run' })
    const { profile, secrets } = removed
    this.#profiles.save({ ...profile, name: this.#freeName(profile.name) })
    for (const [name, value] of secrets) this.#secrets.set(id, name, value)
    this.#removed.delete(id)
  }

  /** Profiles as text for another computer, without secrets. Those in env files are written as settings of their own. */
  async export(ids: readonly string[]): Promise<string> {
    const all: ExchangedProfile[] = []
    for (const id of ids) {
      const { name, server, envFile, variables } = this.#profiles.find(id)
      const own = envFile === null ? variables : ownSettings(await readEnvFile(envFile)).variables
      all.push({ name, server, variables: own })
    }
    return exchangeText(all)
  }

  /** Adds the profiles of such a text, each under a name that is free. Throws SETTING_INVALID. */
  import(text: string): string[] {
    const found = parseExchange(text)
    if (this.#profiles.all().length + found.length > mostProfiles) {
      throw new MigrateError('SETTING_INVALID', {
        message: `The file was not taken: there would be more than ${mostProfiles} connections.`,
        scope: 'run',
      })
    }
    return found.map((it) => {
      const name = this.#freeName(it.name)
      this.#profiles.save({ ...it, name, id: randomUUID(), envFile: null })
      return name
    })
  }

  /** The settings of the profile's env file; the secrets among them are held back. Throws SETTING_INVALID. */
  async takeOver(id: string): Promise<TakenOver> {
    const { envFile, variables } = this.#profiles.find(id)
    if (envFile === null) return { variables, secrets: {} }
    const own = ownSettings(await readEnvFile(envFile))
    const { POSTGRES_PASSWORD: password, S3_SECRET_ACCESS_KEY: key } = own.secrets
    return {
      variables: own.variables,
      secrets: {
        ...(password !== undefined && { POSTGRES_PASSWORD: this.#held.hold(password) }),
        ...(key !== undefined && { S3_SECRET_ACCESS_KEY: this.#held.hold(key) }),
      },
    }
  }

  /** The settings of a draft: with the secrets that it names, else with those of the profile. Throws SETTING_*. */
  settingsOf(id: string | null, draft: ProfileDraft, changes: SecretChanges): Promise<SiteSettings> {
    return settingsOf({ ...draft, id: id ?? 'draft' }, this.#secretOf(id, changes))
  }

  /** The server of a draft and how to log in there, complete or not in all else. */
  placeOf(id: string | null, draft: ProfileDraft, changes: SecretChanges): Pick<SiteSettings, 'server' | 'login'> {
    return { server: draft.server, login: loginOf(this.#secretOf(id, changes)) }
  }

  #secretOf(id: string | null, changes: SecretChanges): SecretOf {
    return (name) => {
      const change = changes[name]
      if (change === undefined) return id === null ? null : this.#secrets.get(id, name)
      return this.#valueOf(change)
    }
  }

  #change(id: string, changes: SecretChanges): void {
    for (const name of profileSecrets) {
      const change = changes[name]
      if (change === undefined) continue
      const value = this.#valueOf(change)
      if (value === null) this.#secrets.remove(id, name)
      else this.#secrets.set(id, name, value)
    }
  }

  /** Null: it is forgotten. Throws SETTING_INVALID for a token that is none any more. */
  #valueOf(change: NonNullable<SecretChanges[ProfileSecret]>): string | null {
    if ('set' in change) return change.set === '' ? null : change.set
    if ('forget' in change) return null
    const value = this.#held.take(change.take)
    if (value !== null) return value
    throw new MigrateError('SETTING_INVALID', {
      message: 'A secret that was found is not remembered any more. Type it, or look for it again.',
      scope: 'run',
    })
  }

  #secretsOf(id: string): Secrets {
    return profileSecrets.flatMap((name) => {
      const value = this.#secrets.get(id, name)
      return value === null ? [] : [[name, value] as const]
    })
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.#profiles.all().map(({ name }) => name))
    for (let number = 2, name = wanted; ; number += 1) {
      if (!taken.has(name)) return name
      // Names have 100 characters at most.
      name = `${wanted.slice(0, 90)} (${number})`
    }
  }
}
