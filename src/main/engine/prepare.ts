import type { PlanTotals, RollbackOptions } from '../../shared/run.ts'
import { damagedItems } from './journal/damage.ts'
import type { Entry } from './journal/entries.ts'
import type { RunStore } from './journal/runStore.ts'
import type { Item } from './plan/item.ts'
import { addTo } from './plan/totals.ts'
import type { DatabaseFacts } from './ports.ts'
import { preflight } from './preflight.ts'
import type { RunContext } from './session.ts'

/** Which documents of a run are meant; all where nothing is said. */
export interface RunSelection {
  userId?: string | undefined
  documentIds?: readonly string[] | undefined
}

/** What is to be planned over an earlier run. */
export interface OverRun {
  parent: RunStore
  /** Makes the new run's store, once the checks have passed. */
  createStore: (facts: DatabaseFacts) => RunStore
}

/** How a run is to be undone. */
export interface UndoRequest extends OverRun {
  selection: RunSelection
  options: RollbackOptions
}

interface Preparation extends Pick<OverRun, 'createStore'> {
  /** What every plan needs; `preflight` unless given. */
  check?: () => Promise<DatabaseFacts>
  /** Throws what else speaks against the plan. */
  assert?: (facts: DatabaseFacts) => void
  plan: (store: RunStore, facts: DatabaseFacts) => unknown
}

/**
 * Makes a run and its plan; neither rows, bucket nor files change, so that it can be shown before anything is done. The
 * caller closes the store.
 */
export async function prepare(
  { site, progress, stop }: Pick<RunContext, 'site' | 'progress' | 'stop'>,
  { check, assert, createStore, plan }: Preparation,
): Promise<RunStore> {
  progress.phase('check')
  // Nothing is begun yet that would have to be finished in order.
  const facts = await (check?.() ?? preflight({ ...site, progress }, stop.inOrder))
  assert?.(facts)
  progress.phase('plan')
  const store = createStore(facts)
  try {
    store.append(usersKnown(facts))
    await plan(store, facts)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/** Keeps the users’ names with the run: whoever reads its record later may not reach the database. */
export const usersKnown = ({ userNames }: DatabaseFacts): Entry[] =>
  Object.keys(userNames).length === 0 ? [] : [{ step: 'users', data: { names: userNames } }]

/** Adds what is damaged in the record of `parent` to a plan over it, as files that nothing is done with. */
export function planDamaged(
  store: RunStore,
  parent: RunStore,
  totals: PlanTotals,
  isWanted: (item: Item) => boolean = () => true,
): number {
  const items = damagedItems(parent).filter(isWanted)
  if (items.length === 0) return 0
  store.addItems(items)
  addTo(totals, items)
  return items.length
}
