import { itemsWithOpenCommit } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { changeOf, isMovable } from '../plan/item.ts'
import type { RunLock } from '../ports.ts'

/** Rows looked at with one query. */
const atOnce = 500

interface ReconcileDeps {
  store: Pick<RunStore, 'query' | 'damage' | 'item'>
  lock: Pick<RunLock, 'look'>
  journal: JournalBuffer
  signal: AbortSignal
}

/**
 * Recognises rows that an earlier session has committed without living to write it down. Only verified copies are ever
 * committed, so a row that holds what was intended is done. Returns how many there were.
 */
export async function reconcile({ store, lock, journal, signal }: ReconcileDeps): Promise<number> {
  let recognised = 0
  const open = itemsWithOpenCommit(store)
  for (let at = 0; at < open.length; at += atOnce) {
    const items = open
      .slice(at, at + atOnce)
      .map((seq) => store.item(seq))
      .filter(isMovable)
    const outcomes = await lock.look(items.map(changeOf), signal)
    const committed = items.filter((_, index) => outcomes[index]?.result === 'already')
    journal.writeNow(...committed.map(({ seq }) => ({ step: 'committed' as const, seq, data: {} })))
    recognised += committed.length
  }
  return recognised
}
