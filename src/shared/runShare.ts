import { runFacts } from './runKind.ts'
import type { RunSnapshot } from './run.ts'

/** Progress is never shown as complete before the run has ended. */
const cap = 0.999

/**
 * The share of an activity that is done, 0 to 1: by bytes, or by files where there are no bytes or they say little; null
 * while nobody knows. A migration that rolls itself back goes back from what was copied.
 */
export function runShare(snapshot: RunSnapshot): number | null {
  const { kind, activity, counts, bytesDone, bytesTotal, phase, status, copied } = snapshot
  if (status === 'completed' || status === 'completed with failures') return 1
  if (activity === 'repair' || activity === 'import' || activity === 'plan') return null
  // Nobody knows what there is to find. A repair is as large as the number of things, whatever their size.
  if (kind === 'audit') return null
  if (kind === 'repair') return capped(counts.planned - counts.remaining, counts.planned)
  // After the files of the run come all rows, files and objects, which nobody has counted.
  if (activity === 'validate' && phase !== 'verify') return null
  if (activity === 'check' || activity === 'validate') return capped(copied, counts.planned)
  if (runFacts[kind].goal === 'restored') return capped(counts.restored, counts.restored + counts.remaining)
  if (phase === 'rollback') return capped(counts.restored, Math.max(copied, counts.restored))
  if (sharesBytes(snapshot)) return capped(bytesDone, bytesTotal)
  return capped(counts.planned - counts.remaining, counts.planned)
}

/** Whether that share is one of bytes, and not of files or repairs. */
export const sharesBytes = ({ kind, activity, phase, bytesTotal }: RunSnapshot): boolean =>
  activity === 'run' &&
  kind !== 'repair' &&
  runFacts[kind].goal !== 'restored' &&
  phase !== 'rollback' &&
  bytesTotal > 0

function capped(done: number, total: number): number {
  return total > 0 ? Math.min(cap, Math.max(0, done / total)) : 0
}
