import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ErrorData } from '../../shared/errors.ts'
import type { PlanFacets, PlanFilter, PlanItem, PlanList, PlanRow } from '../../shared/planTable.ts'
import type { Api } from '../api.ts'

export const rowsPerPage = 100
/** Pages that are kept: those around the one that is read. */
const pagesKept = 20

export const wholePlan: PlanList = { filter: {}, order: 'plan', descending: false }

export interface PlanTableState {
  list: PlanList
  /** Null until the first lines have been read. */
  total: number | null
  bytes: number
  /** Lines that are at hand, by the number of their page. */
  pages: ReadonlyMap<number, PlanRow[]>
  /** Another list is being worked out; the lines are still those of the one before. */
  loading: boolean
  error: ErrorData | null
  facets: PlanFacets | null
  /** The chosen line, from 0, and all about it once it has been read. */
  chosen: { place: number; seq: number; item: PlanItem | null } | null
  /** Reads what the plan can be narrowed to, and the first lines. */
  begin: () => Promise<void>
  narrow: (filter: PlanFilter) => Promise<void>
  sort: (order: PlanList['order'], descending: boolean) => Promise<void>
  /** Reads what is at hand again: the run has gone on. What is shown stays until then. */
  refresh: () => void
  /** Reads lines that are not at hand yet. */
  need: (first: number, last: number) => void
  rowAt: (place: number) => PlanRow | undefined
  choose: (place: number | null) => Promise<void>
}

/** The items of one run: the lines around those that are seen, never all. */
export function createPlanTableStore(
  api: { runs: Pick<Api['runs'], 'planRows' | 'planItem' | 'planFacets'> },
  runId: string,
): StoreApi<PlanTableState> {
  return createStore<PlanTableState>((set, get) => {
    /** Rises with each list: answers about an earlier one are of no use. */
    let epoch = 0
    let latestChoice: number | null = null
    /** Pages of the lines that are seen. */
    let pagesSeen: number[] = [0]
    const asked = new Map<number, Promise<void>>()

    /** Reads a page, unless that has been asked for already. */
    function askFor(page: number): Promise<void> {
      const waiting = asked.get(page) ?? readPage(page)
      asked.set(page, waiting)
      return waiting
    }

    async function readPage(page: number) {
      const now = epoch
      const reply = await api.runs.planRows(runId, get().list, page * rowsPerPage, rowsPerPage)
      if (now !== epoch) return
      asked.delete(page)
      if (!reply.ok) {
        set({ error: reply.error, loading: false })
        return
      }
      const { rows, total, bytes } = reply.value
      const before = get().loading ? [] : [...get().pages]
      const near = before.toSorted(([a], [b]) => Math.abs(a - page) - Math.abs(b - page)).slice(0, pagesKept - 1)
      set({ pages: new Map([...near, [page, rows]]), total, bytes, loading: false, error: null })
    }

    async function readFacets() {
      const reply = await api.runs.planFacets(runId)
      if (reply.ok) set({ facets: reply.value })
      else set({ error: reply.error })
    }

    async function show(change: Partial<PlanList>) {
      epoch += 1
      asked.clear()
      set({ list: { ...get().list, ...change }, loading: true, chosen: null })
      await askFor(0)
    }

    return {
      list: wholePlan,
      total: null,
      bytes: 0,
      pages: new Map(),
      loading: true,
      error: null,
      facets: null,
      chosen: null,
      async begin() {
        await show({})
        await readFacets()
      },
      narrow: (filter) => show({ filter }),
      sort: (order, descending) => show({ order, descending }),
      refresh() {
        if (get().loading) return
        epoch += 1
        asked.clear()
        for (const page of pagesSeen) void askFor(page)
        void readFacets()
        const { chosen } = get()
        if (chosen) void get().choose(chosen.place)
      },
      need(first, last) {
        if (get().loading) return
        pagesSeen = pagesOf(first, last)
        for (const page of pagesSeen) if (!get().pages.has(page)) void askFor(page)
      },
      rowAt: (place) => get().pages.get(Math.floor(place / rowsPerPage))?.[place % rowsPerPage],
      async choose(place) {
        latestChoice = place
        if (place !== null && !get().rowAt(place)) await askFor(Math.floor(place / rowsPerPage))
        const row = place === null ? undefined : get().rowAt(place)
        if (latestChoice !== place) return
        if (place === null || row === undefined) {
          set({ chosen: null })
          return
        }
        const { seq } = row
        const { chosen } = get()
        // What was read of the same line stays until it is read again.
        set({ chosen: { place, seq, item: chosen?.seq === seq ? chosen.item : null } })
        const reply = await api.runs.planItem(runId, seq)
        if (get().chosen?.seq !== seq) return
        if (reply.ok) set({ chosen: { place, seq, item: reply.value } })
        else set({ error: reply.error })
      },
    }
  })
}

function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(first / rowsPerPage)
  return Array.from({ length: Math.max(0, Math.floor(last / rowsPerPage) - from + 1) }, (_, at) => from + at)
}
