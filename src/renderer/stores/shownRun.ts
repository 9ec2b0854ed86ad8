import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ProblemGroup, RunFamily } from '../../shared/run.ts'
import type { PlanFilter } from '../../shared/planTable.ts'
import type { RunDetails } from '../../shared/record.ts'
import type { Api } from '../api.ts'
import type { RunTab } from './navigation.ts'

/** Where somebody has been looking at a run. */
export interface RunPlace {
  tab: RunTab
  /** What its files are narrowed to at first. */
  filter: PlanFilter
}

export const runStart: RunPlace = { tab: 'summary', filter: {} }

export interface ShownRunState {
  runId: string | null
  /** Null until read. */
  details: RunDetails | null
  problems: ProblemGroup[] | null
  family: RunFamily | null
  /** Of each run that was shown, the view that is returned to. */
  places: Readonly<Record<string, RunPlace>>
  show: (runId: string, place: RunPlace) => void
  /** Where the paths of before this run were saved since it is shown; null before. */
  savedPaths: string | null
  /** An answer is awaited: what is here may be of the past. */
  loading: boolean
  error: ErrorData | null
  /** Reads a run; what was known of it stays until the answer is there, what was known of another goes at once. */
  load: (runId: string) => Promise<void>
  /** Writes the state file and reads the run again. */
  exportState: () => Promise<void>
  /** Shows the state file in the platform's file manager. */
  reveal: () => Promise<void>
  /** Saves the paths of before the run as SQL, where the user says. */
  savePaths: () => Promise<void>
}

const unread = { details: null, problems: null, family: null, savedPaths: null, error: null }

/** The run that a screen shows: its record, its problems in groups, and the runs it is related to. */
export function createShownRunStore(api: {
  runs: Pick<Api['runs'], 'get' | 'problems' | 'family' | 'export' | 'reveal' | 'savePaths'>
}): StoreApi<ShownRunState> {
  let latest = 0
  return createStore<ShownRunState>((set, get) => ({
    runId: null,
    ...unread,
    places: {},
    show: (runId, place) => set({ places: { ...get().places, [runId]: place } }),
    loading: false,
    async load(runId) {
      const request = ++latest
      if (get().runId === runId) set({ loading: true })
      else set({ runId, ...unread, loading: true })
      const [details, problems, family] = await Promise.all([
        api.runs.get(runId),
        api.runs.problems(runId),
        api.runs.family(runId),
      ])
      if (request !== latest) return
      const failed = [details, problems, family].find((reply) => !reply.ok)
      set({
        loading: false,
        error: failed?.error ?? null,
        ...(details.ok && { details: details.value }),
        ...(problems.ok && { problems: problems.value }),
        ...(family.ok && { family: family.value }),
      })
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
    async savePaths() {
      const { runId } = get()
      if (runId === null) return
      const reply = await api.runs.savePaths(runId)
      if (get().runId !== runId) return
      if (!reply.ok) set({ error: reply.error })
      else if (reply.value) set({ savedPaths: reply.value.path, error: null })
    },
  }))
}
