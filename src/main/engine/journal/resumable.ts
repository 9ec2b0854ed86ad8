import { runFacts } from '../../../shared/runKind.ts'
import type { RunStore } from './runStore.ts'
import { reportOf } from './summary.ts'

/** Why the rest of a run cannot be carried out, by its own record; null when it can. What was interrupted always can. */
export function refusalToResume(store: RunStore): string | null {
  if (!runFacts[store.header.kind].isResumable) return `A run of the kind “${store.header.kind}” has nothing to resume.`
  if (store.last('planned') === null) return 'Its plan was not finished. Make a new one.'
  const { status } = reportOf(store)
  if (status === 'interrupted' || status === 'planned') return null
  if (status === 'rollback incomplete' || status === 'rolled back') {
    return `It is “${status}”. What is left of it is undone with the command rollback; migrate begins again.`
  }
  return store.remaining().next().done === true ? 'Nothing of it remains to be done.' : null
}
