import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { SavedPath, SavedPathKey, StateFilePage } from '../../shared/record.ts'
import type { ItemPage, ItemQuery } from '../../shared/run.ts'
import type { Api, Reply } from '../api.ts'

/** A long list, one page at a time; never the whole of it. */
export interface PagesState<P> {
  /** Null until the first page has been read; a failure leaves what is there. */
  current: P | null
  /** Number of the present page, from 0. */
  page: number
  hasNext: boolean
  loading: boolean
  error: ErrorData | null
  /** Reads the first page. */
  restart: () => Promise<void>
  /** Reads the present page again. */
  reload: () => Promise<void>
  next: () => Promise<void>
  previous: () => Promise<void>
}

/**
 * Pages that each say where the next one begins; `next` is null on the last one. `read` may ask whether its page is still
 * wanted.
 */
export function pagesOf<P extends { next: K | null }, K>(
  store: Pick<StoreApi<PagesState<P>>, 'getState' | 'setState'>,
  first: K,
  read: (from: K, isWanted: () => boolean) => Promise<Reply<P>>,
): PagesState<P> {
  let starts = [first]
  let latest = 0
  async function show(page: number) {
    const from = starts[page]
    if (from === undefined) return
    const request = ++latest
    const isWanted = () => request === latest
    store.setState({ loading: true })
    const reply = await read(from, isWanted)
    if (!isWanted()) return
    if (!reply.ok) {
      store.setState({ error: reply.error, loading: false })
      return
    }
    const { next } = reply.value
    starts = [...starts.slice(0, page + 1), ...(next === null ? [] : [next])]
    store.setState({ current: reply.value, page, hasNext: next !== null, loading: false, error: null })
  }
  const { getState, setState } = store
  return {
    current: null,
    page: 0,
    hasNext: false,
    loading: false,
    error: null,
    restart: () => {
      // Where pages began before may be nowhere in what is listed now.
      starts = [first]
      setState({ page: 0 })
      return show(0)
    },
    reload: () => show(getState().page),
    next: async () => {
      if (getState().hasNext) await show(getState().page + 1)
    },
    previous: async () => {
      if (getState().page > 0) await show(getState().page - 1)
    },
  }
}

const createPages = <P extends { next: K | null }, K>(
  first: K,
  read: (from: K) => Promise<Reply<P>>,
): StoreApi<PagesState<P>> => createStore<PagesState<P>>((_set, _get, store) => pagesOf(store, first, read))

/** Which items of a run are listed. */
export type ItemFilter = Omit<ItemQuery, 'after' | 'limit'>

/** Sequence numbers begin with 1. */
const beforeFirst = 0

/** The items of one run. */
export const createItemsStore = (
  api: { runs: Pick<Api['runs'], 'items'> },
  { runId, filter, pageSize }: { runId: string; filter: ItemFilter; pageSize: number },
): StoreApi<PagesState<ItemPage>> =>
  createPages<ItemPage, number>(beforeFirst, (after) => api.runs.items(runId, { ...filter, after, limit: pageSize }))

/** The state file of a run as it is on the disk, some hundred documents at a time. */
export const createStateFileStore = (
  api: { records: Pick<Api['records'], 'statePage'> },
  runId: string,
): StoreApi<PagesState<StateFilePage>> =>
  createPages<StateFilePage, number>(0, (offset) => api.records.statePage(runId, offset))

const pathsPerPage = 50

/** The paths as they were before a run. */
export const createPathsStore = (
  api: { records: Pick<Api['records'], 'paths'> },
  runId: string,
): StoreApi<PagesState<{ paths: SavedPath[]; next: SavedPathKey | null }>> =>
  createPages<{ paths: SavedPath[]; next: SavedPathKey | null }, SavedPathKey | null>(null, (after) =>
    api.records.paths(runId, after, pathsPerPage),
  )
