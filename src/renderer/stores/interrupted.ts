import { resumableKinds } from '../../shared/runKind.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunSummary } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface InterruptedState {
  /** Newest first; empty where none is known. */
  runs: RunSummary[]
  load: () => Promise<void>
}

/** More than that are found in the history. */
const offered = 3

/** Runs that were begun and not ended, and can go on. */
export function createInterruptedStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<InterruptedState> {
  let latest = 0
  return createStore<InterruptedState>((set) => ({
    runs: [],
    async load() {
      const request = ++latest
      const reply = await api.runs.list({
        offset: 0,
        limit: offered,
        filter: { kinds: [...resumableKinds], statuses: ['interrupted'] },
      })
      // The list of runs says why it cannot be read.
      if (reply.ok && request === latest) set({ runs: reply.value.runs })
    },
  }))
}
