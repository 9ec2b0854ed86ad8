import type { ObjectStore, PutRequest } from '../ports.ts'

/**
 * Learns whether the store refuses to overwrite an object, by asking it once to overwrite one that this run has just
 * made, with the same bytes. Until it is known to refuse, every key is looked at before it is written.
 */
export class OverwriteGuard {
  #known: 'unknown' | 'asked' | 'refuses' = 'unknown'

  /** A write to a taken key is refused by the store itself: no need to look first. */
  get holds(): boolean {
    return this.#known === 'refuses'
  }

  /** To be called with a request that has just been stored. Asks once at most. */
  async learnFrom(objects: Pick<ObjectStore, 'put'>, stored: PutRequest, signal: AbortSignal): Promise<void> {
    if (this.#known !== 'unknown') return
    this.#known = 'asked'
    const answer = await objects.put(stored, signal).catch(() => null)
    if (answer === 'exists') this.#known = 'refuses'
  }
}
