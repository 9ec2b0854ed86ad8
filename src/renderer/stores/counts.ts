import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CountedDocuments } from '../../shared/documentCounts.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { Api } from '../api.ts'

export interface CountsState {
  /** The latest figures of each connection, however old. */
  counts: Record<string, CountedDocuments>
  /** Connections that are being counted. */
  counting: Record<string, true>
  /** Why the latest count of a connection came to nothing. */
  errors: Record<string, ErrorData>
  /** Reads what is known; asks no server. */
  load: () => Promise<void>
  /** Asks the database of a connection. */
  count: (profileId: string) => Promise<void>
}

function without<T>(record: Record<string, T>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key))
}

/** Where the documents of each connection are, in numbers. */
export function createCountsStore(api: { counts: Api['counts'] }): StoreApi<CountsState> {
  return createStore<CountsState>((set, get) => ({
    counts: {},
    counting: {},
    errors: {},
    async load() {
      const reply = await api.counts.known()
      // What has been counted meanwhile is newer.
      if (reply.ok) set({ counts: { ...reply.value, ...get().counts } })
    },
    async count(profileId) {
      if (get().counting[profileId]) return
      set({ counting: { ...get().counting, [profileId]: true } })
      const reply = await api.counts.count(profileId)
      const { counts, counting, errors } = get()
      set({
        counting: without(counting, profileId),
        errors: reply.ok ? without(errors, profileId) : { ...errors, [profileId]: reply.error },
        counts: reply.ok ? { ...counts, [profileId]: reply.value } : counts,
      })
    },
  }))
}
