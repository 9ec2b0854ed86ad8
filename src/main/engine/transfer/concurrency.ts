/**
 * How many items may be under way at once. Halved for everyone when the service asks for fewer requests, raised by one
 * after a stretch without such a wish (additive increase, multiplicative decrease).
 */
export class AdaptiveLimit {
  readonly #most: number
  readonly #now: () => number
  #current: number
  #changedAt = -Infinity
  #successes = 0

  constructor(most: number, now: () => number = Date.now) {
    this.#most = most
    this.#current = most
    this.#now = now
  }

  get current(): number {
    return this.#current
  }

  /** One burst of refusals counts once. */
  slowDown(): void {
    if (this.#now() - this.#changedAt < 1_000) return
    this.#changedAt = this.#now()
    this.#successes = 0
    this.#current = Math.max(1, Math.floor(this.#current / 2))
  }

  succeeded(): void {
    if (this.#current === this.#most) return
    this.#successes += 1
    if (this.#successes < this.#current * 4) return
    this.#successes = 0
    this.#current += 1
  }
}

/**
 * Runs `work` on every element, at most `limit.current` at once, until the source ends or `stop` fires; what is under
 * way is always awaited. The first error ends it and is thrown.
 */
export async function forEachConcurrent<T>(
  source: Iterable<T>,
  limit: Pick<AdaptiveLimit, 'current'>,
  stop: AbortSignal,
  work: (element: T) => Promise<void>,
): Promise<void> {
  const active = new Set<Promise<void>>()
  const errors: unknown[] = []
  const mayGoOn = (): boolean => errors.length === 0 && !stop.aborted
  try {
    for (const element of source) {
      while (active.size >= limit.current && mayGoOn()) await Promise.race(active)
      if (!mayGoOn()) break
      const run = work(element)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => active.delete(run))
      active.add(run)
    }
  } catch (error) {
    errors.push(error)
  }
  await Promise.all(active)
  if (errors.length > 0) throw errors[0]
}
