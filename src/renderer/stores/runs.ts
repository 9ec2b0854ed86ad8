import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface RunsState {
  /** Newest first; null until they have been read once. */
  runs: RunSummary[] | null
  error: ErrorData | null
  load: () => Promise<void>
}

const newest = 20

/** The latest runs, for the first screen; the history has them all. */
export function createRunsStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<RunsState> {
  return createStore<RunsState>((set) => ({
    runs: null,
    error: null,
    async load() {
      const reply = await api.runs.list({ offset: 0, limit: newest })
      if (reply.ok) set({ runs: reply.value.runs, error: null })
      else set({ error: reply.error })
    },
  }))
}
