import type { RunSnapshot } from '../../shared/run.ts'

/** Progress is never shown as complete before the run has ended. */
const cap = 0.999

/** The share of a run that is done, 0 to 1: by bytes, or by items where there are no bytes; while rolling back, of what was copied. */
export function runShare(snapshot: RunSnapshot): number {
  const { counts, bytesDone, bytesTotal, phase, status } = snapshot
  if (status === 'completed' || status === 'completed with failures') return 1
  if (phase === 'rollback') return capped(counts.restored, Math.max(snapshot.copied, counts.restored))
  if (bytesTotal > 0) return capped(bytesDone, bytesTotal)
  return capped(counts.planned - counts.remaining, counts.planned)
}

function capped(done: number, total: number): number {
  return total > 0 ? Math.min(cap, Math.max(0, done / total)) : 0
}
