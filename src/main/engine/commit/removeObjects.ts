import { errorData, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../plan/keys.ts'
import type { ObjectStore, RunLock } from '../ports.ts'
import { isOfRun } from '../transfer/metadata.ts'

export interface RemovableObjects {
  store: Pick<RunStore, 'header' | 'isKeyNeeded'>
  objects: Pick<ObjectStore, 'remove' | 'head'>
  lock: Pick<RunLock, 'referenced'>
  journal: JournalBuffer
  signal: AbortSignal
}

/** Objects that are still there: because removing failed, or because they do not say that they are of this run. */
export interface LeftObjects {
  failed: number
  foreign: number
}

/**
 * Removes the copies of items whose rows do not point at them. An object goes only if it carries this run's id, no row
 * of any table holds its path, and no other item of the run needs it. A failure is journaled: too much data is no harm.
 */
export async function removeObjects(deps: RemovableObjects, items: readonly MovableItem[]): Promise<LeftObjects> {
  const { store, objects, journal, signal } = deps
  const left: LeftObjects = { failed: 0, foreign: 0 }
  const unneeded = items.filter((item) => !store.isKeyNeeded(item.key, item.seq))
  if (unneeded.length === 0) return left
  const referenced = await deps.lock.referenced(
    unneeded.map((item) => pathOfKey(item.key)),
    signal,
  )
  const free = unneeded.filter((item) => !referenced.has(pathOfKey(item.key)))
  left.foreign += unneeded.length - free.length
  if (free.length === 0) return left
  journal.writeNow({ step: 'remove-intent', data: { seqs: free.map((item) => item.seq) } })
  for (const { key, seq } of free) {
    try {
      const facts = await objects.head(key, signal)
      if (facts === null) continue
      if (isOfRun(facts, store.header.id)) {
        await objects.remove(key, signal)
        journal.add({ step: 'removed', seq, data: {} })
      } else {
        left.foreign += 1
      }
    } catch (cause) {
      left.failed += 1
      const message = cause instanceof Error ? cause.message : String(cause)
      const error = new MigrateError('OBJECT_LEFT', { message, subject: key, cause })
      journal.add({ step: 'remove-failed', seq, code: error.code, data: errorData(error) })
    }
  }
  return left
}
