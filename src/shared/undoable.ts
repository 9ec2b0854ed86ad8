import type { RunSummary } from './run.ts'
import { runFacts } from './runKind.ts'

/** Something is still to be done with it, or being done. */
export const isUnfinished = ({ status }: Pick<RunSummary, 'status'>): boolean =>
  status === 'planning' || status === 'running' || status === 'interrupted' || status === 'copied'

/** What it did can still be taken back, and only its record knows how. */
export function canBeUndone(run: Pick<RunSummary, 'kind' | 'committed' | 'copied' | 'freed'>): boolean {
  const { undoneBy } = runFacts[run.kind]
  // What a rollback has moved back is migrated again from the documents themselves.
  if (undoneBy === null || undoneBy === 'migrate') return false
  return undoneBy === 'return' ? run.freed > 0 : run.committed + run.copied > 0
}
