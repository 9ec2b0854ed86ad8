import { canBeUndone, isUnfinished } from '../../shared/undoable.ts'
import type { Outdated } from '../../shared/record.ts'
import { MigrateError } from '../engine/errors.ts'
import type { RunFolder } from './runFolder.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * Forgets a run: its record goes, and nothing else. Throws RUN_NOT_FOUND, RUN_BUSY, and RUN_NEEDED while a run that goes
 * back over it is not done.
 */
export function forgetRun(runs: RunFolder, id: string): void {
  const waiting = runs.familyOf(id).children.find(isUnfinished)
  if (waiting) {
    throw new MigrateError('RUN_NEEDED', {
      message: `Run “${waiting.runId}” goes back over “${id}” and is not done.`,
      subject: waiting.runId,
    })
  }
  runs.remove(id)
}

/** Sorts the runs that are older than so many days into those that can go and those that something depends on. */
function outdated(runs: RunFolder, days: number, now: number): { free: string[]; kept: string[] } {
  const sorted: { free: string[]; kept: string[] } = { free: [], kept: [] }
  const needed = new Set<string>()
  // Newest first: who goes back over a run is met before it.
  for (const run of runs.summaries()) {
    if (isUnfinished(run) && run.parent !== null) needed.add(run.parent)
    if (run.createdAt > now - days * dayMs) continue
    // What cannot be read may be needed.
    const keep = run.status === 'unreadable' || needed.has(run.runId) || isUnfinished(run) || canBeUndone(run)
    sorted[keep ? 'kept' : 'free'].push(run.runId)
  }
  return sorted
}

/** What keeping runs only so long would come to. */
export function countOutdated(runs: RunFolder, days: number, now = Date.now()): Outdated {
  const { free, kept } = outdated(runs, days, now)
  return { free: free.length, kept: kept.length }
}

/** Forgets old runs that nothing depends on; a run that can still be rolled back is none of these. Gives their number. */
export function forgetOutdated(runs: RunFolder, days: number, now = Date.now()): number {
  const { free } = outdated(runs, days, now)
  let forgotten = 0
  for (const id of free) {
    try {
      runs.remove(id)
      forgotten += 1
    } catch {
      // Somebody works on it: next time.
    }
  }
  return forgotten
}
