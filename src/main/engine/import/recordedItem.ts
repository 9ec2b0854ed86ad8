import type { Verified } from '../journal/entries.ts'
import type { Entry } from '../journal/entries.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { PlanTotals } from '../../../shared/run.ts'
import type { PlannedItem } from '../plan/item.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import type { Progress } from '../progress.ts'

/** An item of a migration that this store did not make: read from a state file, or from rows and bucket. */
export interface RecordedItem {
  item: PlannedItem
  verified: Verified | null
}

export const noTotals = (): PlanTotals => ({ documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 })

/** Where Readur would look first for the file of a stored path; null when that is no place in the uploads folder. */
export function placeOf(stored: string, prefixes: readonly PathPrefix[]): string | null {
  const candidates = candidatesFor(stored, prefixes)
  return candidates.kind === 'inside' ? (candidates.exact[0] ?? null) : null
}

/** The same item, with a reason why it cannot be undone from here. */
export const withReason = (
  item: PlannedItem,
  verdict: 'skip' | 'blocked',
  code: ErrorCode,
  message: string,
): RecordedItem => ({ item: { ...item, verdict, code, message }, verified: null })

/** Writes recorded items as what they are: a migration that is over. Seal the store when the last has been written. */
export class RecordWriter {
  readonly totals = noTotals()
  readonly #store: RunStore
  readonly #progress: Progress
  #seq = 0

  constructor(store: RunStore, progress: Progress) {
    this.#store = store
    this.#progress = progress
  }

  write(recorded: readonly RecordedItem[]): void {
    const more = noTotals()
    const entries: Entry[] = []
    const items = recorded.map(({ item, verified }) => {
      const seq = (this.#seq += 1)
      if (item.verdict === 'move') {
        if (verified) entries.push({ step: 'verified', seq, code: null, data: verified })
        entries.push({ step: 'committed', seq, data: {} })
        more.bytes += item.size
      }
      more[item.verdict] += 1
      more.items += 1
      if (item.kind === 'document') more.documents += 1
      return { ...item, seq }
    })
    this.#store.addItems(items)
    this.#store.append(entries)
    for (const field of ['documents', 'items', 'move', 'skip', 'blocked', 'bytes'] as const) {
      this.totals[field] += more[field]
    }
    this.#progress.planned(more)
  }
}
