import {
  foundSettings,
  splitAddress,
  type FoundOnServer,
  type FoundReadur,
  type FoundSetting,
  type FoundSettingName,
  type FoundValue,
  type MissingSetting,
  type TextToSearch,
} from '../../shared/discovery.ts'
import { withQuestions, type Boundary } from '../discovery/boundary.ts'
import { describeOrigin, shortOrigin, type Discovered, type Found } from '../discovery/discovered.ts'
import { discoverFiles, discoverTogether, fileName } from '../discovery/files.ts'
import type { ReadFile } from '../discovery/neighbours.ts'
import type { ServerSearch } from '../discovery/searchServer.ts'
import { Secret } from '../discovery/secret.ts'
import type { HeldSecrets } from '../profiles/heldSecrets.ts'
import type { ProfileSecret, ServerSettings } from '../../shared/profile.ts'
import { secretPlace, type SecretGoal } from '../../shared/secretPlace.ts'

/** Asks the person at the screen whether files outside of a Compose file's folder may be read, here or on a server. */
type MayRead = (files: string[], server: ServerSettings | null) => Promise<boolean>

/** Looks for Readur's settings for the window, which is shown all but the secrets: those it gets tokens for. */
export class ReadurFinder {
  readonly #held: HeldSecrets
  readonly #mayRead: MayRead

  constructor(held: HeldSecrets, mayRead: MayRead) {
    this.#held = held
    this.#mayRead = mayRead
  }

  /** Texts that were pasted, or dropped together: one may name another. Throws DISCOVERY_UNREADABLE, READUR_NOT_FOUND. */
  async inTexts(texts: readonly TextToSearch[]): Promise<FoundReadur[]> {
    const byName = new Map(texts.map(({ name, text }) => [fileName(name ?? ''), text]))
    const read: ReadFile = (path) => Promise.resolve(byName.get(fileName(path)) ?? null)
    const files = texts.map(({ name, text }) => ({ name: name === null ? undefined : fileName(name), text, read }))
    return this.#shownAll(await discoverTogether(files), null)
  }

  /** Files of this computer; what they name is read beside them. */
  async inFiles(paths: readonly string[]): Promise<FoundReadur[]> {
    const look = (boundary: Boundary) => discoverFiles(paths, boundary)
    return this.#shownAll(await withQuestions(look, [], (files) => this.#mayRead(files, null)), null)
  }

  /** The containers and Compose files of a computer. Throws COMMANDS_REFUSED, SSH_*. */
  async onServer(
    server: ServerSettings | null,
    search: (boundary: Boundary) => Promise<ServerSearch>,
  ): Promise<FoundOnServer> {
    const { found, notes } = await withQuestions(search, [], (files) => this.#mayRead(files, server))
    return { found: this.#shownAll(found, server), notes: notes.map(({ message, remedy }) => ({ message, remedy })) }
  }

  #shownAll(found: readonly Discovered[], server: ServerSettings | null): FoundReadur[] {
    return found.map((it) => this.#shown(it, server))
  }

  #shown(found: Discovered, server: ServerSettings | null): FoundReadur {
    const { source, settings, secrets, missing, notes } = found
    const all = { ...settings, ...secrets }
    const shown = (setting: FoundSettingName) => (value: Found<string | Secret>) =>
      this.#value(value, secretPlace(secretNames[setting] ?? 'POSTGRES_PASSWORD', goalOf(found, server)))
    return {
      source,
      settings: foundSettings.flatMap((setting): FoundSetting[] => {
        const chosen = all[setting]
        if (!chosen) return []
        return [{ setting, chosen: shown(setting)(chosen), alternatives: chosen.alternatives.map(shown(setting)) }]
      }),
      missing: missing.map(({ setting, question, reason, suggestions }): MissingSetting => ({
        setting,
        question,
        reason,
        suggestions: suggestions.map(shown(setting)),
      })),
      notes: notes.map(({ message, remedy }) => ({ message, remedy })),
    }
  }

  #value({ value, origin, confidence, onServer }: Found<string | Secret>, place: string): FoundValue {
    const about = { where: describeOrigin(origin), at: shortOrigin(origin), confidence, onServer: onServer === true }
    return value instanceof Secret ? { token: this.#held.hold(value.reveal(), place), ...about } : { value, ...about }
  }
}

const secretNames: Partial<Record<FoundSettingName, ProfileSecret>> = {
  databasePassword: 'POSTGRES_PASSWORD',
  s3SecretKey: 'S3_SECRET_ACCESS_KEY',
  readurToken: 'READUR_TOKEN',
}

/** What the secrets were found for: no file says on which server it holds. */
function goalOf({ settings }: Discovered, server: ServerSettings | null): SecretGoal {
  const address = splitAddress(settings.databaseAddress?.value)
  return {
    server,
    variables: {
      ...(address && { POSTGRES_HOST: address.host, POSTGRES_PORT: address.port }),
      ...(settings.databaseUser && { POSTGRES_USER: settings.databaseUser.value }),
      ...(settings.s3Endpoint && { S3_ENDPOINT_URL: settings.s3Endpoint.value }),
      ...(settings.s3AccessKey && { S3_ACCESS_KEY_ID: settings.s3AccessKey.value }),
      ...(settings.readurUrl && { READUR_URL: settings.readurUrl.value }),
    },
  }
}
