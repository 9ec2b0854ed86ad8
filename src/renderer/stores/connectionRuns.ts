import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface ConnectionRunsState {
  profileId: string | null
  /** Newest first; null until they have been read. */
  runs: RunSummary[] | null
  error: ErrorData | null
  load: (profileId: string) => Promise<void>
  reload: () => Promise<void>
}

/** Enough to know where a connection stands; the history has them all. */
const newest = 30

/** The latest runs of the connection that is shown. */
export function createConnectionRunsStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<ConnectionRunsState> {
  let latest = 0
  return createStore<ConnectionRunsState>((set, get) => ({
    profileId: null,
    runs: null,
    error: null,
    async load(profileId) {
      const request = ++latest
      if (get().profileId !== profileId) set({ profileId, runs: null, error: null })
      const reply = await api.runs.list({ offset: 0, limit: newest, filter: { profileId } })
      if (request !== latest) return
      if (reply.ok) set({ runs: reply.value.runs, error: null })
      else set({ error: reply.error })
    },
    async reload() {
      const { profileId, load } = get()
      if (profileId !== null) await load(profileId)
    },
  }))
}
