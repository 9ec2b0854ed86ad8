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
import { secretPlace, type SecretGoal } from '../../shared/secretPlace.ts'
import { MigrateError } from '../engine/errors.ts'
import { goalOf, loginOf, serverText, settingsOf, type SecretOf } from './connection.ts'
import { readSettingsFile } from './envFile.ts'
import { exchangeText, mostProfiles, parseExchange, type ExchangedProfile } from './exchange.ts'
import type { HeldSecrets } from './heldSecrets.ts'
import { ownSettings } from './ownSettings.ts'
import type { Profile } from './profile.ts'
import type { ProfileStore } from './profileStore.ts'
import type { KeptSecret, SecretStore } from './secretStore.ts'
import type { SiteSettings } from './settings.ts'

interface Removed {
  profile: Profile
  secrets: readonly KeptSecret[]
}

/** Questions to the person at the screen, asked past the page: a page must not answer them. */
export interface Approval {
  /** A secret that was found for one place is to go to another one. */
  secret: (name: ProfileSecret, foundFor: string, goesTo: string) => Promise<boolean>
  /** The passwords in a file are to be used on this server, null for this computer: the file was not saved so. */
  file: (envFile: string, server: string | null) => Promise<boolean>
}

type Values = Partial<Record<ProfileSecret, string | null>>

/**
 * Profiles with their secrets, as the window works on them. Secrets go in and never out, and each goes to the place that
 * it was saved for: what the page says of another place is not enough.
 */
export class ProfileService {
  readonly #profiles: ProfileStore
  readonly #secrets: SecretStore
  readonly #held: HeldSecrets
  readonly #approval: Approval
  readonly #approved = new Set<string>()
  readonly #removed = new Map<string, Removed>()

  constructor(profiles: ProfileStore, secrets: SecretStore, held: HeldSecrets, approval: Approval) {
    this.#profiles = profiles
    this.#secrets = secrets
    this.#held = held
    this.#approval = approval
  }

