import { randomUUID } from 'node:crypto'

/** Older ones are forgotten: nobody finds so many before saving. */
const mostHeld = 500

/**
 * Secrets that were found for the window, which gets tokens in their place and hands them back with what it saves. In
 * memory alone.
 */
export class HeldSecrets {
  readonly #values = new Map<string, string>()

  /** A token for the value. */
  hold(value: string): string {
    const token = randomUUID()
    this.#values.set(token, value)
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= mostHeld) break
      this.#values.delete(oldest)
    }
    return token
  }

  /** Null when the token is none of ours, or was forgotten. */
  take(token: string): string | null {
    return this.#values.get(token) ?? null
  }
}
