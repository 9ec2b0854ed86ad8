import type { ErrorCode } from '../../../shared/errors.ts'
import { failureFinder } from '../../engine/journal/items.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'
import type { RunFolder } from '../runFolder.ts'

/** A row, and the path that it holds. */
export interface RowAt {
  documentId: string
  rowId: string
  path: string
}

/** What a run has reported as failed. It is looked up row by row in the run's own store, however many there are. */
export interface ReportedFailures {
  /** Why the row failed; null where it did not, where it is not of the run, and where it holds another path since. */
  codeOf: (row: RowAt) => ErrorCode | null
  close: () => void
}

/** A run that tries failed documents again knows nothing of the others: the runs before it have reported those. */
export function reportedFailures(runs: RunFolder, runId: string): ReportedFailures {
  const stores: RunStore[] = []
  try {
    for (let next: string | undefined = runId; next !== undefined && (stores.length === 0 || runs.has(next));) {
      const store: RunStore = runs.open(next)
      stores.push(store)
      next = store.header.planOptions.of?.runId
    }
    const finders = stores.map(failureFinder)
    return {
      codeOf: (row) => finders.reduce<ErrorCode | null>((code, find) => code ?? find(row), null),
      close: () => stores.forEach((store) => store.close()),
    }
  } catch (error) {
    for (const store of stores) store.close()
    throw error
  }
}
