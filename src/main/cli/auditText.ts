import type { RepairDeed } from '../../shared/auditRepair.ts'
import type { AuditReport, RunReport } from '../../shared/run.ts'
import { bytes, count, duration, problemTexts } from './text.ts'

/** What an audit has found, for a terminal. */
export function auditText(report: AuditReport): string[] {
  const { totals, runId, seconds, level, status } = report
  const number = (n: number): string => n.toLocaleString('en')
  const lines = [
    `Audit ${runId}${status === 'interrupted' ? ', interrupted' : ''}, at level ${level}, in ${duration(seconds)}`,
    `  ${count(totals.documents, 'document')} and ${count(totals.images, 'processed image')}, ${number(totals.onS3)} of them on S3`,
    `  ${count(totals.files, 'file')} in the uploads folder, ${bytes(totals.fileBytes)}; ${count(totals.objects, 'object')} in the bucket, ${bytes(totals.objectBytes)}`,
    ...(totals.leftBehind > 0
      ? [`  ${count(totals.leftBehind, 'local file')} of documents on S3: free RUN quarantines them`]
      : []),
    ...(totals.quarantined > 0 ? [`  ${count(totals.quarantined, 'file')} in quarantine/`] : []),
    ...(totals.read > 0 ? [`  ${count(totals.read, 'file or object', 'files and objects')} read completely`] : []),
    report.discrepancies === 0
      ? `  No issues, ${count(report.notes, 'note')}.`
      : `  ${count(report.discrepancies, 'issue')}, ${count(report.notes, 'note')}.`,
  ]
  return [...problemTexts(report.groups), ...lines]
}

const deeds: Record<RepairDeed, (count: number) => string> = {
  'fix-path': (n) => `${count(n, 'path')} to correct in the database, after checking the hash of each document`,
  'put-back': (n) => `${count(n, 'file')} to move back from quarantine/ to the path in the database`,
  'set-aside': (n) => `${count(n, 'file')} to move to quarantine/`,
  'remove-object': (n) => `${count(n, 'object')} to save to quarantine/ and remove from the bucket`,
  'remove-row': (n) => `${count(n, 'row')} to delete, after saving ${n === 1 ? 'it' : 'them'} and all dependent rows`,
}

/** What a repair would do. */
export function repairPlanText(report: RunReport): string[] {
  const lines = (report.repairs ?? []).map(({ deed, planned }) => deeds[deed](planned))
  if (report.failed > 0) lines.push(`${count(report.failed, 'item')} cannot be repaired this way`)
  return [
    ...problemTexts(report.problems),
    `Repair ${report.runId} (of audit ${report.parent ?? ''})`,
    ...(report.planned === 0 ? ['  nothing to do'] : []),
    ...lines.map((line) => `  ${line}`),
  ]
}
