import type { Entry, Verified } from '../journal/entries.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { noTotals } from '../../../shared/run.ts'
import type { PlannedItem } from '../plan/item.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import { addTo } from '../plan/totals.ts'
import type { UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'

/** An item of a migration that this store did not make: read from a state file, or from rows and bucket. */
export interface RecordedItem {
  item: PlannedItem
  verified: Verified | null
}

/**
 * Where the file of a stored path lies, as Readur would find it; or where it would, if it is put there. Null when that is
 * no place for documents.
 */
export async function placeOf(
  uploads: Pick<UploadsFolder, 'inspect'>,
  stored: string,
  prefixes: readonly PathPrefix[],
): Promise<string | null> {
  const candidates = candidatesFor(stored, prefixes)
  if (candidates.kind !== 'inside') return null
  const places = candidates.exact.filter(isPlaceOfDocuments)
  for (const path of places) if ((await uploads.inspect(path)).kind !== 'absent') return path
  return places[0] ?? null
}

/** The other folders are caches and the like that others empty, the root is tidied by Readur, and `*.part` is no data. */
const isPlaceOfDocuments = (path: string): boolean =>
  /^(documents|processed_images)\//.test(path) && !path.toLowerCase().endsWith('.part')

/** The same item, with a reason why it cannot be undone from here. */
export const withReason = (
  item: PlannedItem,
  verdict: 'skip' | 'blocked',
  code: ErrorCode,
  message: string,
): RecordedItem => ({ item: { ...item, verdict, code, message }, verified: null })

/** Writes recorded items as what they are: a migration that is over. Seal the store when the last has been written. */
export class RecordWriter {
  readonly totals = { ...noTotals }
  readonly #store: RunStore
  readonly #progress: Progress
  #seq = 0

  constructor(store: RunStore, progress: Progress) {
    this.#store = store
    this.#progress = progress
  }

  write(recorded: readonly RecordedItem[]): void {
    const entries: Entry[] = []
    const items = recorded.map(({ item, verified }) => {
      const seq = (this.#seq += 1)
      if (item.verdict === 'move') {
        if (verified) entries.push({ step: 'verified', seq, code: null, data: verified })
        entries.push({ step: 'committed', seq, data: {} })
      }
      return { ...item, seq }
    })
    this.#store.addItems(items)
    this.#store.append(entries)
    this.#progress.planned(addTo(this.totals, items))
  }
}
