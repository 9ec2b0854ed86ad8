import type { RunSummary } from '../../shared/run.ts'

/** What to do next with a connection, and why that is safe. `open` leads to its latest run. */
export interface NextStep {
  words: string
  /** The button that leads to the run; null where a new plan is what comes next. */
  open: string | null
}

/** What its latest run leaves to be done. */
export function nextStepOf(run: Pick<RunSummary, 'kind' | 'status' | 'failed'> | null): NextStep {
  if (run === null) return { words: 'Next: make a plan. It looks at every document and changes nothing.', open: null }
  switch (run.status) {
    case 'planning':
    case 'running':
      return { words: 'It is under way.', open: 'Show it' }
    case 'planned':
      return { words: 'A plan is ready. Look at it, then start it.', open: 'Open the plan' }
    case 'copied':
      return { words: 'Copied and verified. Switch the rows when Readur is set to the bucket.', open: 'Open the run' }
    case 'interrupted':
      return { words: 'Something was begun and not ended. What is done stays done.', open: 'Open the run' }
    case 'completed with failures':
      if (run.kind === 'audit')
        return { words: 'The audit found issues. See what they are and what can be repaired.', open: 'View issues' }
      if (run.kind === 'repair') return { words: 'Some repairs failed. See why.', open: 'View failures' }
      return { words: 'Some files could not be moved. See why, then try those again.', open: 'See the failures' }
    case 'rollback incomplete':
      return { words: 'Some documents are still on S3. See why, then go on.', open: 'See what is left' }
    case 'unreadable':
      return { words: 'The record of its latest run can’t be read. Open the history to see why.', open: null }
    case 'not started':
      return { words: 'It could not begin. See why, then plan again.', open: 'See why' }
    case 'completed':
      return run.kind === 'migrate'
        ? { words: 'All of its plan is done. A new plan finds what came since.', open: null }
        : { words: 'Done. A new plan shows how things stand.', open: null }
    case 'partly rolled back':
    case 'rolled back':
      if (run.kind === 'repair')
        return { words: 'The repairs were undone. Run an audit again to see the current state.', open: null }
      return { words: 'Undone. Make a new plan to see what can be moved.', open: null }
  }
}
