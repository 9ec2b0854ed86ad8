import { z } from 'zod'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { PlannedItem } from '../engine/plan/item.ts'
import type { RunFolder } from './runFolder.ts'

/** Finds items that an earlier run has copied and not switched yet. */
export interface AwaitingCutover {
  has: (item: PlannedItem) => boolean
  close: () => void
}

/** Looks into the runs that copied into this place and await their cutover. */
export function awaitsCutoverIn(runs: RunFolder, place: string): AwaitingCutover {
  const stores: RunStore[] = []
  for (const { runId, kind, status } of runs.summaries()) {
    if (kind !== 'migrate' || status !== 'copied') continue
    const store = runs.open(runId)
    if (store.header.store === place) stores.push(store)
    else store.close()
  }
  const queries = stores.map((store) =>
    store.database.prepare(
      `SELECT i.size, i.mtime_ms AS mtimeMs FROM item i JOIN copy c ON c.seq = i.seq LEFT JOIN outcome o ON o.seq = i.seq
       WHERE i.document_id = ? AND i.row_id = ? AND i.old_path = ? AND o.seq IS NULL`,
    ),
  )
  const found = z.object({ size: z.number(), mtimeMs: z.number() })
  return {
    // A file that was written to since is to be copied again.
    has: ({ documentId, rowId, oldPath, size, mtimeMs }) =>
      queries.some((query) => {
        const row = query.get(documentId, rowId, oldPath)
        if (row === undefined) return false
        const copied = found.parse(row)
        return copied.size === size && copied.mtimeMs === mtimeMs
      }),
    close: () => {
      for (const store of stores) store.close()
    },
  }
}
