import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface ConnectionRunsState {
  /** The latest runs of each connection, newest first: enough to know where it stands. */
  lists: Record<string, RunSummary[]>
  /** Why the runs of a connection could not be read. */
  errors: Record<string, ErrorData | null>
  load: (profileId: string) => Promise<void>
  /** Reads those again that were read before. */
  reload: () => Promise<void>
}

const latest = 30

/** The runs of each connection. A failure leaves what is there, and a late answer does not replace a later one. */
export function createConnectionRunsStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<ConnectionRunsState> {
  const requests = new Map<string, number>()
  return createStore<ConnectionRunsState>((set, get) => ({
    lists: {},
    errors: {},
    async load(profileId) {
      const request = (requests.get(profileId) ?? 0) + 1
      requests.set(profileId, request)
      const reply = await api.runs.list({ offset: 0, limit: latest, filter: { profileId } })
      if (requests.get(profileId) !== request) return
      const { lists, errors } = get()
      set({
        errors: { ...errors, [profileId]: reply.ok ? null : reply.error },
        lists: reply.ok ? { ...lists, [profileId]: reply.value.runs } : lists,
      })
    },
    async reload() {
      await Promise.all([...requests.keys()].map((profileId) => get().load(profileId)))
    },
  }))
}
