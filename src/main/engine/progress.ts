import type { ErrorData } from '../../shared/errors.ts'
import type { ItemCounts, LogLine, Phase } from '../../shared/run.ts'

/** What the engine tells while it works. Calls are cheap and never fail; who listens throttles. */
export interface Progress {
  phase(phase: Phase): void
  /** More of the plan is known. Bytes count items to move only. */
  planned(more: { documents: number; move: number; skip: number; blocked: number; bytes: number }): void
  /** An earlier session of the run has got this far. `bytes`: of what is committed. */
  resumed(counts: ItemCounts, bytes: number): void
  fileStarted(seq: number, filename: string, size: number): void
  /** Bytes of this file that were read and handed to the store so far. */
  fileMoved(seq: number, bytes: number): void
  /** The file is copied and verified, or has failed. */
  fileEnded(seq: number, outcome: 'verified' | 'failed', size: number): void
  outcomes(counts: { committed?: number; failed?: number; restored?: number; freed?: number }): void
  log(level: LogLine['level'], text: string): void
  failed(error: ErrorData): void
}

const nothing = (): void => undefined

/** Progress that nobody watches. */
export const nullProgress: Progress = {
  phase: nothing,
  planned: nothing,
  resumed: nothing,
  fileStarted: nothing,
  fileMoved: nothing,
  fileEnded: nothing,
  outcomes: nothing,
  log: nothing,
  failed: nothing,
}
