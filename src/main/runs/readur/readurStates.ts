import type { KnownReadurState, ReadurSettingsText } from '../../../shared/readurState.ts'
import type { InnerNetwork } from '../../discovery/discovered.ts'
import { settingsOf, type SecretOf } from '../../profiles/connection.ts'
import type { Profile } from '../../profiles/profile.ts'
import type { SiteSettings } from '../../profiles/settings.ts'
import { openSite, type SshAccess } from '../../site.ts'
import { bucketOf, lookAtReadur } from './lookAtReadur.ts'
import { UnderWay } from './underWay.ts'
import type { ReadurStateStore } from './readurStateStore.ts'
import { readurSettingsText } from './settingsText.ts'

interface ReadurStatesDeps {
  readurs: ReadurStateStore
  profileOf: (id: string) => Profile
  secretsOf: (profileId: string) => SecretOf
  ssh: SshAccess
}

/** What the window asks about the Readur of a connection: where it stores, and how it is switched to the bucket. */
export class ReadurStates {
  readonly #deps: ReadurStatesDeps
  /** Of the latest look at each connection. */
  readonly #networks = new Map<string, InnerNetwork | null>()
  readonly #underWay = new UnderWay<KnownReadurState>()

  constructor(deps: ReadurStatesDeps) {
    this.#deps = deps
  }

  /** What was found out last; null where nothing was. Asks no server. Throws SETTING_*. */
  async known(profileId: string): Promise<KnownReadurState | null> {
    return this.#deps.readurs.known(profileId, bucketOf(await this.#settings(profileId)))
  }

  /** Finds it out; who asks meanwhile gets that answer. Throws SETTING_*, SSH_CONFIG_INVALID. */
  look(profileId: string): Promise<KnownReadurState> {
    return this.#underWay.once(profileId, () => this.#look(profileId))
  }

  /** Notes what the user says, and looks again: what can be known goes before it. */
  async confirm(profileId: string, isConfirmed: boolean): Promise<KnownReadurState> {
    this.#deps.readurs.confirm(profileId, bucketOf(await this.#settings(profileId)), isConfirmed)
    return this.look(profileId)
  }

  /** What to write into Readur's settings, without the secret key. */
  async settingsText(profileId: string): Promise<ReadurSettingsText> {
    return readurSettingsText(await this.#settings(profileId), this.#networks.get(profileId) ?? null)
  }

  /** The same lines with the secret key: never for the page. */
  async wholeLines(profileId: string): Promise<string> {
    const settings = await this.#settings(profileId)
    const network = this.#networks.get(profileId) ?? null
    return readurSettingsText(settings, network, settings.s3.secretAccessKey).lines
  }

  async #look(profileId: string): Promise<KnownReadurState> {
    const settings = await this.#settings(profileId)
    const memory = this.#deps.readurs.of(profileId, bucketOf(settings))
    const { site, commands, readur, close } = await openSite(settings, this.#deps.ssh)
    try {
      const place = { settings, commands, readur, database: site.database, objects: site.objects }
      const { state, network } = await lookAtReadur(place, memory.isConfirmed(), new AbortController().signal)
      this.#networks.set(profileId, network)
      return memory.keep(state)
    } finally {
      // What does not answer is not waited for.
      void close()
    }
  }

  #settings(profileId: string): Promise<SiteSettings> {
    return settingsOf(this.#deps.profileOf(profileId), this.#deps.secretsOf(profileId))
  }
}
