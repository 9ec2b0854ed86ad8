import type { ErrorCode } from '../../../shared/errors.ts'
import type { AuditReport, StateCheck, ValidateOptions } from '../../../shared/run.ts'
import type { CountPair, ThroughReadur, ValidationReport } from '../../../shared/validation.ts'
import { asMigrateError, MigrateError } from '../../engine/errors.ts'
import { allItems } from '../../engine/journal/items.ts'
import { isOnS3 } from '../../engine/keys/readurKeys.ts'
import type { DocumentRow, ReadurDatabase, ReadurServer } from '../../engine/ports.ts'
import { nullProgress } from '../../engine/progress.ts'
import type { StopSignals } from '../../engine/stop.ts'
import { throughReadur } from '../../engine/verify/throughReadur.ts'
import { audit, checkRun, settleMs } from '../operations.ts'
import type { OpenedWorkplace } from '../workplace.ts'
import { reportedFailures, type ReportedFailures, type RowAt } from './reportedFailures.ts'

/**
 * Looks from all sides at what a run has left: each of its files, the counts of rows, files and objects, and what users
 * get. What was already broken before the run, which has reported it, does not count. Changes nothing but our own
 * records: the comparison of everything is kept as an audit, the validation with the run. Throws what kept it from getting
 * to its end.
 */
export async function validateRun(
  work: OpenedWorkplace,
  runId: string,
  { level, sample, documents }: ValidateOptions,
): Promise<ValidationReport> {
  const { database, bucket } = work.runs.summary(runId)
  const reported = reportedFailures(work.runs, runId)
  try {
    const state = await checkRun(work, runId, { level, sample })
    const found = await auditAll(work)
    const { lost, before } = wrongBefore(work, found.runId, reported)
    const counts = countsOf(state, found, lost)
    work.context.progress.phase('ask')
    const asked = await documentsThroughReadur(work, documents, (row) => isBroken(reported, row))
    const isWell = asked.readur === null || asked.readur.differs + asked.readur.refused === 0
    const passed = state.sound === state.checked && counts.every(({ agrees }) => agrees) && isWell
    const report = { runId, at: Date.now(), database, bucket, passed, before, counts, state, audit: found, ...asked }
    keep(work, report)
    return report
  } finally {
    reported.close()
  }
}

/** One step of the validation, whatever the audit itself goes through. */
async function auditAll(work: OpenedWorkplace): Promise<AuditReport> {
  const { runs, context } = work
  const { progress } = context
  progress.phase('list')
  const quiet = { ...nullProgress, log: progress.log.bind(progress) }
  const found = await audit({ ...work, context: { ...context, progress: quiet } }, { level: 'exists', settleMs })
  const trouble = found.status === 'interrupted' ? runs.with(found.runId, (store) => store.trouble()) : null
  if (trouble) throw new MigrateError(trouble.code, { message: trouble.message, scope: 'run' })
  return found
}

function keep({ runs }: OpenedWorkplace, report: ValidationReport): void {
  const store = runs.open(report.runId, 'write')
  try {
    store.append([{ step: 'validated', data: report }])
  } finally {
    store.close()
  }
}

const lostFiles: readonly ErrorCode[] = [
  'FILE_MISSING',
  'FILE_RECOVERABLE',
  'FILE_SET_ASIDE',
  'FILE_ON_S3',
  'FILE_UNPROVEN',
  'FILE_UNREADABLE',
  'FILE_NOT_REGULAR',
  'PATH_OUTSIDE',
  'PATH_EMPTY',
]
const lostObjects: readonly ErrorCode[] = ['OBJECT_MISSING', 'OBJECT_RECOVERABLE', 'OBJECT_UNPROVEN']
const strayObjects: readonly ErrorCode[] = ['OBJECT_ORPHAN', 'OBJECT_UNMARKED']

/** With these a run says of a file that Readur had nothing sound to begin with. */
const brokenFiles: readonly ErrorCode[] = [...lostFiles, 'FILE_EMPTY', 'HASH_MISMATCH']

const failedWith = (codes: readonly ErrorCode[], reported: ReportedFailures, row: RowAt): boolean => {
  const code = reported.codeOf(row)
  return code !== null && codes.includes(code)
}

const isBroken = (reported: ReportedFailures, { id, filePath }: DocumentRow): boolean =>
  failedWith(brokenFiles, reported, { documentId: id, rowId: id, path: filePath })

/**
 * What the audit finds wrong and the run has reported: `before`. `lost`: local files of it that were missing when the run
 * looked for them.
 */
