import type { ReactNode } from 'react'
import { formatNumber } from '../../format/number.ts'
import { plural } from './nouns.ts'

export const history = {
  completed: 'Completed',
  withFailures: 'With failures',
  interrupted: 'Interrupted',
  copiedNotSwitched: 'Copied, not switched',
  rolledBack: 'Rolled back',
  plannedOrNotStarted: 'Planned or not started',
  runs: 'Runs',
  searchLabel: 'Search runs by connection, server, bucket or ID',
  searchPlaceholder: 'Connection, server, bucket or ID',
  allConnections: 'All connections',
  time: 'Time',
  anyTime: 'Any time',
  periods: { day: 'Last 24 hours', week: 'Last 7 days', month: 'Last 30 days', year: 'Last year' },
  plansNeverStarted: (count: number) =>
    `${plural(count, { one: '1 plan was', other: `${formatNumber(count)} plans were` })} never started`,
  kind: 'Kind',
  allKinds: 'All kinds',
  result: 'Result',
  allResults: 'All results',
  history: 'History',
  subtitle: 'All plans, runs and rollbacks on this computer.',
  importAStateFile: 'Import a state file…',
  runsToRead: 'runs',
  noMatchingRuns: 'No matching runs',
  noRunsYet: 'No runs yet',
  noMatchingRunsHint: 'No runs match these filters.',
  noRunsYetHint:
    'Make a plan to get started. It changes nothing and will show up here. You can also import a state file from Readur’s own tool.',
  showAllRuns: 'Show all runs',
  goToConnections: 'Go to connections',
  importTitle: 'Import a state file',
  import: 'Import',
  stateFileBecomesRun: (migrationStateJson: ReactNode) => (
    <>
      Import a {migrationStateJson} from Readur’s own tool, or a state file written by this program. You can then view
      the run, verify it and roll it back. Only a new record is written.
    </>
  ),
  migrationStateJson: 'migration_state.json',
  importNeedsConnection: 'Add a connection first. Its database is needed to check the documents.',
  noFileChosen: 'No file chosen',
  choose: 'Choose…',
  connection: 'Connection',
}
