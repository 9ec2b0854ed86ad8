import type { ErrorData } from './errors.ts'
import type { ProfileSummary } from './profile.ts'
import type {
  ItemPage,
  ItemQuery,
  MigrateOptions,
  PlanOptions,
  ProblemGroup,
  RunDetails,
  RunPage,
  RunSnapshot,
  StopMode,
} from './run.ts'

/**
 * The whole contract between main process and window. Handlers (src/main/ipc), the preload script and the window's
 * API are derived from it; nothing is typed twice. Arguments arrive in main as `unknown` and are parsed there.
 */
export interface IpcCalls {
  'app.info': { args: []; result: AppInfo }
  'profiles.list': { args: []; result: ProfileSummary[] }
  /** Checks the connection and writes a plan; resolves with the run's id as soon as it exists. Snapshots follow. */
  'runs.plan': { args: [profileId: string, options: PlanOptions]; result: { runId: string } }
  /** Carries out the plan as it is shown. */
  'runs.start': { args: [runId: string, options: MigrateOptions]; result: null }
  /** An empty id means whatever is under way: a plan has no id before its checks are done. */
  'runs.stop': { args: [runId: string, how: StopMode]; result: null }
  /** The run that is under way, for a window that was opened or reloaded meanwhile. */
  'runs.current': { args: []; result: RunSnapshot | null }
  'runs.list': { args: [page: { offset: number; limit: number }]; result: RunPage }
  'runs.get': { args: [runId: string]; result: RunDetails }
  'runs.items': { args: [runId: string, query: ItemQuery]; result: ItemPage }
  'runs.problems': { args: [runId: string]; result: ProblemGroup[] }
  /** Writes the state file in the reference tool's shape and resolves with its path. */
  'runs.export': { args: [runId: string]; result: { path: string } }
  'runs.reveal': { args: [runId: string]; result: null }
}

/** Sent by the main process. */
export interface IpcEvents {
  'run.snapshot': RunSnapshot
}

export interface AppInfo {
  version: string
  dataDir: string
  runtime: string
}

export type IpcChannel = keyof IpcCalls
export type IpcEvent = keyof IpcEvents

const namesOf = <N extends string>(all: Record<N, true>): N[] => Object.keys(all) as N[]

/** The names once more, as values; the compiler holds them to the contract. */
export const ipcChannels = namesOf<IpcChannel>({
  'app.info': true,
  'profiles.list': true,
  'runs.plan': true,
  'runs.start': true,
  'runs.stop': true,
  'runs.current': true,
  'runs.list': true,
  'runs.get': true,
  'runs.items': true,
  'runs.problems': true,
  'runs.export': true,
  'runs.reveal': true,
})

/** Errors cross as data: a rejected promise would lose code and remedy on the way. */
export type IpcReply<T> = { ok: true; value: T } | { ok: false; error: ErrorData }

type Topic<C> = C extends `${infer T}.${string}` ? T : never
type CallName<C, T extends string> = C extends `${T}.${infer N}` ? N : never
type Pascal<E extends string> = E extends `${infer A}.${infer B}` ? `${Capitalize<A>}${Pascal<B>}` : Capitalize<E>

/**
 * What the preload script puts on `window.readur`: one named function a call, e.g. `readur.runs.plan(…)`, and one an
 * event, e.g. `readur.events.onRunSnapshot(…)`, which subscribes; the function that it returns ends the subscription.
 */
export type ReadurApi = {
  [T in Topic<IpcChannel>]: {
    [N in CallName<IpcChannel, T>]: `${T}.${N}` extends infer C extends IpcChannel
      ? (...args: IpcCalls[C]['args']) => Promise<IpcReply<IpcCalls[C]['result']>>
      : never
  }
} & {
  events: { [E in IpcEvent as `on${Pascal<E>}`]: (listener: (payload: IpcEvents[E]) => void) => () => void }
}
