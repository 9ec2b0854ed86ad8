/** Ends a wait that takes too long. Time in which a person is asked does not count. */
export class PausableTimeout {
  readonly #onEnd: () => void
  #timer: NodeJS.Timeout | undefined
  #milliseconds = 0
  #questions = 0

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  /** From now on, this long. */
  restart(milliseconds: number): void {
    this.#milliseconds = milliseconds
    clearTimeout(this.#timer)
    if (this.#questions === 0) this.#timer = setTimeout(this.#onEnd, milliseconds)
  }

  async whileAsking<T>(question: () => Promise<T>): Promise<T> {
    this.#questions += 1
    clearTimeout(this.#timer)
    try {
      return await question()
    } finally {
      this.#questions -= 1
      this.restart(this.#milliseconds)
    }
  }

  end(): void {
    this.#questions = Infinity
    clearTimeout(this.#timer)
  }
}
