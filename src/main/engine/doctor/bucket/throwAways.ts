import { randomBytes, randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { ObjectHead, UploadRef } from '../../ports.ts'
import type { BucketProbe } from '../ports.ts'

/** Readur never uses keys that begin so, and nor does a run. */
export const throwAwayPrefix = 'readur-migrate/check-'

/** Cleaning up ends with the checkup's patience, not with its signal. */
const clearLimitMs = 10_000

/** Objects of the checks: none has a key that anybody else could have, and none outlives the checkup if it can be helped. */
export class ThrowAways {
  readonly #probe: Pick<BucketProbe, 'discard' | 'abortUpload'>
  readonly #keys = new Set<string>()
  readonly #uploads = new Set<UploadRef>()
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(probe: Pick<BucketProbe, 'discard' | 'abortUpload'>) {
    this.#probe = probe
  }

  /** A key of its own; what comes to lie there is removed in the end. */
  head(): ObjectHead {
    const key = `${throwAwayPrefix}${randomUUID()}`
    this.#keys.add(key)
    return { key, contentType: 'application/octet-stream', metadata: {} }
  }

  /** Waits for what is under way before anything is removed: it could come after. */
  follow<T>(request: Promise<T>): Promise<T> {
    const settled = request.catch(() => undefined).finally(() => this.#underWay.delete(settled))
    this.#underWay.add(settled)
    return request
  }

  opened(upload: UploadRef): void {
    this.#uploads.add(upload)
  }
  ended(upload: UploadRef): void {
    this.#uploads.delete(upload)
  }
  removed(key: string): void {
    this.#keys.delete(key)
  }

  /** Keys that may still hold something. */
  get left(): string[] {
    return [...this.#keys]
  }

  /** Never throws: what may not be removed stays. */
  async clear(): Promise<void> {
    const signal = AbortSignal.timeout(clearLimitMs)
    setMaxListeners(this.#keys.size + this.#uploads.size + 1, signal)
    const late = new Promise((done) => signal.addEventListener('abort', done, { once: true }))
    const clearing = (async () => {
      await Promise.all(this.#underWay)
      await Promise.all([...this.#uploads].map((it) => this.#probe.abortUpload(it, signal).catch(() => undefined)))
      await Promise.all(
        this.left.map((key) =>
          this.#probe.discard(key, signal).then(
            () => this.removed(key),
            () => undefined,
          ),
        ),
      )
    })()
    await Promise.race([clearing, late])
  }
}

export const someBytes = (size: number): Uint8Array => randomBytes(size)
