import {
  foundSettings,
  type FoundReadur,
  type FoundSetting,
  type FoundValue,
  type MissingSetting,
  type TextToSearch,
} from '../../shared/discovery.ts'
import { discoverCompose } from '../discovery/compose.ts'
import { describeOrigin, type Discovered, type Found } from '../discovery/discovered.ts'
import { discoverEnvText } from '../discovery/dotEnv.ts'
import { localFiles } from '../discovery/localFiles.ts'
import type { ReadFile } from '../discovery/neighbours.ts'
import { asMigrateError, type MigrateError } from '../engine/errors.ts'
import { printable } from '../discovery/printable.ts'
import { unreadable } from '../discovery/refusal.ts'
import { Secret } from '../discovery/secret.ts'
import type { HeldSecrets } from '../profiles/heldSecrets.ts'

/** One file with what is to be read of those around it. */
interface Place {
  name: string | undefined
  text: string
  read: ReadFile
}

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
    return this.#in(texts.map(({ name, text }) => ({ name: name === null ? undefined : fileName(name), text, read })))
  }

  /** Files of this computer; what they name is read beside them. */
  async inFiles(paths: readonly string[]): Promise<FoundReadur[]> {
    const places: Place[] = []
    for (const path of paths) {
      const read = localFiles(folderOf(path))
      const text = await read(path).catch(() => null)
      if (text === null) throw unreadable(printable(path), 'it is no file of settings, or may not be read.')
      places.push({ name: path, text, read })
    }
    return this.#in(places)
  }

  async #in(places: readonly Place[]): Promise<FoundReadur[]> {
    const compose = places.filter(isCompose)
    // What lies over another file is read with it; a file of variables beside Compose's is read by it.
    const main = compose.filter(({ name = '' }) => !/\.override\.ya?ml$/i.test(name))
    const wanted = main.length > 0 ? main : compose.length > 0 ? compose : places
    const found: Discovered[] = []
    const failures: MigrateError[] = []
    for (const place of wanted) {
      try {
        found.push(...(await discovered(place)))
      } catch (error) {
        failures.push(asMigrateError(error))
      }
    }
    if (found.length === 0) throw failures[0] ?? unreadable('the pasted text', 'it is empty.')
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

const discovered = async ({ name, text, read }: Place & { name: string | undefined }): Promise<Discovered[]> =>
  isCompose({ name, text, read })
    ? discoverCompose(text, read, name === undefined ? {} : { path: name })
    : [discoverEnvText(text, name === undefined ? undefined : printable(fileName(name)))]

const isCompose = ({ name = '', text }: Place): boolean => /\.ya?ml$/i.test(name) || /^\s*services\s*:/m.test(text)

const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? ''
const folderOf = (path: string): string => path.slice(0, path.length - fileName(path).length)
