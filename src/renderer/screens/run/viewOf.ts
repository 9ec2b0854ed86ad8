import type { RunSnapshot } from '../../../shared/run.ts'
import type { RunDetails } from '../../../shared/record.ts'
import { isFinal } from '../../format/status.ts'

/** What the screen of a run shows. */
export type RunScreenView =
  | { view: 'loading' }
  | { view: 'planning'; snapshot: RunSnapshot }
  | { view: 'running'; snapshot: RunSnapshot }
  | { view: 'plan'; details: RunDetails; refused: RunSnapshot['error'] }
  | { view: 'result'; details: RunDetails }

/** All that is known of a run: its latest snapshot in this session, its record, whether a newer record is awaited. */
export interface RunKnowledge {
  snapshot: RunSnapshot | null
  details: RunDetails | null
  loading: boolean
}

/** Comparing, validating and repairing leave the run as it is, and have screens of their own. */
const hasOwnScreen = ({ activity }: RunSnapshot): boolean =>
  activity === 'check' || activity === 'validate' || activity === 'repair'

/**
 * Decides between the views of a run. While it goes on, the snapshot leads. When it has come to rest, its record does;
 * until that has been read, the last picture stays. A record that never learned of the end is completed from the
 * snapshot: a plan or run that could not go on has written nothing more.
 */
export function viewOf({ snapshot: latest, details, loading }: RunKnowledge): RunScreenView {
  const snapshot = latest && hasOwnScreen(latest) ? null : latest
  if (snapshot?.status === 'planning') return { view: 'planning', snapshot }
  if (snapshot?.status === 'running') return { view: 'running', snapshot }
  if (snapshot && loading && details && details.status !== snapshot.status) {
    return details.totals === null ? { view: 'planning', snapshot } : { view: 'running', snapshot }
  }
  if (!details) return { view: 'loading' }
  const error = snapshot?.error ?? null
  if (details.status === 'planned') return { view: 'plan', details, refused: error }
  const told = { ...details, error: error ?? details.error }
  if (isFinal(details.status) || !snapshot || !isFinal(snapshot.status)) return { view: 'result', details: told }

  // Whoever had started to move documents was interrupted; nothing was done only before that.
  const status = details.status === 'running' ? 'interrupted' : snapshot.status
  return { view: 'result', details: { ...told, status } }
}
