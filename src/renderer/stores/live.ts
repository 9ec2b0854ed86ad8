import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorCode, ErrorData } from '../../shared/errors.ts'
import type {
  CheckLevel,
  MigrateOptions,
  Pace,
  PlanOptions,
  Repairs,
  RollbackOptions,
  RunSnapshot,
  StopMode,
  UndoSelection,
  ValidateOptions,
} from '../../shared/run.ts'
import type { AuditRepairs } from '../../shared/auditRepair.ts'
import type { Api, Reply } from '../api.ts'
import type { Preparation } from './navigation.ts'

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
  /** Has a plan made. Resolves with the id of its run, or null when it was refused. */
  plan: (profileId: string, options: PlanOptions) => Promise<string | null>
  /** Has all rows, files and objects compared; like `plan`. */
  audit: (profileId: string, level: CheckLevel) => Promise<string | null>
  /**
   * Has a plan made that starts from a run; like `plan`. With a code, `retry` is about what failed for this cause.
   * `anyway`: local files are to go although something is missing before that.
   */
  prepare: (
    runId: string,
    what: Preparation,
    how?: { code?: ErrorCode | null; anyway?: boolean },
  ) => Promise<string | null>
  /** Has a rollback planned; like `plan`. */
  prepareUndo: (runId: string, selection: UndoSelection, options: RollbackOptions) => Promise<string | null>
  /** Has a repair planned of what an audit has found; like `plan`. */
  prepareRepairs: (auditId: string, repairs: AuditRepairs) => Promise<string | null>
  /** Has a state file read. Resolves with the id of the run that it becomes, or null when it was refused. */
  importState: (profileId: string, path: string) => Promise<string | null>
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
    | 'plan'
    | 'retryFailed'
    | 'prepareUndo'
    | 'prepareFree'
    | 'prepareRepairs'
    | 'audit'
    | 'import'
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

const everything: RollbackOptions = { keepObjects: false, force: false }

/** What is under way: what it does now, and the orders it can be given. There is one at most. */
export function createLiveStore(api: LivePort): StoreApi<LiveState> {
  return createStore<LiveState>((set, get) => {
    async function refresh() {
      const reply = await api.runs.current()
      // While its first checks go on, a plan has no run yet.
      if (reply.ok && reply.value && reply.value.runId !== '') set({ snapshot: reply.value })
    }

    async function order<T>(pending: Order, call: () => Promise<Reply<T>>, runOf: (value: T) => string | null) {
      set({ pending, stopAsked: null, error: null })
      const reply = await call()
      if (reply.ok) {
        // What was asked for before anything was under way found nothing to stop.
        const { stopAsked } = get()
        const runId = runOf(reply.value)
        if (stopAsked !== null && runId !== null) await api.runs.stop(runId, stopAsked)
        await refresh()
      }
      set({ pending: null, error: reply.ok ? null : reply.error })
      return reply
    }

    async function make(pending: Order, call: () => Promise<Reply<{ runId: string }>>) {
      const reply = await order(pending, call, ({ runId }) => runId)
      return reply.ok ? reply.value.runId : null
    }

    async function goOn(pending: Order, call: () => Promise<Reply<void>>) {
      return (await order(pending, call, () => null)).ok
    }

    const { runs } = api
    const preparing: Record<
      Preparation,
      (runId: string, how: { code: ErrorCode | null; anyway: boolean }) => Promise<Reply<{ runId: string }>>
    > = {
      retry: (runId, { code }) => runs.retryFailed(runId, code),
      again: (runId) => runs.prepareUndo(runId, {}, everything),
      return: (runId) => runs.prepareUndo(runId, {}, everything),
      undo: (runId) => runs.prepareUndo(runId, {}, everything),
      quarantine: (runId, { anyway }) => runs.prepareFree(runId, 'quarantine', anyway),
      purge: (runId, { anyway }) => runs.prepareFree(runId, 'purge', anyway),
    }

    return {
      snapshot: null,
      pending: null,
      stopAsked: null,
      error: null,
      listen: () => api.on('run.snapshot', (snapshot) => set({ snapshot })),
      refresh,
      plan: (profileId, options) => make('plan', () => runs.plan(profileId, options)),
      audit: (profileId, level) => make('plan', () => runs.audit(profileId, level)),
      prepare: (runId, what, { code = null, anyway = false } = {}) =>
        make('plan', () => preparing[what](runId, { code, anyway })),
      prepareUndo: (runId, selection, options) => make('undo', () => runs.prepareUndo(runId, selection, options)),
      prepareRepairs: (auditId, repairs) => make('undo', () => runs.prepareRepairs(auditId, repairs)),
      importState: (profileId, path) => make('import', () => runs.import(profileId, path)),
      start: (runId, options, isDecided) => goOn('start', () => runs.start(runId, options, isDecided)),
      resume: (runId) => goOn('resume', () => runs.resume(runId)),
      cutover: (runId, canary, isDecided) => goOn('cutover', () => runs.cutover(runId, canary, isDecided)),
      check: (runId, options) => goOn('check', () => runs.check(runId, options)),
      validate: (runId, options) => goOn('validate', () => runs.validate(runId, options)),
      repair: (runId, repairs) => goOn('repair', () => runs.repair(runId, repairs)),
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
