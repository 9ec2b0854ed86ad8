import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { RunFilter, RunStatus, RunSummary } from '../../shared/run.ts'
import type { RunKind } from '../../shared/runKind.ts'
import type { Api } from '../api.ts'

/** Results that a list can be narrowed to, and the statuses that they stand for. */
export const resultGroups = {
  done: ['completed'],
  failures: ['completed with failures', 'rollback incomplete'],
  interrupted: ['interrupted'],
  cutover: ['copied'],
  undone: ['rolled back', 'partly rolled back'],
  planned: ['planned', 'not started', 'planning'],
} as const satisfies Record<string, readonly RunStatus[]>
export type ResultGroup = keyof typeof resultGroups

/** What the list is narrowed to; null and empty text leave nothing out. */
export interface HistoryFilter {
  kind: RunKind | null
  result: ResultGroup | null
  text: string
}

export const noFilter: HistoryFilter = { kind: null, result: null, text: '' }

export interface HistoryState {
  filter: HistoryFilter
  /** The present page; null until the first one has been read. */
  runs: RunSummary[] | null
  /** Number of the present page, from 0. */
  page: number
  hasNext: boolean
  loading: boolean
  error: ErrorData | null
  /** Takes up what is being typed; `restart` searches for it. */
  setText: (text: string) => void
  /** Narrows the list and reads its first page. */
  narrow: (change: Partial<HistoryFilter>) => Promise<void>
  /** Reads the first page. */
  restart: () => Promise<void>
  /** Reads the present page again. */
  reload: () => Promise<void>
  next: () => Promise<void>
  previous: () => Promise<void>
}

export const historyPageSize = 25

function queryOf({ kind, result, text }: HistoryFilter): RunFilter | undefined {
  const wanted = text.trim()
  if (kind === null && result === null && wanted === '') return undefined
  return {
    ...(kind !== null && { kinds: [kind] }),
    ...(result !== null && { statuses: [...resultGroups[result]] }),
    ...(wanted !== '' && { text: wanted }),
  }
}

/** All runs, narrowed and paged by the main process; never the whole list. */
export function createHistoryStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<HistoryState> {
  // starts[n] is the place in the list of all runs where page n begins.
  let starts = [0]
  let latest = 0
  return createStore<HistoryState>((set, get) => {
    async function read(page: number) {
      const request = ++latest
      set({ loading: true })
      const filter = queryOf(get().filter)
      const runs: RunSummary[] = []
      let next: number | null = starts[page] ?? 0
      // A filtered page may come in several helpings.
      while (next !== null && runs.length < historyPageSize) {
        const reply = await api.runs.list({
          offset: next,
          limit: historyPageSize - runs.length,
          ...(filter && { filter }),
        })
        if (request !== latest) return
        if (!reply.ok) {
          set({ error: reply.error, loading: false })
          return
        }
        runs.push(...reply.value.runs)
        next = reply.value.next
      }
      starts = [...starts.slice(0, page + 1), ...(next === null ? [] : [next])]
      set({ runs, page, hasNext: next !== null, loading: false, error: null })
    }
    const restart = () => {
      starts = [0]
      return read(0)
    }
    return {
      filter: noFilter,
      runs: null,
      page: 0,
      hasNext: false,
      loading: false,
      error: null,
      setText: (text) => set({ filter: { ...get().filter, text } }),
      narrow: (change) => {
        set({ filter: { ...get().filter, ...change } })
        return restart()
      },
      restart,
      reload: () => read(get().page),
      next: async () => {
        if (get().hasNext) await read(get().page + 1)
      },
      previous: async () => {
        if (get().page > 0) await read(get().page - 1)
      },
    }
  })
}
