import type { PlanTotals, RollbackOptions, UndoSelection } from '../../shared/run.ts'
import { damagedItems } from './journal/damage.ts'
import { userIdsOf } from './journal/items.ts'
import type { RunStore } from './journal/runStore.ts'
import { isSelected } from './journal/selection.ts'
import { addTo } from './plan/totals.ts'
import type { DatabaseFacts, ReadurDatabase } from './ports.ts'
import { preflight } from './preflight.ts'
import type { RunContext } from './session.ts'

/** What is to be planned over an earlier run. */
export interface OverRun {
  parent: RunStore
  /** Makes the new run's store, once the checks have passed. */
  createStore: (facts: DatabaseFacts) => RunStore
}

/** How a run is to be undone. */
export interface UndoRequest extends OverRun {
  selection: UndoSelection
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
    await plan(store, facts)
    await nameUsers(site.database, store, stop.inOrder)
    return store
  } catch (error) {
    store.close()
    throw error
  }
}

/** Keeps users’ names with the plan, for people to choose by. Without the right to read them the plan is as good. */
async function nameUsers(
  database: Pick<ReadurDatabase, 'userNames'>,
  store: RunStore,
  signal: AbortSignal,
): Promise<void> {
  try {
    const names = await database.userNames(userIdsOf(store), signal)
    if (names.size > 0) store.append([{ step: 'users', data: [...names].map(([id, name]) => ({ id, name })) }])
  } catch {
    // The plan is complete without them.
  }
}

/** Adds what is damaged in the record of `parent` to a plan over it, as files that nothing is done with. */
export function planDamaged(
  store: RunStore,
  parent: RunStore,
  totals: PlanTotals,
  selection: UndoSelection = {},
): number {
  const items = damagedItems(parent).filter(({ seq }) => isSelected(parent.query, selection, seq))
  if (items.length === 0) return 0
  store.addItems(items)
  addTo(totals, items)
  return items.length
}
