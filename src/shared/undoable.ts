import type { RunSummary } from './run.ts'

/** Something is still to be done with it, or being done. */
export const isUnfinished = ({ status }: Pick<RunSummary, 'status'>): boolean =>
  status === 'planning' || status === 'running' || status === 'interrupted' || status === 'copied'

/** What it did can still be taken back, and only its record knows how. */
export function canBeUndone(run: Pick<RunSummary, 'kind' | 'committed' | 'copied' | 'freed'>): boolean {
  switch (run.kind) {
    case 'migrate':
    case 'import':
    case 'recover':
      return run.committed + run.copied > 0
    case 'repair':
      return run.committed > 0
    case 'free':
      return run.freed > 0
    case 'rollback':
    case 'audit':
      return false
  }
}
