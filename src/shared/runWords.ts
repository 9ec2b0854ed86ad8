import { runFacts, type RunKind } from './runKind.ts'

/** How a kind of run is spoken of, in window, tray, command line and reports alike. */
interface RunWords {
  /** What it is, and the beginning of “… completed”, “… interrupted”, “… not started”. */
  name: string
  /** While it is under way, before the name of a connection. */
  working: string
  /** Title of its plan, before the name of a connection. */
  plan: string
  /** What it did to a number of items: “12 files …”. */
  done: string
  /** A file, finding or repair that it failed at. */
  failed: string
  /** It had nothing to do. */
  nothing: string
}

export const runWords: Record<RunKind, RunWords> = {
  migrate: {
    name: 'Migration',
    working: 'Migrating',
    plan: 'Plan for',
    done: 'moved',
    failed: 'Failed',
    nothing: 'Nothing to move',
  },
  import: {
    name: 'Import',
    working: 'Importing a state file for',
    plan: 'Importing a state file for',
    done: 'recorded',
    failed: 'Can’t be rolled back',
    nothing: 'Nothing recorded',
  },
  recover: {
    name: 'Recovery',
    working: 'Recovering',
    plan: 'Recovering',
    done: 'recorded',
    failed: 'Can’t be rolled back',
    nothing: 'Nothing recorded',
  },
  rollback: {
    name: 'Rollback',
    working: 'Rolling back',
    plan: 'Rollback plan for',
    done: 'rolled back',
    failed: 'Can’t be rolled back',
    nothing: 'Nothing to roll back',
  },
  quarantine: {
    name: 'Quarantine',
    working: 'Quarantining files of',
    plan: 'Quarantine plan for',
    done: 'quarantined',
    failed: 'Can’t be quarantined',
    nothing: 'Nothing to quarantine',
  },
  purge: {
    name: 'Quarantine deletion',
    working: 'Deleting quarantined files of',
    plan: 'Quarantine deletion plan for',
    done: 'deleted',
    failed: 'Can’t be deleted',
    nothing: 'Nothing to delete',
  },
  return: {
    name: 'Quarantine undo',
    working: 'Putting files back for',
    plan: 'Plan to put files back for',
    done: 'put back',
    failed: 'Can’t be put back',
    nothing: 'Nothing to put back',
  },
  audit: {
    name: 'Audit',
    working: 'Auditing',
    plan: 'Auditing',
    done: 'sound',
    failed: 'Issue',
    nothing: 'No issues found',
  },
  repair: {
    name: 'Repair',
    working: 'Repairing',
    plan: 'Repair plan for',
    done: 'repaired',
    failed: 'Can’t be repaired',
    nothing: 'Nothing to repair',
  },
  unrepair: {
    name: 'Repair undo',
    working: 'Undoing repairs of',
    plan: 'Plan to undo repairs of',
    done: 'undone',
    failed: 'Can’t be undone',
    nothing: 'Nothing to undo',
  },
}

/** Items that have reached what a run is there for. */
export const doneOf = ({
  kind,
  ...counts
}: {
  kind: RunKind
  committed: number
  restored: number
  freed: number
}): number => counts[runFacts[kind].goal]

/** What was done to a number of items of a run when it was undone: what the run that undoes it does. */
export const undoneWord = (kind: RunKind): string => runWords[runFacts[kind].undoneBy ?? 'rollback'].done
