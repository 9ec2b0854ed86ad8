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
  if (run === null) return { words: texts.home.makeAPlanToGetStarted, open: null }
  switch (run.status) {
    case 'planning':
    case 'running':
      return { words: texts.home.aRunIsInProgress, open: texts.home.showRun }
    case 'planned':
      return { words: texts.home.aPlanIsReady, open: texts.home.openPlan }
    case 'copied':
      return { words: texts.home.copiedAndVerified, open: texts.home.openRun }
    case 'interrupted':
      return { words: texts.home.theLastRunDidntFinish, open: texts.home.openRun }
    case 'completed with failures':
      if (run.kind === 'audit') return { words: texts.home.theAuditFoundIssues, open: texts.home.viewIssues }
      if (run.kind === 'repair') return { words: texts.home.someRepairsFailed, open: texts.home.viewFailures }
      return { words: texts.home.someFilesCouldntBeMoved, open: texts.home.viewFailures }
    case 'rollback incomplete':
      return { words: texts.home.someDocumentsAreStillOnS3, open: texts.home.viewWhatsLeft }
    case 'unreadable':
      return { words: texts.home.theRecordOfTheLatestRun, open: null }
    case 'not started':
      return { words: texts.home.theLastRunCouldntStart, open: texts.home.viewError }
    case 'completed':
      return run.kind === 'migrate'
        ? { words: texts.home.everythingInThePlanWasMoved, open: null }
        : { words: texts.home.allDone, open: null }
    case 'partly rolled back':
    case 'rolled back':
      if (run.kind === 'repair') return { words: texts.home.theRepairsWereUndone, open: null }
      return { words: texts.home.undoneMakeANewPlanTo, open: null }
  }
}
