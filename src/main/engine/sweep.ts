import type { Phase, RunStatus } from '../../shared/run.ts'
import { asMigrateError, errorData, failureLine } from './errors.ts'
import { countItems } from './journal/items.ts'
import { JournalBuffer } from './journal/journalBuffer.ts'
import type { RunStore } from './journal/runStore.ts'
import type { Item } from './plan/item.ts'
import { recordError, type RunContext } from './session.ts'
import { forEachConcurrent } from './transfer/concurrency.ts'

interface Sweep<T> {
  phase: Phase
  /** What is counted for each item that was done; null: how the run stands is not changed by it. */
  outcome: 'committed' | 'restored' | 'freed' | null
  /** How the failure of an item is written down. */
  failure: 'failed' | 'restore-failed' | 'resend-failed'
  begin: (journal: JournalBuffer) => SweepWork<T> | Promise<SweepWork<T>>
}

interface SweepWork<T> {
  /** Several at once, as many as the limit allows; else one after the other. */
  items: { atOnce: Iterable<T> } | { inTurn: Iterable<T> | AsyncIterable<T> }
  /** Does one and writes its outcome down. Throws why it cannot be done: an error of the item leaves the rest going. */
  one: (element: T) => Promise<void>
  end?: () => unknown
}

/** What came of it. `isComplete`: every item was tried. */
interface Swept {
  failed: number
  isComplete: boolean
}

/** Does one thing to each item, journaled; what ends it early is written down. */
export async function sweep<T extends { item: Item }>(
  { progress, stop, limit }: RunContext,
  store: RunStore,
  { phase, outcome, failure, begin }: Sweep<T>,
): Promise<Swept> {
  const journal = new JournalBuffer(store)
  if (outcome !== null) progress.resumed(countItems(store).counts, 0)
  progress.phase(phase)
  let failed = 0
  const attempt = async (element: T, one: SweepWork<T>['one']): Promise<void> => {
    const { seq, filename } = element.item
    try {
      await one(element)
      if (outcome !== null) progress.outcomes({ [outcome]: 1 })
    } catch (cause) {
      const error = asMigrateError(cause)
      if (error.scope === 'run') throw error
      failed += 1
      journal.add({ step: failure, seq, code: error.code, data: errorData(error) })
      if (outcome !== null) progress.outcomes({ failed: 1 })
      progress.log('error', failureLine(filename, error))
    }
  }
  try {
    const { items, one, end } = await begin(journal)
    try {
      if ('atOnce' in items) {
        await forEachConcurrent(items.atOnce, limit, stop.inOrder, (element) => attempt(element, one))
      } else {
        for await (const element of items.inTurn) {
          await limit.pass(stop.inOrder)
          await attempt(element, one)
        }
      }
      journal.writeNow()
    } finally {
      await end?.()
    }
    return { failed, isComplete: true }
  } catch (cause) {
    recordError(store, journal, progress, cause)
    return { failed, isComplete: false }
  }
}

/** `sweep`, and how the run stands after it. */
export async function sweepRun<T extends { item: Item }>(
  context: RunContext,
  store: RunStore,
  work: Sweep<T>,
): Promise<RunStatus> {
  const { isComplete } = await sweep(context, store, work)
  const { counts } = countItems(store)
  if (!isComplete || counts.remaining > 0) return 'interrupted'
  return counts.failed > 0 ? 'completed with failures' : 'completed'
}

export function* eachOf<T>(pages: Iterable<readonly T[]>): Generator<T> {
  for (const page of pages) yield* page
}
