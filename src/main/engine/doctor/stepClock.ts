/** Measures what goes on and tells when it takes too long; pauses do not count. */
export class StepClock {
  readonly #onLate: () => void
  #left: number
  #taken = 0
  /** Null while it stands still. */
  #since: number | null = null
  #timer: NodeJS.Timeout | undefined
  #pauses = 0

  constructor(limitMs: number, onLate: () => void) {
    this.#left = limitMs
    this.#onLate = onLate
    this.#start()
  }

  pause(): void {
    this.#pauses += 1
    this.#halt()
  }

  resume(): void {
    this.#pauses -= 1
    if (this.#pauses === 0) this.#start()
  }

  /** Milliseconds that it took. */
  stop(): number {
    this.#halt()
    this.#pauses = Infinity
    return this.#taken
  }

  #start(): void {
    this.#since = Date.now()
    this.#timer = setTimeout(this.#onLate, this.#left)
  }

  #halt(): void {
    clearTimeout(this.#timer)
    if (this.#since === null) return
    const passed = Date.now() - this.#since
    this.#since = null
    this.#taken += passed
    this.#left -= passed
  }
}
