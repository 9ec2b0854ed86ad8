import { asMigrateError, type MigrateError } from '../errors.ts'
import type { Entry } from './entries.ts'
import type { RunStore } from './runStore.ts'

const flushAfterMs = 100
const flushAtEntries = 256

/**
 * Gathers outcomes so that one durable write carries many. An outcome may be lost in a crash, since its step can be
 * recognised again; an intent may not, so `writeNow` takes everything with it and is durable when it returns.
 */
export class JournalBuffer {
  readonly #store: Pick<RunStore, 'append'>
  #waiting: Entry[] = []
  #timer: NodeJS.Timeout | null = null
  #failure: MigrateError | null = null

  constructor(store: Pick<RunStore, 'append'>) {
    this.#store = store
  }

  /** Durable soon; throws what went wrong with an earlier write. */
  add(entry: Entry): void {
    if (this.#failure) throw this.#failure
    this.#waiting.push(entry)
    if (this.#waiting.length >= flushAtEntries) this.writeNow()
    else this.#timer ??= setTimeout(() => this.#flushInBackground(), flushAfterMs)
  }

  writeNow(...entries: Entry[]): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const all = [...this.#waiting, ...entries]
    if (all.length > 0) this.#store.append(all)
    // Not before: outcomes that could not be written go with the next line that can.
    this.#waiting = []
    this.#failure = null
  }

  #flushInBackground(): void {
    try {
      this.writeNow()
    } catch (error) {
      this.#failure = asMigrateError(error)
    }
  }
}
