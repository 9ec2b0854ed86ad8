import { appendFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { plainLine } from '../shared/plainText.ts'

/** What the window’s program did and what happened to it, for whoever helps. It holds no secret, no file name and no address. */
export class ProgramLog {
  readonly #file: string
  readonly #older: string
  readonly #limit: number
  readonly #states = new Map<string, string>()

  /** Writes into this folder, which has to exist; once a file has as many bytes as the limit, it takes the place of the older one. */
  constructor(folder: string, limit = 500_000) {
    this.#file = join(folder, 'readur-migrate.log')
    this.#older = join(folder, 'readur-migrate.1.log')
    this.#limit = limit
  }

  line(text: string): void {
    try {
      if ((statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0) >= this.#limit) {
        renameSync(this.#file, this.#older)
      }
      appendFileSync(this.#file, `${new Date().toISOString()} ${plainLine(text)}\n`, { mode: 0o600 })
    } catch {
      // A full disk, for example: nothing is stopped for the log’s sake.
    }
  }

  /** Notes how something stands, once for each change. */
  state(of: string, state: string): void {
    if (this.#states.get(of) === state) return
    this.#states.set(of, state)
    this.line(`${of}: ${state}`)
  }

  /** Where something unforeseen happened. Its message may quote whatever was at hand, so it stays out. */
  failure(what: string, error: unknown): void {
    const { name, stack = '' } = error instanceof Error ? error : new Error()
    const places = stack.split('\n').filter((line) => /^\s+at /.test(line))
    this.line([`${what}: ${name}`, ...places.slice(0, 12).map((line) => line.trim())].join(' '))
  }
}
