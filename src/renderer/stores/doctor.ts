import { createStore, type StoreApi } from 'zustand/vanilla'
import type { CheckupDepth, CheckupSnapshot, DiagnosticArea } from '../../shared/diagnostic.ts'
import type { ErrorData } from '../../shared/errors.ts'
import type { Api } from '../api.ts'

export interface DoctorState {
  profileId: string | null
  depth: CheckupDepth
  running: boolean
  /** The latest checkup of the connection; of one area alone, put into the one before it. */
  snapshot: CheckupSnapshot | null
  /** Connections whose latest checkup has passed since the program was started. */
  passed: string[]
  /** What the program has done for it since. */
  done: string | null
  /** Why a checkup could not begin, or an order was refused. */
  error: ErrorData | null
  /** Follows what the main process tells of checkups; the returned function ends that. */
  listen: () => () => void
  /** Begins a checkup, of all or of some areas; resolves when it has ended. */
  start: (profileId: string, depth: CheckupDepth, areas?: DiagnosticArea[]) => Promise<void>
  cancel: () => Promise<void>
  /** Ends a checkup, and what was found is shown no more. */
  forget: () => void
  /** Has done what a remedy offers, and looks at its area again. */
  perform: (actionId: string, area: DiagnosticArea) => Promise<void>
}

/** What was found before in the areas that a checkup leaves out stays, in the order of the areas. */
function merged(before: CheckupSnapshot | null, now: CheckupSnapshot): CheckupSnapshot {
  if (!before) return now
  const looked = new Set(now.diagnostics.map(({ area }) => area))
  const kept = before.diagnostics.filter(({ area }) => !looked.has(area))
  const isFailed = [...kept, ...now.diagnostics].some(({ severity }) => severity === 'blocking')
  const outcome = now.outcome === 'passed' && isFailed ? 'failed' : now.outcome
  return { ...now, outcome, diagnostics: [...kept, ...now.diagnostics] }
}

/** The checkup of a connection: one at a time. */
export function createDoctorStore(
  api: { doctor: Api['doctor']; on: Api['on'] },
  newId: () => string = () => crypto.randomUUID(),
): StoreApi<DoctorState> {
  let checkupId: string | null = null
  return createStore<DoctorState>((set, get) => {
    let base: CheckupSnapshot | null = null
    return {
      profileId: null,
      depth: 'run',
      running: false,
      snapshot: null,
      passed: [],
      done: null,
      error: null,
      listen: () =>
        api.on('doctor.changed', (snapshot) => {
          if (snapshot.checkupId === checkupId) set({ snapshot: merged(base, snapshot) })
        }),
      async start(profileId, depth, areas) {
        const own = newId()
        checkupId = own
        base = areas && get().profileId === profileId ? get().snapshot : null
        set({ profileId, depth, running: true, snapshot: base, error: null, ...(!areas && { done: null }) })
        const reply = await api.doctor.start(own, profileId, { depth, ...(areas && { areas }) })
        if (checkupId !== own) return
        const snapshot = reply.ok ? merged(base, reply.value) : null
        const others = get().passed.filter((id) => id !== profileId)
        const passed = snapshot?.outcome === 'passed' ? [...others, profileId] : others
        if (reply.ok) set({ running: false, snapshot, passed })
        else set({ running: false, error: reply.error, passed })
      },
      forget() {
        const own = checkupId
        const { running } = get()
        checkupId = null
        set({ profileId: null, running: false, snapshot: null, done: null, error: null })
        if (own !== null && running) void api.doctor.cancel(own)
      },
      async cancel() {
        if (checkupId !== null) await api.doctor.cancel(checkupId)
      },
      async perform(actionId, area) {
        const { profileId, depth, start } = get()
        if (checkupId === null || profileId === null) return
        const reply = await api.doctor.perform(checkupId, actionId)
        if (!reply.ok) {
          set({ error: reply.error })
          return
        }
        set({ done: reply.value.done })
        await start(profileId, depth, [area])
      },
    }
  })
}
