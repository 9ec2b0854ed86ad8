import { createStore, type StoreApi } from 'zustand/vanilla'
import type { RunFilter, RunPage, RunStatus, RunSummary } from '../../shared/run.ts'
import type { RunKind } from '../../shared/runKind.ts'
import type { Api, Reply } from '../api.ts'
import { pagesOf, type PagesState } from './pages.ts'

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

/** How far back a list goes, in days. */
export const periods = { day: 1, week: 7, month: 30, year: 365 } as const
export type Period = keyof typeof periods

/** What the list is narrowed to; null and empty text leave nothing out. */
export interface HistoryFilter {
  profileId: string | null
  period: Period | null
  kind: RunKind | null
  result: ResultGroup | null
  text: string
}

export const noFilter: HistoryFilter = { profileId: null, period: null, kind: null, result: null, text: '' }

export interface HistoryState extends PagesState<RunPage> {
  filter: HistoryFilter
  /** Takes up what is being typed; `restart` searches for it. */
  setText: (text: string) => void
  /** Narrows the list and reads its first page. */
  narrow: (change: Partial<HistoryFilter>) => Promise<void>
}

export const historyPageSize = 25

const dayMs = 24 * 60 * 60_000

function queryOf({ profileId, period, kind, result, text }: HistoryFilter): RunFilter | undefined {
  const wanted = text.trim()
  const nothing = profileId === null && period === null && kind === null && result === null && wanted === ''
  if (nothing) return undefined
  return {
    ...(profileId !== null && { profileId }),
    ...(period !== null && { since: Date.now() - periods[period] * dayMs }),
    ...(kind !== null && { kinds: [kind] }),
    ...(result !== null && { statuses: [...resultGroups[result]] }),
    ...(wanted !== '' && { text: wanted }),
  }
}

/** All runs, narrowed and paged by the main process. */
export function createHistoryStore(api: { runs: Pick<Api['runs'], 'list'> }): StoreApi<HistoryState> {
  /** A filtered page may come in several helpings. */
  async function read(from: number, filter: RunFilter | undefined, isWanted: () => boolean): Promise<Reply<RunPage>> {
    const runs: RunSummary[] = []
    let next: number | null = from
    while (next !== null && runs.length < historyPageSize && isWanted()) {
      const reply = await api.runs.list({
        offset: next,
        limit: historyPageSize - runs.length,
        ...(filter && { filter }),
      })
      if (!reply.ok) return reply
      runs.push(...reply.value.runs)
      next = reply.value.next
    }
    return { ok: true, value: { runs, next } }
  }
  return createStore<HistoryState>((set, get, store) => ({
    ...pagesOf<RunPage, number>(store, 0, (from, isWanted) => read(from, queryOf(get().filter), isWanted)),
    filter: noFilter,
    setText: (text) => set({ filter: { ...get().filter, text } }),
    narrow: (change) => {
      set({ filter: { ...get().filter, ...change } })
      return get().restart()
    },
  }))
}
