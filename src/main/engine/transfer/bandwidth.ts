import { sleepFor } from '../timers.ts'

/** So much may go out at once before the pace is held, in seconds of it. */
const burstSeconds = 0.25

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>

/**
 * How many bytes a second may move, up and down together: a token bucket that all share, first come, first served. The
 * limit can be changed at any time and then holds for those that wait too.
 */
export class Bandwidth {
  readonly #now: () => number
  readonly #sleep: Sleep
  #limit: number | null
  #tokens = 0
  #filledAt: number
  #queue: Promise<void> = Promise.resolve()
  #wake: () => void = () => undefined

  /** Null: as many as the line carries. */
  constructor(bytesPerSecond: number | null, now: () => number = Date.now, sleep: Sleep = sleepFor) {
    this.#limit = bytesPerSecond
    this.#now = now
    this.#sleep = sleep
    this.#filledAt = now()
  }

  get bytesPerSecond(): number | null {
    return this.#limit
  }

  set bytesPerSecond(limit: number | null) {
    this.#fill()
    this.#limit = limit
    // What was saved up or owed under another limit is nothing to go by.
    this.#tokens = 0
    this.#wake()
  }

  /** Resolves when so many bytes may move. Throws the signal's reason. */
  take(bytes: number, signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#wait(bytes, signal))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  async #wait(bytes: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted()
      if (this.#limit === null) return
      this.#fill()
      if (this.#tokens > 0) break
      const ms = Math.ceil((-this.#tokens / this.#limit) * 1000) + 1
      const woken = new AbortController()
      this.#wake = () => woken.abort()
      const end = (): void => woken.abort()
      signal.addEventListener('abort', end)
      await this.#sleep(ms, woken.signal)
      signal.removeEventListener('abort', end)
    }
    // May go below zero: who comes next waits until that is made good.
    this.#tokens -= bytes
  }

  #fill(): void {
    const now = this.#now()
    if (this.#limit !== null) {
      const gained = ((now - this.#filledAt) / 1000) * this.#limit
      this.#tokens = Math.min(this.#limit * burstSeconds, this.#tokens + gained)
    }
    this.#filledAt = now
  }
}
