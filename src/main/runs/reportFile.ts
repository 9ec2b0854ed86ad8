import type { ReportFormat } from '../../shared/record.ts'
import { writeNew } from '../engine/audit/exportAudit.ts'
import { problemGroups } from '../engine/journal/problems.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { describeRun, type IsAlive } from '../engine/journal/summary.ts'
import { csvReport } from './reportCsv.ts'
import { htmlReport } from './reportHtml.ts'

/** Writes the report of a run; whole or not at all. Throws REPORT_UNWRITABLE. */
export const saveReport = (store: RunStore, format: ReportFormat, path: string, isAlive: IsAlive): Promise<void> =>
  writeNew(path, textOf(store, format, isAlive))

function textOf(store: RunStore, format: ReportFormat, isAlive: IsAlive): Iterable<string> {
  switch (format) {
    case 'csv':
      return csvReport(store)
    case 'html':
      return htmlReport(describeRun(store, isAlive), problemGroups(store))
    case 'json':
      return [`${JSON.stringify({ ...describeRun(store, isAlive), problems: problemGroups(store) }, null, 2)}\n`]
  }
}
