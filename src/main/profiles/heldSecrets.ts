import { randomUUID } from 'node:crypto'

/** Older ones are forgotten: nobody finds so many before saving. */
const mostHeld = 500

/** A secret that was found, with the place that it was found for; see secretPlace. */
interface HeldSecret {
  value: string
  place: string
}

/**
 * Secrets that were found for the window, which gets tokens in their place and hands them back with what it saves. In
 * memory alone.
 */
export class HeldSecrets {
  readonly #values = new Map<string, HeldSecret>()

  /** A token for the secret. */
  hold(value: string, place: string): string {
    const token = randomUUID()
    this.#values.set(token, { value, place })
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= mostHeld) break
      this.#values.delete(oldest)
    }
    return token
  }

  /** Null when the token is none of ours, or was forgotten. */
  take(token: string): HeldSecret | null {
    return this.#values.get(token) ?? null
  }
}
