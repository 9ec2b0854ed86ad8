import { runFacts, type FreeKind, type RunKind } from '../../shared/runKind.ts'
import { doneOf, runWords, undoneWord } from '../../shared/runWords.ts'
import prettyBytes from 'pretty-bytes'
import { errorCatalogue, type ErrorCode, type ErrorData } from '../../shared/errors.ts'
import { inDocker } from '../../shared/readurState.ts'
import type {
  ItemCounts,
  ProblemGroup,
  Repair,
  RunReport,
  RunSnapshot,
  RunSummary,
  StateCheck,
} from '../../shared/run.ts'
import { hints } from './hints.ts'

/** Lines for people at a terminal. English, plain numbers; no colour, so that logs stay readable. */

const mostToldLines = 20

/** What others say, in its own lines: each after the first is marked, so that none passes for one of ours. */
export function told(indent: string, text: string): string[] {
  const [first = '', ...rest] = text.trimEnd().split(/\r?\n/)
  const more = rest.length > mostToldLines ? [`${indent}| … ${rest.length - mostToldLines} more lines`] : []
  return [`${indent}${first}`, ...rest.slice(0, mostToldLines).map((line) => `${indent}| ${line}`), ...more]
}

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`
const number = (n: number): string => n.toLocaleString('en')
export const bytes = (n: number): string => prettyBytes(n, { maximumFractionDigits: 1 })

export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`
}

/** One line of progress. */
export function progressLine(snapshot: RunSnapshot): string {
  const { counts, phase } = snapshot
  if (phase === 'check') return 'Checking database, uploads and bucket'
  if (phase === 'plan') return `Planning: ${count(snapshot.documents, 'document')}, ${bytes(snapshot.bytesTotal)}`
  if (phase === 'list') return `Listing: ${count(snapshot.documents, 'document')}`
  if (phase === 'repair')
    return `Repairing: ${number(counts.committed + counts.restored)} done, ${number(counts.remaining)} left`
  if (phase === 'reconcile') return 'Comparing the database with the record of the run'
  if (phase === 'rollback')
    return `Rolling back: ${count(counts.restored, 'file')} done, ${counts.remaining.toLocaleString('en')} left`
  if (phase === 'free')
    return `Freeing up space: ${count(counts.freed, 'file')} done, ${counts.remaining.toLocaleString('en')} left`
  if (phase === 'verify') return `Checking: ${count(snapshot.copied, 'file')}`
  if (phase === 'finish' && counts.committed + counts.remaining === 0) return 'Saving the result'
  const parts = [
    `${counts.committed.toLocaleString('en')} of ${count(counts.committed + counts.remaining, 'file')} moved`,
    `${bytes(snapshot.bytesDone)} of ${bytes(snapshot.bytesTotal)}`,
  ]
  if (snapshot.bytesPerSecond !== null) parts.push(`${bytes(snapshot.bytesPerSecond)}/s`)
  if (snapshot.secondsLeft !== null) parts.push(`about ${duration(snapshot.secondsLeft)} left`)
  if (counts.failed > 0) parts.push(`${counts.failed.toLocaleString('en')} failed`)
  if (snapshot.stopping) parts.push(snapshot.stopping === 'now' ? 'stopping' : 'finishing current files')
  return parts.join(' · ')
}

/** The bar before the line; never full before it is true. */
export function progressBar(snapshot: RunSnapshot, width = 24): string {
  const { bytesDone, bytesTotal, counts } = snapshot
  const byItems = counts.committed / Math.max(1, counts.committed + counts.remaining)
  const share = bytesTotal > 0 ? Math.min(byItems, bytesDone / bytesTotal) : byItems
  const full = Math.min(width - (counts.remaining > 0 ? 1 : 0), Math.floor(share * width))
  return `[${'#'.repeat(full)}${'-'.repeat(width - full)}]`
}

const hintText = (code: ErrorCode): string[] => {
  const hint = hints[code]
  return hint === undefined ? [] : [`  ${hint}`]
}

export function errorText(error: ErrorData): string[] {
  const { subject = '', message } = error
  const about = subject === '' || message.includes(subject) ? '' : `${subject}: `
  return [
    `${error.title} (${error.code})`,
    ...told('  ', `${about}${message}`),
    ...error.causes.flatMap((cause) => told('  ', `because: ${cause}`)),
    `  Usual cause: ${errorCatalogue[error.code].cause}`,
    `  ${error.remedy}`,
    ...hintText(error.code),
  ]
}

