import { reportFormats, type ReportFormat } from '../../../shared/record.ts'
import { auditFindings } from '../../engine/audit/exportAudit.ts'
import { csvOf } from '../../engine/csv.ts'
import { itemPage } from '../../engine/journal/items.ts'
import { problemGroups } from '../../engine/journal/problems.ts'
import type { RunStore } from '../../engine/journal/runStore.ts'
import { describeRun } from '../../engine/journal/summary.ts'
import { snapshotSql } from '../../engine/journal/snapshot.ts'
import type { IsAlive } from '../../engine/journal/timeline.ts'
import { writeWhole } from '../../engine/wholeFile.ts'
import { htmlReport } from './reportHtml.ts'

/** The format that a file's name asks for; JSON where it says nothing. */
export function reportFormatOf(path: string): ReportFormat {
  const name = path.toLowerCase().replace(/\.htm$/, '.html')
  return reportFormats.find((format) => name.endsWith(`.${format}`)) ?? 'json'
}

/** Writes the report of a run, of an audit with all that it has found; whole or not at all. Throws REPORT_UNWRITABLE, DISK_FULL. */
export const saveReport = (store: RunStore, format: ReportFormat, path: string, isAlive: IsAlive): Promise<string> =>
  writeWhole(path, textOf(store, format, isAlive), 'REPORT_UNWRITABLE')

function textOf(store: RunStore, format: ReportFormat, isAlive: IsAlive): Iterable<string> {
  const isAudit = store.header.kind === 'audit'
  switch (format) {
    case 'csv':
      return isAudit ? auditFindings(store, format) : csvReport(store)
    case 'html':
      return htmlReport(describeRun(store, isAlive), problemGroups(store))
    case 'json':
      return isAudit
        ? auditFindings(store, format)
        : [`${JSON.stringify({ ...describeRun(store, isAlive), problems: problemGroups(store) }, null, 2)}\n`]
  }
}

const columns = ['seq', 'kind', 'documentId', 'filename', 'path', 'key', 'size', 'state', 'code', 'message'] as const

/** One line a file, in the order of the plan. Holds a page of them at a time. */
const csvReport = (store: RunStore): Iterable<string> => csvOf(columns, items(store))

function* items(store: RunStore) {
  for (let after: number | null = 0; after !== null;) {
    const page: ReturnType<typeof itemPage> = itemPage(store, { after, limit: 500 })
    yield* page.items
    after = page.next
  }
}

/** Writes the paths of before the run as SQL that puts them back; whole or not at all. Throws PATHS_UNWRITABLE, DISK_FULL. */
export const savePaths = (store: RunStore, path: string): Promise<string> =>
  writeWhole(path, snapshotSql(store), 'PATHS_UNWRITABLE')
