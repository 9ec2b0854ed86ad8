import type { RunSnapshot } from './run.ts'

/** How a run that is held up or is about to end is called, wherever it is shown; null while it simply goes on. */
export function holdOf({ stopping, pause, status }: Pick<RunSnapshot, 'stopping' | 'pause' | 'status'>): string | null {
  if (status !== 'planning' && status !== 'running') return null
  if (stopping === 'now') return 'Stopping…'
  if (stopping === 'in order') return 'Finishing…'
  if (pause === 'pausing') return 'Pausing…'
  return pause === 'paused' ? 'Paused' : null
}
