import { setMaxListeners } from 'node:events'

/** Resolves after so many milliseconds, or as soon as the signal fires. */
export const sleepFor = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

/** Does something under a signal that also fires, with what `late` gives as its reason, when it has taken too long. */
export async function withinLimit<T>(
  milliseconds: number,
  late: () => Error,
  signal: AbortSignal | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  // Not AbortSignal.any: the signals of a run live long, and each would keep what was made of it.
  const relay = (): void => limit.abort(signal?.reason)
  const timer = setTimeout(() => limit.abort(late()), milliseconds)
  signal?.addEventListener('abort', relay)
  if (signal?.aborted === true) relay()
  try {
    return await work(limit.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', relay)
  }
}

/** Tells when something takes too long. Time in which it is paused, for a question to a person, does not count. */
export class PausableTimer {
  readonly #onLate: () => void
  #left = 0
  #taken = 0
  /** Null while it stands still. */
  #since: number | null = null
  #timer: NodeJS.Timeout | undefined
  #pauses = 0

  constructor(onLate: () => void, milliseconds: number) {
    this.#onLate = onLate
    this.restart(milliseconds)
  }

  /** From now on, this long. */
  restart(milliseconds: number): void {
    this.#halt()
    this.#left = milliseconds
    this.#go()
  }

  async aside<T>(ask: () => Promise<T>): Promise<T> {
    this.#pauses += 1
    this.#halt()
    try {
      return await ask()
    } finally {
      this.#pauses -= 1
      this.#go()
    }
  }

  /** For good. Milliseconds that it took. */
  stop(): number {
    this.#halt()
    this.#pauses = Infinity
    return this.#taken
  }

  #go(): void {
    if (this.#pauses > 0) return
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

/** Any number may wait for one signal: what Node takes for a leak ends with each wait. */
export function listen(signal: AbortSignal, onAbort: () => void): void {
  setMaxListeners(0, signal)
  signal.addEventListener('abort', onAbort)
}

export const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)))

/** The promise, unless the signal fires before it; then the signal's reason. */
export function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(asError(signal.reason))
    listen(signal, onAbort)
    if (signal.aborted) onAbort()
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
