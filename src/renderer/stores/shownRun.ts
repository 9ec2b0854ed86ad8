import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProblemGroup, RunDetails } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface ShownRunState {
  runId: string | null
  /** Null until read. */
  details: RunDetails | null
  problems: ProblemGroup[] | null
  /** An answer is awaited: what is here may be of the past. */
  loading: boolean
  error: ErrorData | null
  /** Reads a run; what was known of it stays until the answer is there, what was known of another goes at once. */
  load: (runId: string) => Promise<void>
  /** Writes the state file and reads the run again. */
  exportState: () => Promise<void>
  /** Shows the state file in the platform's file manager. */
  reveal: () => Promise<void>
}

/** The run that a screen shows: its record, and its problems in groups. */
export function createShownRunStore(api: {
  runs: Pick<Api['runs'], 'get' | 'problems' | 'export' | 'reveal'>
}): StoreApi<ShownRunState> {
  let latest = 0
  return createStore<ShownRunState>((set, get) => ({
    runId: null,
    details: null,
    problems: null,
    loading: false,
    error: null,
    async load(runId) {
      const request = ++latest
      if (get().runId === runId) set({ loading: true })
      else set({ runId, details: null, problems: null, error: null, loading: true })
      const [details, problems] = await Promise.all([api.runs.get(runId), api.runs.problems(runId)])
      if (request !== latest) return
      if (!details.ok) set({ error: details.error, loading: false })
      else if (!problems.ok) set({ details: details.value, error: problems.error, loading: false })
      else set({ details: details.value, problems: problems.value, error: null, loading: false })
    },
    async exportState() {
      const { runId, load } = get()
      if (runId === null) return
      const reply = await api.runs.export(runId)
      if (get().runId !== runId) return
      if (reply.ok) await load(runId)
      else set({ error: reply.error })
    },
    async reveal() {
      const { runId } = get()
      if (runId === null) return
      const reply = await api.runs.reveal(runId)
      if (get().runId === runId) set({ error: reply.ok ? null : reply.error })
    },
  }))
}
