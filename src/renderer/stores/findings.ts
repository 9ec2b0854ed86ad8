import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunFindings } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface FindingsState extends RunFindings {
  runId: string | null
  error: ErrorData | null
  load: (runId: string) => Promise<void>
}

/** What a comparison of a run with the world has found in this session, and what was put right since. */
export function createFindingsStore(api: { runs: Pick<Api['runs'], 'findings'> }): StoreApi<FindingsState> {
  let latest = 0
  return createStore<FindingsState>((set, get) => ({
    runId: null,
    check: null,
    mended: null,
    error: null,
    async load(runId) {
      const request = ++latest
      if (get().runId !== runId) set({ runId, check: null, mended: null, error: null })
      const reply = await api.runs.findings(runId)
      if (request !== latest) return
      if (reply.ok) set({ ...reply.value, error: null })
      else set({ error: reply.error })
    },
  }))
}