  /** Secrets of an earlier version, which had no place, get that of their profile. To be done before the window opens. */
  async bindSecrets(): Promise<void> {
    const goals = new Map<string, SecretGoal>()
    const unbound = new Set(this.#secrets.unbound())
    for (const profile of this.#profiles.all()) {
      const goal = unbound.has(profile.id) ? await goalOf(profile).catch(() => null) : null
      if (goal) goals.set(profile.id, goal)
    }
    this.#secrets.bind((id, name) => {
      const goal = goals.get(id)
      return goal ? secretPlace(name, goal) : null
    })
  }

  /** Secrets outlive the program. */
  get keepsSecrets(): boolean {
    return this.#secrets.isLasting
  }

  all(): Profile[] {
    return this.#profiles.all()
  }

  /** Throws SECRET_ELSEWHERE for one that is needed, and was saved for another place. */
  secretsOf(id: string): SecretOf {
    return (name, place) => {
      const value = this.#secrets.get(id, name, place)
      const other = value === null ? this.#secrets.placeOf(id, name) : null
      const words = needed[name]
      if (other === null || words === undefined) return value
      throw new MigrateError('SECRET_ELSEWHERE', {
        message: `The saved ${words} is for ${other}. The connection now goes to ${place}.`,
        subject: name,
      })
    }
  }

  /** A secret of the profile was given and is not kept any more. */
  isLost(id: string, name: ProfileSecret): boolean {
    return this.#secrets.isLost(id, name)
  }

  /** Throws PROFILE_NOT_FOUND. */
  async details(id: string): Promise<ProfileDetails> {
    const profile = this.#profiles.find(id)
    const goal = await goalOf(profile).catch(() => ({ server: profile.server, variables: profile.variables }))
    const has = profileSecrets.filter((name) => this.#secrets.get(id, name, secretPlace(name, goal)) !== null)
    return { ...profile, has }
  }

  async create(draft: ProfileDraft, changes: SecretChanges): Promise<string> {
    const id = randomUUID()
    const apply = await this.#changer(null, draft, changes)
    // First the secrets: a profile that could not be kept whole is better not there, and can be saved again.
    apply(id)
    try {
      this.#profiles.save({ ...draft, id })
    } catch (error) {
      this.#secrets.remove(id)
      throw error
    }
    return id
  }

  /** Throws PROFILE_NOT_FOUND, SETTING_INVALID. */
  async update(id: string, draft: ProfileDraft, changes: SecretChanges): Promise<void> {
    this.#profiles.find(id)
    const apply = await this.#changer(id, draft, changes)
    this.#profiles.save({ ...draft, id })
    apply(id)
  }

  /**
   * Changes one setting that is no secret. Where it is the storage address and still is `was`, a secret key that is kept for
   * that one goes to the new one: somebody has confirmed that they are one service. Throws PROFILE_NOT_FOUND, and
   * SETTING_INVALID where a file holds the settings.
   */
  setVariable(id: string, name: ProfileVariable, value: string, was?: string): void {
    const profile = this.#profiles.find(id)
    if (profile.envFile !== null) {
      throw new MigrateError('SETTING_INVALID', {
        message: `The settings of “${profile.name}” stand in ${profile.envFile}: write ${name}=${value} there.`,
        subject: name,
      })
    }
    const changed = { ...profile, variables: { ...profile.variables, [name]: value } }
    const place = (of: SecretGoal): string => secretPlace('S3_SECRET_ACCESS_KEY', of)
    const corrected = { ...profile, variables: { ...profile.variables, S3_ENDPOINT_URL: was ?? '' } }
    const isMove = name === 'S3_ENDPOINT_URL' && was !== undefined && place(corrected) === place(profile)
    const key = isMove ? this.#secrets.get(id, 'S3_SECRET_ACCESS_KEY', place(profile)) : null
    this.#profiles.save(changed)
    if (key !== null) this.#secrets.set(id, { name: 'S3_SECRET_ACCESS_KEY', value: key, place: place(changed) })
  }

  duplicate(id: string): string {
    const original = this.#profiles.find(id)
    const copy = randomUUID()
    this.#profiles.save({ ...original, id: copy, name: this.#freeName(`${original.name.slice(0, 90)} (copy)`) })
    for (const secret of this.#secrets.all(id)) this.#secrets.set(copy, secret)
    return copy
  }

  rename(id: string, name: string): void {
    this.#profiles.save({ ...this.#profiles.find(id), name })
  }

  /** It can be brought back until the program ends. */
  remove(id: string): void {
    const profile = this.#profiles.find(id)
    this.#removed.set(id, { profile, secrets: this.#secrets.all(id) })
    this.#profiles.remove(id)
    this.#secrets.remove(id)
  }

  /** Throws PROFILE_NOT_FOUND. */
  restore(id: string): void {
    const removed = this.#removed.get(id)
    if (!removed) throw new MigrateError('PROFILE_NOT_FOUND', { message: 'It was not removed here.' })
    const { profile, secrets } = removed
    this.#profiles.save({ ...profile, name: this.#freeName(profile.name) })
    for (const secret of secrets) this.#secrets.set(id, secret)
    this.#removed.delete(id)
  }

  /** Profiles as text for another computer, without secrets. Those in env files are written as settings of their own. */
  async export(ids: readonly string[]): Promise<string> {
    const all: ExchangedProfile[] = []
    for (const id of ids) {
      const { name, server, envFile, variables } = this.#profiles.find(id)
      const own = envFile === null ? variables : ownSettings(await readSettingsFile(envFile, server !== null)).variables
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
    const { envFile, server, variables } = this.#profiles.find(id)
    if (envFile === null) return { variables, secrets: {} }
    const own = ownSettings(await readSettingsFile(envFile, server !== null))
    const hold = (name: keyof typeof own.secrets): TakenOver['secrets'] => {
      const value = own.secrets[name]
      const place = secretPlace(name, { server, variables: own.variables })
      return value === undefined ? {} : { [name]: this.#held.hold(value, place) }
    }
    return { variables: own.variables, secrets: { ...hold('POSTGRES_PASSWORD'), ...hold('S3_SECRET_ACCESS_KEY') } }
  }

  /** The settings of a draft: with the secrets that it names, else with those of the profile. Throws SETTING_*, SECRET_ELSEWHERE. */
  async settingsOf(id: string | null, draft: ProfileDraft, changes: SecretChanges): Promise<SiteSettings> {
    const { values } = await this.#given(id, draft, changes)
    return settingsOf({ ...draft, id: id ?? 'draft' }, this.#secretOf(id, values))
  }

  /** The server of a draft and how to log in there, complete or not in all else. */
  async placeOf(
    id: string | null,
    { server }: ProfileDraft,
    { SSH_PASSWORD, SSH_PASSPHRASE }: SecretChanges,
  ): Promise<Pick<SiteSettings, 'server' | 'login'>> {
    const goal = { server, variables: {} }
    const login = { ...(SSH_PASSWORD && { SSH_PASSWORD }), ...(SSH_PASSPHRASE && { SSH_PASSPHRASE }) }
    return { server, login: loginOf(this.#secretOf(id, await this.#resolved(goal, login)), goal) }
  }

  #secretOf(id: string | null, values: Values): SecretOf {
    const kept: SecretOf = id === null ? () => null : this.secretsOf(id)
    return (name, place) => {
      const value = values[name]
      return value === undefined ? kept(name, place) : value
    }
  }

  /** What changes the secrets of a profile, once all that has to be asked was asked. */
  async #changer(id: string | null, draft: ProfileDraft, changes: SecretChanges): Promise<(id: string) => void> {
    const { goal, values } = await this.#given(id, draft, changes)
    return (profileId) => {
      for (const name of profileSecrets) {
        const value = values[name]
        if (value === null) this.#secrets.remove(profileId, name)
        else if (value !== undefined) this.#secrets.set(profileId, { name, value, place: secretPlace(name, goal) })
      }
    }
  }

  /** The secrets that are given with a draft, and where they go. */
  async #given(
    id: string | null,
    draft: ProfileDraft,
    changes: SecretChanges,
  ): Promise<{ goal: SecretGoal; values: Values }> {
    await this.#approveFile(id, draft)
    // Without any, its file need not be there.
    const goal = Object.keys(changes).length === 0 ? draft : await goalOf(draft)
    return { goal, values: await this.#resolved(goal, changes) }
  }

  /** The values that are named; null: none. Throws SETTING_INVALID for a secret that is not to go there. */
  async #resolved(goal: SecretGoal, changes: SecretChanges): Promise<Values> {
    const values: Values = {}
    for (const name of profileSecrets) {
      const change = changes[name]
      if (change !== undefined) values[name] = await this.#valueOf(name, change, secretPlace(name, goal))
    }
    return values
  }

  async #valueOf(
    name: ProfileSecret,
    change: NonNullable<SecretChanges[ProfileSecret]>,
    place: string,
  ): Promise<string | null> {
    if ('set' in change) return change.set === '' ? null : change.set
    if ('forget' in change) return null
    const held = this.#held.take(change.take)
    if (held === null) {
      throw refused('A secret that was found is not remembered any more. Type it, or look for it again.')
    }
    const isApproved =
      held.place === place ||
      (await this.#ask(`${change.take} ${place}`, () => this.#approval.secret(name, held.place, place)))
    if (isApproved) return held.value
    throw refused('A secret that was found was not used. Type it instead.')
  }

  /** A file with passwords is used where it was saved to be used; anywhere else somebody has to agree. */
  async #approveFile(id: string | null, { envFile, server }: ProfileDraft): Promise<void> {
    if (envFile === null) return
    const saved = this.#profiles.all().find((it) => it.id === id)
    const place = (of: ProfileDraft['server']): string => secretPlace('SSH_PASSWORD', { server: of, variables: {} })
    if (saved?.envFile === envFile && place(saved.server) === place(server)) return
    const name = server && serverText(server)
    if (await this.#ask(`${envFile} ${place(server)}`, () => this.#approval.file(envFile, name))) return
    throw refused(`The settings in “${envFile}” were not used.`)
  }

  /** What was agreed to once holds until the program ends. */
  async #ask(about: string, ask: () => Promise<boolean>): Promise<boolean> {
    if (this.#approved.has(about)) return true
    const isApproved = await ask()
    if (isApproved) this.#approved.add(about)
    return isApproved
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

/** Secrets without which nothing is reached; the others are asked for when they are needed, or can be done without. */
const needed: Partial<Record<ProfileSecret, string>> = {
  POSTGRES_PASSWORD: 'database password',
  S3_SECRET_ACCESS_KEY: 'secret key of the bucket',
}

const refused = (message: string): MigrateError => new MigrateError('SETTING_INVALID', { message })
