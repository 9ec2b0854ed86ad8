import type { RunSummary } from '../../../shared/run.ts'
import { texts } from '../../texts/texts.ts'

/** What to do next with a connection, and why that is safe. `open` leads to its latest run. */
export interface NextStep {
  words: string
  /** The button that leads to the run; null where a new plan is what comes next. */
  open: string | null
}

/** What its latest run leaves to be done. */
export function nextStepOf(run: Pick<RunSummary, 'kind' | 'status' | 'failed'> | null): NextStep {
  if (run === null) return { words: texts.home.nextPlan, open: null }
  switch (run.status) {
    case 'planning':
    case 'running':
      return { words: texts.home.nextRunning, open: texts.home.showRun }
    case 'planned':
      return { words: texts.home.nextPlanned, open: texts.home.openPlan }
    case 'copied':
      return { words: texts.home.nextCopied, open: texts.home.openRun }
    case 'interrupted':
      return { words: texts.home.nextInterrupted, open: texts.home.openRun }
    case 'completed with failures':
      if (run.kind === 'audit') return { words: texts.home.nextIssues, open: texts.home.viewIssues }
      if (run.kind === 'repair') return { words: texts.home.nextRepairsFailed, open: texts.home.viewFailures }
      return { words: texts.home.nextFailures, open: texts.home.viewFailures }
    case 'rollback incomplete':
      return { words: texts.home.nextRollbackIncomplete, open: texts.home.viewWhatsLeft }
    case 'unreadable':
      return { words: texts.home.nextUnreadable, open: null }
    case 'not started':
      return { words: texts.home.nextNotStarted, open: texts.home.viewError }
    case 'completed':
      return run.kind === 'migrate'
        ? { words: texts.home.nextMoved, open: null }
        : { words: texts.home.nextDone, open: null }
    case 'partly rolled back':
    case 'rolled back':
      if (run.kind === 'repair') return { words: texts.home.nextRepairsUndone, open: null }
      return { words: texts.home.nextUndone, open: null }
  }
}
