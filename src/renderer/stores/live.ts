import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { StopMode } from '../../shared/ipc.ts'
import type { MigrateOptions, PlanOptions, RunSnapshot } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface LiveState {
  /** The latest state of the run that is under way, or of the last one that was. */
  snapshot: RunSnapshot | null
  /** An action that the main process has not answered yet. */
  pending: 'plan' | 'start' | 'stop' | null
  /** Why the last action was refused. */
  error: ErrorData | null
  /** Follows what the main process sends; the returned function ends that. */
  listen: () => () => void
  /** Asks for the run under way, for a window that was opened or reloaded meanwhile. */
  refresh: () => Promise<void>
  /** Has a plan made. Resolves with the id of its run, or null when it was refused. */
  plan: (profileId: string, options: PlanOptions) => Promise<string | null>
  /** Carries out a plan. Resolves with true when it has been started. */
  start: (runId: string, options: MigrateOptions) => Promise<boolean>
  stop: (runId: string, how: StopMode) => Promise<void>
  dismissError: () => void
}

/** What the store needs of the main process. */
export interface LivePort {
  runs: Pick<Api['runs'], 'plan' | 'start' | 'stop' | 'current'>
  events: Api['events']
}

/** The run that is under way: what it does now, and the orders it can be given. There is one at most. */
export function createLiveStore(api: LivePort): StoreApi<LiveState> {
  return createStore<LiveState>((set) => {
    async function refresh() {
      const reply = await api.runs.current()
      // While its first checks go on, a plan has no run yet.
      if (reply.ok && reply.value && reply.value.runId !== '') set({ snapshot: reply.value })
    }
    return {
      snapshot: null,
      pending: null,
      error: null,
      listen: () => api.events.onRunSnapshot((snapshot) => set({ snapshot })),
      refresh,
      async plan(profileId, options) {
        set({ pending: 'plan', error: null })
        const reply = await api.runs.plan(profileId, options)
        if (reply.ok) await refresh()
        set({ pending: null, error: reply.ok ? null : reply.error })
        return reply.ok ? reply.value.runId : null
      },
      async start(runId, options) {
        set({ pending: 'start', error: null })
        const reply = await api.runs.start(runId, options)
        if (reply.ok) await refresh()
        set({ pending: null, error: reply.ok ? null : reply.error })
        return reply.ok
      },
      async stop(runId, how) {
        set({ pending: 'stop', error: null })
        const reply = await api.runs.stop(runId, how)
        set({ pending: null, error: reply.ok ? null : reply.error })
      },
      dismissError: () => set({ error: null }),
    }
  })
}
