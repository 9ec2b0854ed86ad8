import type { Reached } from './job.ts'

/** What the workers of one migration have sent, put together from their logs. */
export class Sent {
  readonly #verified = new Set<string>()
  /** Parts that stand in a journal: `key number`. */
  readonly #parts = new Set<string>()
  /** Keys with an upload that stands in a journal. */
  readonly #open = new Set<string>()
  readonly #stored = new Set<string>()
  readonly #foreign: ReadonlySet<string>
  readonly twice: string[] = []
  puts = 0
  parts = 0
  /** Whole objects that were sent once more, since no journal said that they are there. */
  refused = 0

  /** `foreign`: keys of objects that were there before. */
  constructor(foreign: Iterable<string> = []) {
    this.#foreign = new Set(foreign)
  }

  /** Adds the steps of one more session. */
  add(steps: readonly Reached[]): void {
    let probed = false
    for (const { at, about } of steps) {
      for (const { key = '', part = 0, result } of about) {
        switch (at) {
          case 'put before':
            this.puts += 1
            this.#expectUnverified(key)
            break
          case 'put after':
            if (result === 'stored') this.#stored.add(key)
            // Each session asks once whether the store refuses to overwrite.
            else if (!probed && this.#stored.has(key)) probed = true
            else if (result === 'exists' && !this.#foreign.has(key)) this.refused += 1
            break
          case 'createUpload before':
            this.#expectUnverified(key)
            if (this.#open.has(key)) this.twice.push(`${key}: another upload, though one stands in the journal`)
            break
          case 'putPart before':
            this.parts += 1
            this.#expectUnverified(key)
            if (this.#parts.has(`${key} ${part}`)) this.twice.push(`${key}: part ${part} stands in the journal`)
            break
          case 'journal multipart-intent after':
            this.#open.add(key)
            break
          case 'journal part after':
            this.#parts.add(`${key} ${part}`)
            break
          case 'journal verified after':
            this.#verified.add(key)
            break
        }
      }
    }
  }

  #expectUnverified(key: string): void {
    if (this.#verified.has(key)) this.twice.push(`${key}: sent again after it was verified`)
  }
}
