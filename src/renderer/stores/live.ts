import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type {
  CheckLevel,
  MigrateOptions,
  Pace,
  Repairs,
  RunSnapshot,
  StopMode,
  ValidateOptions,
} from '../../shared/run.ts'
import type { Api, Reply } from '../api.ts'

/** What can be asked for: to make a run, or to go on with one. */
export type Order = 'plan' | 'undo' | 'import' | 'start' | 'resume' | 'cutover' | 'check' | 'validate' | 'repair'

export interface LiveState {
  /** The latest state of what is under way, or of the last that was. */
  snapshot: RunSnapshot | null
  /** An order that the main process has not answered yet. */
  pending: Order | null
  /** The stop that was asked for in this window since the last order. */
  stopAsked: StopMode | null
  /** Why the last order was refused. */
  error: ErrorData | null
  /** Follows what the main process sends; the returned function ends that. */
  listen: () => () => void
  /** Asks for what is under way, for a window that was opened or reloaded meanwhile. */
  refresh: () => Promise<void>
  /** Gives an order, and sees to it that a stop that was asked for meanwhile reaches the run that it makes. */
  order: <T>(pending: Order, call: () => Promise<Reply<T>>) => Promise<Reply<T>>
  /** Carries out a plan. Resolves with true when it has been started. */
  start: (runId: string, options: MigrateOptions, isDecided: boolean) => Promise<boolean>
  /** Carries out what remains of a run, or a planned rollback or freeing; like `start`. */
  resume: (runId: string) => Promise<boolean>
  cutover: (runId: string, canary: boolean, isDecided: boolean) => Promise<boolean>
  check: (runId: string, options: { level: CheckLevel; sample?: number | undefined }) => Promise<boolean>
  validate: (runId: string, options: ValidateOptions) => Promise<boolean>
  repair: (runId: string, repairs: Repairs) => Promise<boolean>
  /** Stops a run; null stands for what is under way now, where its run is not known yet. */
  stop: (runId: string | null, how: StopMode) => Promise<void>
  /** Holds a run up, or lets it go on. */
  pause: (runId: string, isPaused: boolean) => Promise<void>
  /** Changes how fast a run may go. */
  adjust: (runId: string, pace: Pace) => Promise<void>
  dismissError: () => void
}

/** What the contract calls the run that is under way, whichever it is. */
const underWay = ''

/** What the store needs of the main process. */
export interface LivePort {
  runs: Pick<
    Api['runs'],
    | 'start'
    | 'resume'
    | 'cutover'
    | 'check'
    | 'validate'
    | 'repair'
    | 'stop'
    | 'pause'
    | 'continue'
    | 'adjust'
    | 'current'
  >
  on: Api['on']
}

/** The run that an answer names; null where it names none. */
const runIn = (value: unknown): string | null =>
  value instanceof Object && 'runId' in value && typeof value.runId === 'string' ? value.runId : null

/** What is under way: what it does now, and the orders it can be given. There is one at most. */
export function createLiveStore(api: LivePort): StoreApi<LiveState> {
  return createStore<LiveState>((set, get) => {
    async function refresh() {
      const reply = await api.runs.current()
      // While its first checks go on, a plan has no run yet.
      if (reply.ok && reply.value && reply.value.runId !== '') set({ snapshot: reply.value })
    }

    const order: LiveState['order'] = async (pending, call) => {
      set({ pending, stopAsked: null, error: null })
      const reply = await call()
      if (reply.ok) {
        // What was asked for before anything was under way found nothing to stop.
        const { stopAsked } = get()
        const runId = runIn(reply.value)
        if (stopAsked !== null && runId !== null) await api.runs.stop(runId, stopAsked)
        await refresh()
      }
      set({ pending: null, error: reply.ok ? null : reply.error })
      return reply
    }

    const { runs } = api
    return {
      snapshot: null,
      pending: null,
      stopAsked: null,
      error: null,
      listen: () => api.on('run.snapshot', (snapshot) => set({ snapshot })),
      refresh,
      order,
      start: async (runId, options, isDecided) =>
        (await order('start', () => runs.start(runId, options, isDecided))).ok,
      resume: async (runId) => (await order('resume', () => runs.resume(runId))).ok,
      cutover: async (runId, canary, isDecided) =>
        (await order('cutover', () => runs.cutover(runId, canary, isDecided))).ok,
      check: async (runId, options) => (await order('check', () => runs.check(runId, options))).ok,
      validate: async (runId, options) => (await order('validate', () => runs.validate(runId, options))).ok,
      repair: async (runId, repairs) => (await order('repair', () => runs.repair(runId, repairs))).ok,
      async stop(runId, how) {
        const before = get().stopAsked
        set({ stopAsked: how, error: null })
        const reply = await runs.stop(runId ?? underWay, how)
        // It ended by itself; or it has not begun, then the order passes it on.
        if (reply.ok || reply.error.code === 'RUN_NOT_FOUND') return
        set({ stopAsked: before, error: reply.error })
      },
      async pause(runId, isPaused) {
        set({ error: null })
        const reply = await (isPaused ? runs.pause(runId) : runs.continue(runId))
        if (!reply.ok) set({ error: reply.error })
      },
      async adjust(runId, pace) {
        const reply = await runs.adjust(runId, pace)
        set({ error: reply.ok ? null : reply.error })
      },
      dismissError: () => set({ error: null }),
    }
  })
}
