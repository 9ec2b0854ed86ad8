import { csvOf } from '../../engine/csv.ts'
import { itemPage } from '../../engine/journal/items.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'

const columns = ['seq', 'kind', 'documentId', 'filename', 'path', 'key', 'size', 'state', 'code', 'message'] as const

/** One line a file, in the order of the plan. Holds a page of them at a time. */
export const csvReport = (store: RunStore): Iterable<string> => csvOf(columns, items(store))

function* items(store: RunStore) {
  for (let after: number | null = 0; after !== null;) {
    const page: ReturnType<typeof itemPage> = itemPage(store, { after, limit: 500 })
    yield* page.items
    after = page.next
  }
}
