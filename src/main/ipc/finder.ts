import {
  foundSettings,
  type FoundOnServer,
  type FoundReadur,
  type FoundSetting,
  type FoundValue,
  type MissingSetting,
  type TextToSearch,
} from '../../shared/discovery.ts'
import { describeOrigin, type Discovered, type Found } from '../discovery/discovered.ts'
import { discoverFiles, discoverTogether, fileName } from '../discovery/files.ts'
import type { ReadFile } from '../discovery/neighbours.ts'
import type { ServerSearch } from '../discovery/searchServer.ts'
import { Secret } from '../discovery/secret.ts'
import type { HeldSecrets } from '../profiles/heldSecrets.ts'

/** Looks for Readur's settings for the window, which is shown all but the secrets: those it gets tokens for. */
export class ReadurFinder {
  readonly #held: HeldSecrets

  constructor(held: HeldSecrets) {
    this.#held = held
  }

  /** Texts that were pasted, or dropped together: one may name another. Throws DISCOVERY_UNREADABLE, READUR_NOT_FOUND. */
  async inTexts(texts: readonly TextToSearch[]): Promise<FoundReadur[]> {
    const byName = new Map(texts.map(({ name, text }) => [fileName(name ?? ''), text]))
    const read: ReadFile = (path) => Promise.resolve(byName.get(fileName(path)) ?? null)
    const files = texts.map(({ name, text }) => ({ name: name === null ? undefined : fileName(name), text, read }))
    return this.#shownAll(await discoverTogether(files))
  }

  /** Files of this computer; what they name is read beside them. */
  async inFiles(paths: readonly string[]): Promise<FoundReadur[]> {
    return this.#shownAll(await discoverFiles(paths))
  }

  /** The containers and Compose files of a computer. Throws COMMANDS_REFUSED, SSH_*. */
  async onServer(search: Promise<ServerSearch>): Promise<FoundOnServer> {
    const { found, notes } = await search
    return { found: this.#shownAll(found), notes: notes.map(({ message, remedy }) => ({ message, remedy })) }
  }

  #shownAll(found: readonly Discovered[]): FoundReadur[] {
    return found.map((it) => this.#shown(it))
  }

  #shown({ source, settings, secrets, missing, notes }: Discovered): FoundReadur {
    const all = { ...settings, ...secrets }
    return {
      source,
      settings: foundSettings.flatMap((setting): FoundSetting[] => {
        const chosen = all[setting]
        if (!chosen) return []
        const alternatives = chosen.alternatives.map((it) => this.#value(it))
        return [{ setting, chosen: this.#value(chosen), alternatives }]
      }),
      missing: missing.map(({ setting, question, reason, suggestions }): MissingSetting => ({
        setting,
        question,
        reason,
        suggestions: suggestions.map((it) => this.#value(it)),
      })),
      notes: notes.map(({ message, remedy }) => ({ message, remedy })),
    }
  }

  #value({ value, origin, confidence, onServer }: Found<string | Secret>): FoundValue {
    const about = { where: describeOrigin(origin), confidence, onServer: onServer === true }
    return value instanceof Secret ? { token: this.#held.hold(value.reveal()), ...about } : { value, ...about }
  }
}
