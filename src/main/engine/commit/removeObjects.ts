import { asMigrateError, errorData } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../plan/keys.ts'
import type { ObjectStore, RunLock } from '../ports.ts'
import { isOfRun } from '../transfer/metadata.ts'

export interface RemovableObjects {
  runId: string
  objects: Pick<ObjectStore, 'remove' | 'head'>
  lock: Pick<RunLock, 'referenced'>
  journal: JournalBuffer
  signal: AbortSignal
}

/**
 * Removes the copies of items whose rows do not point at them. An object goes only if it carries this run's id and no
 * row of any table holds its path; anything else stays. A failure is journaled: too much data is no harm. Returns how many
 * objects of ours are still there.
 */
export async function removeObjects(deps: RemovableObjects, items: readonly MovableItem[]): Promise<number> {
  if (items.length === 0) return 0
  const referenced = await deps.lock.referenced(
    items.map((item) => pathOfKey(item.key)),
    deps.signal,
  )
  const free = items.filter((item) => !referenced.has(pathOfKey(item.key)))
  let left = items.length - free.length
  if (free.length === 0) return left
  deps.journal.writeNow({ step: 'remove-intent', data: { seqs: free.map((item) => item.seq) } })
  for (const { key, seq } of free) {
    try {
      const facts = await deps.objects.head(key, deps.signal)
      if (!facts || !isOfRun(facts, deps.runId)) continue
      await deps.objects.remove(key, deps.signal)
      deps.journal.add({ step: 'removed', seq, data: {} })
    } catch (cause) {
      left += 1
      const error = asMigrateError(cause)
      deps.journal.add({ step: 'remove-failed', seq, code: error.code, data: errorData(error) })
    }
  }
  return left
}
