import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { ItemQuery, ItemView } from '../../shared/run.ts'
import type { Api } from '../api.ts'

/** Which items of a run are listed. */
export type ItemFilter = Omit<ItemQuery, 'after' | 'limit'>

export interface ItemsState {
  /** The present page; null until the first one has been read. */
  items: ItemView[] | null
  /** Number of the present page, from 0. */
  page: number
  hasNext: boolean
  loading: boolean
  error: ErrorData | null
  /** Reads the first page again. */
  restart: () => Promise<void>
  next: () => Promise<void>
  previous: () => Promise<void>
}

/** Sequence numbers begin with 1. */
const beforeFirst = 0

/** The items of one run, one page at a time; never the whole list. */
export function createItemsStore(
  api: { runs: Pick<Api['runs'], 'items'> },
  list: { runId: string; filter: ItemFilter; pageSize: number },
): StoreApi<ItemsState> {
  // starts[n] is the sequence number before page n; the last one leads to the page after the present one.
  let starts = [beforeFirst]
  let latest = 0
  return createStore<ItemsState>((set, get) => {
    async function read(page: number) {
      const request = ++latest
      set({ loading: true })
      const query = { ...list.filter, after: starts[page] ?? beforeFirst, limit: list.pageSize }
      const reply = await api.runs.items(list.runId, query)
      if (request !== latest) return
      if (!reply.ok) {
        set({ error: reply.error, loading: false })
        return
      }
      const { items, next } = reply.value
      starts = next === null ? starts.slice(0, page + 1) : [...starts.slice(0, page + 1), next]
      set({ items, page, hasNext: next !== null, loading: false, error: null })
    }
    return {
      items: null,
      page: 0,
      hasNext: false,
      loading: false,
      error: null,
      restart: () => read(0),
      next: async () => {
        if (get().hasNext) await read(get().page + 1)
      },
      previous: async () => {
        if (get().page > 0) await read(get().page - 1)
      },
    }
  })
}