function problemText(group: ProblemGroup): string[] {
  const kind = { run: '', failed: '', skipped: 'Skipped: ', note: 'Note: ' }[group.kind]
  const head = group.kind === 'run' ? group.title : `${kind}${count(group.count, 'file')}: ${group.title}`
  const lines = [`${head} (${group.code})`, `  ${group.remedy}`, ...hintText(group.code)]
  for (const example of group.examples) {
    const of = example.documentId ? `${example.documentId}  ${example.path}` : example.path
    lines.push(`    ${of}`, ...(example.message ? told('      ', example.message) : []))
  }
  if (group.count > group.examples.length)
    lines.push(`    … and ${(group.count - group.examples.length).toLocaleString('en')} more`)
  return lines
}

/** Before the summary, so that the summary is what remains on the screen. */
export const problemTexts = (problems: readonly ProblemGroup[]): string[] =>
  problems.flatMap((group) => [...problemText(group), ''])

const countsText = (kind: RunKind, counts: ItemCounts): string => {
  const { goal } = runFacts[kind]
  const number = (count: number, words: string) => `${count.toLocaleString('en')} ${words}`
  return [
    // What this kind of run is for comes first, even if it is none.
    number(doneOf({ kind, ...counts }), runWords[kind].done),
    ...(goal !== 'committed' && counts.committed > 0 ? [number(counts.committed, 'still on S3')] : []),
    number(counts.failed, 'failed'),
    number(counts.skipped, 'skipped'),
    ...(goal !== 'freed' && counts.freed > 0 ? [number(counts.freed, 'quarantined or deleted')] : []),
    ...(goal !== 'restored' && counts.restored > 0 ? [number(counts.restored, undoneWord(kind))] : []),
    ...(counts.remaining > 0 ? [number(counts.remaining, 'not started')] : []),
  ].join(', ')
}

/** A plan, printed: what a dry run shows. */
export function planText(report: RunReport, bytesToMove: number): string[] {
  const lines = [
    `Plan ${report.runId}`,
    `  ${count(report.documents, 'document')}, ${count(report.planned, 'file')} including processed images`,
    `  ${count(report.remaining, 'file')} to move, ${bytes(bytesToMove)}`,
    `  ${count(report.failed, 'file')} excluded, ${number(report.skipped)} skipped`,
  ]
  if (report.estimate) {
    const basis =
      report.estimate.basis === 'last run' ? 'at the speed of the last run' : 'assuming 12 MB/s and 50 ms per request'
    lines.push(`  about ${duration(report.estimate.seconds)}, ${basis}`)
  }
  return [...problemTexts(report.problems), ...lines]
}

/** The result of a run. */
export function reportText(report: RunReport): string[] {
  const lines = [
    `${runWords[report.kind].name} ${report.runId}: ${report.status}${report.parent === null ? '' : ` (of run ${report.parent})`}`,
    `  ${count(report.planned, 'file')} of ${count(report.documents, 'document')}: ${countsText(report.kind, report)}`,
  ]
  if (report.kind === 'migrate') lines.push(`  ${bytes(report.bytes)} in ${duration(report.seconds)}`)
  if (report.stateFile) lines.push(`  State file: ${report.stateFile}`)
  lines.push(...nextSteps(report))
  return [...problemTexts(report.problems), ...lines]
}

function nextSteps({ kind, status, runId, copied, parent }: RunReport): string[] {
  if (status === 'interrupted') return [`  To resume: resume ${runId}. Nothing is uploaded twice.`]
  if (status === 'copied') {
    return [
      `  ${count(copied, 'copy', 'copies')} verified; the database does not use ${copied === 1 ? 'it' : 'them'} yet.`,
      `  Switch Readur to S3 and restart it ${inDocker}, then run: switch ${runId}`,
    ]
  }
  if (kind === 'import' || kind === 'recover') return [`  To preview its rollback: rollback ${runId} --dry-run`]
  if (kind === 'rollback' && status === 'completed with failures') {
    return [
      '  Documents that could not be rolled back are still on S3. Fix the issues listed above, then run:',
      `  rollback ${parent ?? ''}`,
    ]
  }
  return []
}

