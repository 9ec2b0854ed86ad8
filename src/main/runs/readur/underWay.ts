/** Work that is done once at a time for each key: who asks while it is under way gets that answer. */
export class UnderWay<T> {
  readonly #begun = new Map<string, Promise<T>>()

  once(key: string, work: () => Promise<T>): Promise<T> {
    const begun = this.#begun.get(key)
    if (begun) return begun
    const working = work().finally(() => this.#begun.delete(key))
    this.#begun.set(key, working)
    return working
  }
}
