import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunSummary } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface RunsState {
  /** Newest first; null until they have been read once. */
  runs: RunSummary[] | null
  /** There are older ones than those in `runs`. */
  hasMore: boolean
  error: ErrorData | null
  /** Reads the newest runs; forgets the older ones. */
  load: () => Promise<void>
  /** Adds the next older page. */
  loadMore: () => Promise<void>
}

const pageSize = 20

/** The list of runs, read page by page. */
export function createRunsStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<RunsState> {
  return createStore<RunsState>((set, get) => {
    let next: number | null = null
    async function read(offset: number, kept: RunSummary[]) {
      const reply = await api.runs.list({ offset, limit: pageSize })
      if (!reply.ok) {
        set({ error: reply.error })
        return
      }
      next = reply.value.next
      set({ runs: [...kept, ...reply.value.runs], hasMore: next !== null, error: null })
    }
    return {
      runs: null,
      hasMore: false,
      error: null,
      load: () => read(0, []),
      loadMore: async () => {
        if (next !== null) await read(next, get().runs ?? [])
      },
    }
  })
}
