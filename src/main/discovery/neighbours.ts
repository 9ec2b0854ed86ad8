import { OutsideFile } from './boundary.ts'
import { variable, type Environment, type Variable } from './environment.ts'
import { largestText, parseEnvText } from './envText.ts'
import type { LookUp } from './interpolate.ts'

/**
 * Gives the text of a file: null when there is none, OutsideFile when nobody has allowed it, another error when it cannot be read. The path comes from a file that
 * may be hostile: give nothing but regular files of a modest size. It is from the root, or from the folder of that file.
 */
export type ReadFile = (path: string) => Promise<string | null>

/** No Compose file has more. */
const mostFiles = 30

/** Files that a Compose file names or that lie beside it, each read once; keeps notes of those that are missing. */
export class Neighbours {
  readonly #read: ReadFile
  readonly #texts = new Map<string, string | null>()
  readonly notes: (readonly [message: string, remedy: string | null])[] = []

  constructor(read: ReadFile) {
    this.#read = read
  }

  note(message: string, remedy: string | null = null): void {
    this.notes.push([message, remedy])
  }

  noteMissing(path: string): void {
    this.note(
      `${path} was not found, or cannot be read. Variables that it sets are missing.`,
      'Import it as well, or type what is missing.',
    )
  }

  /** Null when it is not there, and when it cannot be read, which is noted. */
  async text(path: string, need: 'optional' | 'required'): Promise<string | null> {
    const known = this.#texts.get(path)
    if (known !== undefined) return known
    if (this.#texts.size >= mostFiles) {
      this.note(`The file names more than ${mostFiles} others; the rest was not read.`)
      return null
    }
    const text = await this.#tryToRead(path, need)
    this.#texts.set(path, text)
    return text
  }

  async #tryToRead(path: string, need: 'optional' | 'required'): Promise<string | null> {
    let text: string | null
    try {
      text = await this.#read(path)
    } catch (error) {
      if (error instanceof OutsideFile) {
        this.note(
          `${path} is outside the folder of the Compose file, so it was not read.`,
          'Read it only if it belongs to this Readur; otherwise type what is missing.',
        )
      } else this.noteMissing(path)
      return null
    }
    if (text === null && need === 'required') this.noteMissing(path)
    if (text !== null && text.length > largestText) {
      this.note(`${path} is too large for settings and was left out.`)
      return null
    }
    return text
  }

  async variables(path: string, outer: LookUp, need: 'optional' | 'required', isRaw = false): Promise<Environment> {
    const text = await this.text(path, need)
    if (text === null) return new Map()
    if (isRaw) return rawVariables(text, path)
    const { variables, badLines } = parseEnvText(text, path, outer)
    if (badLines.length > 0) {
      this.note(`${path}: lines that aren’t variables were left out: ${badLines.slice(0, 10).join(', ')}.`)
    }
    return variables
  }
}

/** `format: raw`: all that follows the first `=` is the value. */
function rawVariables(text: string, file: string): Environment {
  const all = new Map<string, Variable>()
  text.split(/\r?\n/).forEach((line, index) => {
    const [, name, value] = /^([^#=\s][^=]*)=(.*)$/.exec(line) ?? []
    if (name !== undefined) all.set(name, variable(value ?? '', { file, line: index + 1, variable: name }))
  })
  return all
}
