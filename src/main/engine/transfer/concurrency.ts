/**
 * How many items may be under way at once. Halved for everyone when the service asks for fewer requests, raised by one
 * after a stretch without such a wish (additive increase, multiplicative decrease). While it is paused nothing new may
 * begin; what is under way ends as usual.
 */
export class AdaptiveLimit {
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #most: number
  #allowed: number
  #changedAt = -Infinity
  #successes = 0
  #pausedAt: number | null = null
  #pausedBefore = 0

  constructor(most: number, now: () => number = Date.now) {
    this.#most = most
    this.#allowed = most
    this.#now = now
  }

  /** How many may be under way now. */
  get current(): number {
    return this.isPaused ? 0 : this.#allowed
  }

  /** How many may be under way when the service is content. */
  get most(): number {
    return this.#most
  }

  /** Holds at once. What the service has asked for stays, unless it is more than is wanted now. */
  set most(most: number) {
    this.#allowed = this.#allowed === this.#most ? most : Math.min(this.#allowed, most)
    this.#most = most
    this.#tell()
  }

  get isPaused(): boolean {
    return this.#pausedAt !== null
  }

  /** How long it was paused in all, in milliseconds. */
  get pausedMs(): number {
    return this.#pausedBefore + (this.#pausedAt === null ? 0 : this.#now() - this.#pausedAt)
  }

  pause(): void {
    if (this.isPaused) return
    this.#pausedAt = this.#now()
    this.#tell()
  }

  /** Ends a pause. */
  resume(): void {
    if (!this.isPaused) return
    this.#pausedBefore = this.pausedMs
    this.#pausedAt = null
    this.#tell()
  }

  /** One burst of refusals counts once. */
  slowDown(): void {
    if (this.#now() - this.#changedAt < 1_000) return
    this.#changedAt = this.#now()
    this.#successes = 0
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2))
  }

  succeeded(): void {
    if (this.#allowed >= this.#most) return
    this.#successes += 1
    if (this.#successes < this.#allowed * 4) return
    this.#successes = 0
    this.#allowed += 1
  }

  /** Called when somebody has changed the limit, paused it or let it go on; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves when it is not paused; at once in most cases. Throws the signal's reason. */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.isPaused && !signal.aborted) await nextChange(this, signal, [])
    signal.throwIfAborted()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** What `forEachConcurrent` goes by. */
type Limit = Pick<AdaptiveLimit, 'current'> & Partial<Pick<AdaptiveLimit, 'onChange'>>

/**
 * Runs `work` on every element, at most `limit.current` at once, until the source ends or `stop` fires; what is under
 * way is always awaited. The first error ends it and is thrown.
 */
export async function forEachConcurrent<T>(
  source: Iterable<T>,
  limit: Limit,
  stop: AbortSignal,
  work: (element: T) => Promise<void>,
): Promise<void> {
  const active = new Set<Promise<void>>()
  const errors: unknown[] = []
  const mayGoOn = (): boolean => errors.length === 0 && !stop.aborted
  try {
    for (const element of source) {
      while (active.size >= limit.current && mayGoOn()) await nextChange(limit, stop, active)
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

/** Resolves when the limit changes, the signal fires or one of what is under way ends; leaves no listener behind. */
async function nextChange(limit: Limit, signal: AbortSignal, active: Iterable<Promise<void>>): Promise<void> {
  let wake = (): void => undefined
  const changed = new Promise<void>((resolve) => {
    wake = resolve
  })
  const unlisten = limit.onChange?.(wake)
  signal.addEventListener('abort', wake)
  try {
    await Promise.race([changed, ...active])
  } finally {
    unlisten?.()
    signal.removeEventListener('abort', wake)
  }
}
