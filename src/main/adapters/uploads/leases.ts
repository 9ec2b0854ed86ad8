/** Something that is kept open for the next who needs it. */
export interface Lease<T> {
  readonly key: string
  readonly value: T
  /** How many work with it now. */
  users: number
  /** It is not handed out any more, and closed with its last use. */
  dropped: boolean
}

interface LeaseOptions<T> {
  /** Things that stay open though nobody works with them now. */
  most: number
  /** After this time without a use they are closed: a disk with open folders cannot be unmounted. */
  unusedMs: number
  close: (value: T) => void
}

/** What is dear to open and asked for again and again. Never closed under those who work with it. */
export class Leases<T> {
  readonly #options: LeaseOptions<T>
  /** Those used last come last. */
  readonly #kept = new Map<string, Lease<T>>()
  #timer: NodeJS.Timeout | null = null

  constructor(options: LeaseOptions<T>) {
    this.#options = options
  }

  /** To be given back. */
  take(key: string): Lease<T> | null {
    const lease = this.#kept.get(key)
    if (!lease) return null
    this.#kept.delete(key)
    this.#kept.set(key, lease)
    lease.users += 1
    return lease
  }

  /** In the place of one with this key, if there is one. To be given back. */
  add(key: string, value: T): Lease<T> {
    const before = this.#kept.get(key)
    if (before) this.drop(before)
    const lease = { key, value, users: 1, dropped: false }
    this.#kept.set(key, lease)
    if (this.#kept.size > this.#options.most) this.#closeUnused(this.#options.most)
    return lease
  }

  /** For one use alone. */
  once(key: string, value: T): Lease<T> {
    return { key, value, users: 1, dropped: true }
  }

  /** To whoever holds it it stays valid. */
  drop(lease: Lease<T>): void {
    if (lease.dropped) return
    lease.dropped = true
    this.#kept.delete(lease.key)
    if (lease.users === 0) this.#options.close(lease.value)
  }

  giveBack(lease: Lease<T>): void {
    lease.users -= 1
    if (lease.users > 0) return
    if (lease.dropped) this.#options.close(lease.value)
    else if (this.#timer === null) {
      this.#timer = setTimeout(() => this.#rest(), this.#options.unusedMs).unref()
    }
  }

  #rest(): void {
    this.#timer = null
    this.#closeUnused(0)
  }

  #closeUnused(leave: number): void {
    for (const lease of this.#kept.values()) {
      if (this.#kept.size <= leave) return
      if (lease.users === 0) this.drop(lease)
    }
  }
}
