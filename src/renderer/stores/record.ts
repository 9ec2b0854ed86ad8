import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { SavedPath, SavedPathKey, StateFilePage } from '../../shared/record.ts'
import type { Api, Reply } from '../api.ts'

export interface PagesState<P> {
  /** Null until the first page has been read. */
  current: P | null
  /** Number of the present page, from 0. */
  page: number
  hasNext: boolean
  loading: boolean
  error: ErrorData | null
  restart: () => Promise<void>
  next: () => Promise<void>
  previous: () => Promise<void>
}

/** Pages that each say where the next one begins. */
function createPagesStore<P, K>(
  first: K,
  read: (from: K) => Promise<Reply<P>>,
  nextOf: (page: P) => K | null,
): StoreApi<PagesState<P>> {
  let starts = [first]
  let latest = 0
  return createStore<PagesState<P>>((set, get) => {
    async function show(page: number) {
      const from = starts[page]
      if (from === undefined) return
      const request = ++latest
      set({ loading: true })
      const reply = await read(from)
      if (request !== latest) return
      if (!reply.ok) {
        set({ error: reply.error, loading: false })
        return
      }
      const next = nextOf(reply.value)
      starts = [...starts.slice(0, page + 1), ...(next === null ? [] : [next])]
      set({ current: reply.value, page, hasNext: next !== null, loading: false, error: null })
    }
    return {
      current: null,
      page: 0,
      hasNext: false,
      loading: false,
      error: null,
      restart: () => {
        starts = [first]
        return show(0)
      },
      next: async () => {
        if (get().hasNext) await show(get().page + 1)
      },
      previous: async () => {
        if (get().page > 0) await show(get().page - 1)
      },
    }
  })
}

/** The state file of a run as it lies on the disk, some hundred documents at a time. */
export const createStateFileStore = (
  api: { records: Pick<Api['records'], 'statePage'> },
  runId: string,
): StoreApi<PagesState<StateFilePage>> =>
  createPagesStore<StateFilePage, number>(
    0,
    (offset) => api.records.statePage(runId, offset),
    ({ next }) => next,
  )

const pathsPerPage = 50

/** The paths as they were before a run. */
export const createPathsStore = (
  api: { records: Pick<Api['records'], 'paths'> },
  runId: string,
): StoreApi<PagesState<{ paths: SavedPath[]; next: SavedPathKey | null }>> =>
  createPagesStore<{ paths: SavedPath[]; next: SavedPathKey | null }, SavedPathKey | null>(
    null,
    (after) => api.records.paths(runId, after, pathsPerPage),
    ({ next }) => next,
  )