/** What undoing a run would do. */
export function undoText(report: RunReport, runId: string, keepObjects: boolean): string[] {
  const { preview } = report
  const lines = [`Rollback of ${runId} (planned as ${report.runId})`]
  if (preview) {
    lines.push(
      `  ${count(preview.rows, 'row')} to switch back to the local path, ${number(preview.filesSound)} with their file on disk, checked by hash`,
      `  ${count(preview.filesToReturn, 'file')} to move back from quarantine`,
      `  ${count(preview.filesToFetch, 'file')} to download from S3 first, ${bytes(preview.bytesToFetch)}`,
      keepObjects
        ? '  all objects stay in the bucket'
        : `  ${count(preview.objects, 'object')} to remove afterwards, unless a row still points at them`,
      `  ${count(preview.conflicts, 'file')} excluded`,
      `  ${count(report.skipped, 'file')} skipped`,
    )
  } else {
    lines.push(`  ${count(report.remaining, 'file')} to put back, ${number(report.failed)} excluded`)
  }
  return [...problemTexts(report.problems), ...lines]
}

/** Where quarantined files are now. */
export const freedText = (report: RunReport): string[] => [
  ...reportText(report),
  '  Quarantined files are in quarantine/ in the uploads folder.',
  `  To move them back: rollback ${report.runId}. To delete them for good: free ${report.parent ?? ''} --delete-quarantine`,
]

/** Which local files would go. */
export function freeText(report: RunReport, bytesToFree: number, kind: FreeKind): string[] {
  const what = kind === 'purge' ? 'to delete from quarantine' : 'to move to quarantine'
  const lines = [
    `Plan ${report.runId} to free up space (of run ${report.parent ?? ''})`,
    `  ${count(report.remaining, 'file')} ${what}, ${bytes(bytesToFree)}; each only after its S3 copy has been checked`,
    `  ${count(report.failed, 'file')} excluded, ${number(report.skipped)} skipped`,
  ]
  return [...problemTexts(report.problems), ...lines]
}

const repairTexts: Record<Repair, (runId: string, group: StateCheck['drift'][number]) => string> = {
  resume: (id) => `resume ${id}`,
  // Of these alone: the rest of the run is as it should be.
  rollback: (id, { examples, count }) =>
    [
      `rollback ${id}`,
      ...new Set(examples.map(({ documentId }) => `--document ${documentId}`)),
      ...(count > examples.length ? ['…'] : []),
    ].join(' '),
  migrate: () => 'migrate',
  're-upload': (id) => `repair ${id} --re-upload`,
  'mark-gone': (id) => `repair ${id} --mark-gone`,
  none: () => '',
}

/** How the record of a run compares with database, bucket and disk. */
export function checkText(check: StateCheck): string[] {
  const drift = check.drift.flatMap((group) => {
    const lines = [`${group.note ? 'Note: ' : ''}${count(group.count, 'file')}: ${group.title} (${group.code})`]
    const repair = repairTexts[group.repair](check.runId, group)
    if (repair !== '') lines.push(`  Fix with: ${repair}`)
    for (const { documentId, path, message } of group.examples)
      lines.push(`    ${documentId}  ${path}`, ...told('      ', message))
    if (group.count > group.examples.length) {
      lines.push(`    … and ${(group.count - group.examples.length).toLocaleString('en')} more`)
    }
    return [...lines, '']
  })
  const sample = check.checked < check.of ? ` of ${check.of.toLocaleString('en')}` : ''
  return [
    ...drift,
    `Run ${check.runId}, checked at level ${check.level}`,
    `  ${count(check.checked, 'file')}${sample} checked in ${duration(check.seconds)}: ${check.sound.toLocaleString('en')} as recorded, ${number(check.checked - check.sound)} different`,
  ]
}

/** What a repair has done, and the state of the run. */
export function repairedText(report: RunReport, { resent, gone }: { resent: number; gone: number }): string[] {
  return [
    ...reportText(report),
    `  Repaired: ${count(resent, 'object')} uploaded again, ${count(gone, 'file')} of deleted documents recorded as gone`,
  ]
}

export function summaryLine(run: RunSummary): string {
  const at = new Date(run.createdAt).toISOString().slice(0, 16).replace('T', ' ')
  if (run.status === 'unreadable') return `${run.runId}  ${at}  cannot be read: ${run.problem ?? ''}`
  const status = run.undoing ? `${run.status} (undoing)` : run.status
  return `${run.runId}  ${at}  ${run.kind.padEnd(8)}  ${status.padEnd(23)}  ${countsText(run.kind, run)}  ${bytes(run.bytes)}  ${run.database} → ${run.bucket}`
}
