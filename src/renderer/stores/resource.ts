import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { Reply } from '../api.ts'

/** What was read about one thing. */
export interface ResourceState<V, K> {
  /** What it is about; null before anything was read. */
  key: K | null
  /** Null until it has been read; a failure leaves what is there. */
  value: V | null
  error: ErrorData | null
  /** Reads it. Of another thing nothing is shown meanwhile, and a late answer about it is dropped. */
  load: (key: K) => Promise<void>
  /** Reads it again, if it was read before. */
  reload: () => Promise<void>
}

export function createResource<V, K = void>(read: (key: K) => Promise<Reply<V>>): StoreApi<ResourceState<V, K>> {
  let latest = 0
  return createStore<ResourceState<V, K>>((set, get) => ({
    key: null,
    value: null,
    error: null,
    async load(key) {
      const request = ++latest
      if (get().key !== key) set({ key, value: null, error: null })
      const reply = await read(key)
      if (request !== latest) return
      if (reply.ok) set({ value: reply.value, error: null })
      else set({ error: reply.error })
    },
    async reload() {
      const { key, load } = get()
      if (key !== null) await load(key)
    },
  }))
}
