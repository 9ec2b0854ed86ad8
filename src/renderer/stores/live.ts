import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { MigrateOptions, PlanOptions, RunSnapshot, StopMode } from '../../shared/run.ts'
import type { Api } from '../api.ts'

export interface LiveState {
  /** The latest state of the run that is under way, or of the last one that was. */
  snapshot: RunSnapshot | null
  /** An action that the main process has not answered yet. */
  pending: 'plan' | 'start' | null
  /** The stop that was asked for in this window since the last plan or start. */
  stopAsked: StopMode | null
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
  /** Stops a run; null stands for what is under way now, where its run is not known yet. */
  stop: (runId: string | null, how: StopMode) => Promise<void>
  dismissError: () => void
}

/** What the contract calls the run that is under way, whichever it is. */
const underWay = ''

/** What the store needs of the main process. */
export interface LivePort {
  runs: Pick<Api['runs'], 'plan' | 'start' | 'stop' | 'current'>
  events: Api['events']
}

/** The run that is under way: what it does now, and the orders it can be given. There is one at most. */
export function createLiveStore(api: LivePort): StoreApi<LiveState> {
  return createStore<LiveState>((set, get) => {
    async function refresh() {
      const reply = await api.runs.current()
      // While its first checks go on, a plan has no run yet.
      if (reply.ok && reply.value && reply.value.runId !== '') set({ snapshot: reply.value })
    }
    return {
      snapshot: null,
      pending: null,
      stopAsked: null,
      error: null,
      listen: () => api.events.onRunSnapshot((snapshot) => set({ snapshot })),
      refresh,
      async plan(profileId, options) {
        set({ pending: 'plan', stopAsked: null, error: null })
        const reply = await api.runs.plan(profileId, options)
        if (reply.ok) {
          // What was asked for before anything was under way found nothing to stop.
          const { stopAsked } = get()
          if (stopAsked !== null) await api.runs.stop(reply.value.runId, stopAsked)
          await refresh()
        }
        set({ pending: null, error: reply.ok ? null : reply.error })
        return reply.ok ? reply.value.runId : null
      },
      async start(runId, options) {
        set({ pending: 'start', stopAsked: null, error: null })
        const reply = await api.runs.start(runId, options)
        if (reply.ok) await refresh()
        set({ pending: null, error: reply.ok ? null : reply.error })
        return reply.ok
      },
      async stop(runId, how) {
        const before = get().stopAsked
        set({ stopAsked: how, error: null })
        const reply = await api.runs.stop(runId ?? underWay, how)
        // It ended by itself; or it has not begun, then plan() passes the order on.
        if (reply.ok || reply.error.code === 'RUN_NOT_FOUND') return
        set({ stopAsked: before, error: reply.error })
      },
      dismissError: () => set({ error: null }),
    }
  })
}