const wrongBefore = (
  { runs }: OpenedWorkplace,
  auditId: string,
  reported: ReportedFailures,
): { lost: number; before: number } =>
  runs.with(auditId, (store) => {
    const found = { lost: 0, before: 0 }
    for (const { code, state, ...row } of allItems(store)) {
      if (state === 'failed' && failedWith(brokenFiles, reported, row)) found.before += 1
      const isLost = code === 'FILE_TWIN' || (code !== null && lostFiles.includes(code))
      if (isLost && !isOnS3(row.path) && failedWith(lostFiles, reported, row)) found.lost += 1
    }
    return found
  })

/** The figures that the guide compares by hand, made comparable. `known`: local files that were lost before the run. */
function countsOf(state: StateCheck, { totals, groups }: AuditReport, known: number): CountPair[] {
  const of = (codes: readonly ErrorCode[]): number =>
    groups.filter(({ code }) => codes.includes(code)).reduce((sum, { count }) => sum + count, 0)
  // Rows whose bytes another document has too may be of either kind; they are nobody's file.
  const twins = of(['FILE_TWIN'])
  const local = totals.documents + totals.images - totals.onS3 - known
  const exceptKnown = known === 0 ? '' : `, except ${known.toLocaleString('en')} already reported`
  const pair = (name: string, expected: number, against: string, found: number): CountPair => ({
    name,
    expected,
    against,
    found,
    agrees: expected === found,
  })
  return [
    pair('Files of the run that were compared', state.checked, 'as recorded', state.sound),
    pair('Documents and images on S3', totals.onS3, 'found in the bucket', totals.onS3 - of(lostObjects)),
    pair(
      `Documents and images not on S3${exceptKnown}`,
      local,
      'found in the uploads folder',
      local + known - of(lostFiles) - twins,
    ),
    pair(
      'Files in Readur’s folders of the bucket',
      totals.objects,
      'needed by a document',
      totals.objects - of(strayObjects),
    ),
  ]
}

/** What users get of some documents, those that were broken before left out. Throws what a stop is asked for with. */
export async function documentsThroughReadur(
  {
    readur,
    context,
  }: {
    readur: ReadurServer | null
    context: { site: { database: Pick<ReadurDatabase, 'randomDocuments'> }; stop: Pick<StopSignals, 'inOrder'> }
  },
  documents: number,
  wasBroken: (row: DocumentRow) => boolean,
): Promise<Pick<ValidationReport, 'readur' | 'readurSkipped'>> {
  const skip = (readurSkipped: string) => ({ readur: null, readurSkipped })
  if (documents === 0) return skip('It was not asked for.')
  if (readur === null) return skip('Its address is not known.')
  if (!readur.hasToken) return skip('There is no API key to ask with.')
  const signal = context.stop.inOrder
  const report: ThroughReadur = {
    server: readur.label,
    tried: 0,
    same: 0,
    reencoded: 0,
    unknown: 0,
    differs: 0,
    refused: 0,
    trouble: [],
  }
  try {
    await readur.health(signal)
    const { name, isAdmin } = await readur.whoAmI(signal)
    // It answers 404 for documents of other users, which says nothing of them.
    if (!isAdmin) return skip(`“${name}” is not an administrator of Readur and can only open their own documents.`)
    const sound = soundDocuments(context.site.database, documents, wasBroken, signal)
    for await (const answer of throughReadur(readur, sound, signal)) {
      report.tried += 1
      const { document, result } = answer
      if (result === 'unknown hash') report.unknown += 1
      else report[result] += 1
      if (result === 'differs')
        report.trouble.push(`${document.id} ${document.filename}: other bytes than were uploaded`)
      if (answer.result === 'refused')
        report.trouble.push(`${document.id} ${document.filename}: ${answer.error.message}`)
    }
  } catch (cause) {
    signal.throwIfAborted()
    report.refused += 1
    report.trouble.push(asMigrateError(cause).message)
  }
  return { readur: report, readurSkipped: null }
}

/** So often documents are drawn, at most, where many of those that were drawn turn out to be broken. */
const draws = 5

/** As many documents as are asked for, each once; fewer where there are no more, or hardly any sound ones. */
async function* soundDocuments(
  database: Pick<ReadurDatabase, 'randomDocuments'>,
  count: number,
  wasBroken: (row: DocumentRow) => boolean,
  signal: AbortSignal,
): AsyncGenerator<DocumentRow> {
  const drawn = new Set<string>()
  let given = 0
  for (let draw = 0; draw < draws && given < count; draw += 1) {
    const fresh = (await database.randomDocuments(count, signal)).filter(({ id }) => !drawn.has(id))
    if (fresh.length === 0) return
    for (const row of fresh) {
      drawn.add(row.id)
      if (given === count || wasBroken(row)) continue
      given += 1
      yield row
    }
  }
}
