import { hostname } from 'node:os'
import { z } from 'zod'
import { repairOf, type RepairKind, type RepairShare } from '../../../shared/auditRepair.ts'
import {
  itemKinds,
  type AuditOptions,
  type AuditReport,
  type AuditTotals,
  type RunStatus,
} from '../../../shared/run.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { asMigrateError, errorData, MigrateError } from '../errors.ts'
import { errorCodeSchema } from '../journal/errorCode.ts'
import { countItems } from '../journal/items.ts'
import { problemGroups } from '../journal/problems.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import type { DatabaseFacts } from '../ports.ts'
import { quarantine } from '../keys/keyShapes.ts'
import type { RunContext } from '../session.ts'
import { auditRows, type AuditDeps } from './auditRows.ts'
import { Discrepancies } from './discrepancies.ts'
import { AuditLists } from './lists.ts'
import { readLists } from './readLists.ts'
import { auditFiles, type Kept } from './strayFiles.ts'
import { auditObjects } from './strayObjects.ts'
import { UnmatchedFiles } from './unmatchedFiles.ts'

/** Objects and files looked at side by side. */
const parallel = 16

interface AuditRequest {
  options: AuditOptions
  /** Makes the audit's store, once the checks have passed. */
  createStore: (facts: DatabaseFacts) => RunStore
}

/**
 * Compares all rows, files and objects with one another and writes what it finds into a run of its own; changes nothing
 * else. Memory does not grow with their number. Throws when something that it needs is missing; the caller closes the
 * store.
 */
export async function auditSite(
  { site, progress, clock, stop }: Omit<RunContext, 'limit'>,
  { options, createStore }: AuditRequest,
): Promise<{ store: RunStore; report: AuditReport }> {
  const signal = stop.inOrder
  progress.phase('check')
  const facts = await site.database.facts(signal)
  if (facts.missing.length > 0) {
    const message = `“${facts.label}” has no ${facts.missing.join(', ')}.`
    throw new MigrateError('DB_NOT_READUR', { message, subject: facts.label })
  }
  await site.uploads.check()
  await site.objects.check(signal)

  const store = createStore(facts)
  const lists = new AuditLists(store)
  const startedAt = clock.now()
  const begun = { pid: process.pid, host: hostname(), options: null }
  store.append([
    { step: 'started', data: begun },
    { step: 'audit-options', data: options },
  ])
  const discrepancies = new Discrepancies(store, progress)
  let status: RunStatus
  try {
    progress.phase('list')
    const unreadable = await readLists({ site, lists, progress, signal })
    for (const { path, reason } of unreadable) {
      const stray = { path, size: 0, mtimeMs: 0 }
      discrepancies.file(stray, 'FILE_UNSEEN', `It could not be looked at: ${reason}.`, true)
    }
    progress.phase('verify')
    const reading = { site, discrepancies, progress, signal }
    const unmatched = new UnmatchedFiles(lists, reading)
    const databaseIdentity = facts.identity
    const deps: AuditDeps = { ...reading, lists, unmatched, databaseIdentity, level: options.level, parallel }
    await auditRows(deps)
    const strays = { ...deps, settledBefore: startedAt - options.settleMs }
    const kept = await auditFiles(strays)
    await auditObjects(strays)
    discrepancies.flush()
    seal(store, totalsOf(lists, kept, discrepancies.read))
    status = discrepancies.found > 0 ? 'completed with failures' : 'completed'
  } catch (cause) {
    const error = asMigrateError(signal.aborted ? signal.reason : cause)
    progress.failed(errorData(error))
    store.append([{ step: 'error', code: error.code, data: errorData(error) }])
    status = 'interrupted'
  } finally {
    lists.close()
  }
  progress.phase('finish')
  const finishedAt = clock.now()
  const seconds = Math.round((finishedAt - startedAt) / 100) / 10
  store.append([{ step: 'finished', data: { status, ...countItems(store), seconds, finishedAt } }])
  return { store, report: auditReportOf(store) }
}

function totalsOf(lists: AuditLists, kept: Kept, read: number): AuditTotals {
  return {
    ...kept,
    quarantined: lists.number(`SELECT count(*) FROM file WHERE path GLOB '${quarantine}/*'`),
    read,
    documents: lists.number(`SELECT count(*) FROM record WHERE kind = 'document'`),
    images: lists.number(`SELECT count(*) FROM record WHERE kind <> 'document'`),
    onS3: lists.number('SELECT count(*) FROM record WHERE key IS NOT NULL'),
    files: lists.number('SELECT count(*) FROM file'),
    fileBytes: lists.number('SELECT coalesce(sum(size), 0) FROM file'),
    objects: lists.number('SELECT count(*) FROM object'),
    objectBytes: lists.number('SELECT coalesce(sum(size), 0) FROM object'),
  }
}

function seal(store: RunStore, totals: AuditTotals): void {
  const { counts } = countItems(store)
  const planned = {
    documents: totals.documents,
    items: counts.planned,
    move: 0,
    skip: counts.skipped,
    blocked: counts.failed,
    bytes: 0,
  }
  store.append([{ step: 'audited', data: totals }])
  store.sealPlan(planned, estimateRun(planned, { parallelUploads: 1 }))
}

const nothing: AuditTotals = {
  documents: 0,
  images: 0,
  onS3: 0,
  files: 0,
  fileBytes: 0,
  objects: 0,
  objectBytes: 0,
  aside: 0,
  quarantined: 0,
  leftBehind: 0,
  read: 0,
}

/** What an audit has found, read back from its run. Throws RUN_NOT_FOUND for a run of another kind. */
export function auditReportOf(store: RunStore): AuditReport {
  const { id: subject, kind } = store.header
  if (kind !== 'audit') throw new MigrateError('RUN_NOT_FOUND', { message: 'That run isn’t an audit.', subject })
  const finished = store.ending()
  const { counts } = countItems(store)
  return {
    runId: store.header.id,
    status: finished?.status ?? 'interrupted',
    level: store.last('audit-options')?.level ?? 'exists',
    seconds: finished?.seconds ?? 0,
    totals: store.last('audited') ?? nothing,
    discrepancies: counts.failed,
    notes: counts.skipped,
    // Notes are notes here, not what was left out.
    groups: problemGroups(store).map((group) => (group.kind === 'skipped' ? { ...group, kind: 'note' } : group)),
    ...repairsFor(store),
  }
}

const foundRow = z.object({ code: errorCodeSchema, kind: z.enum(itemKinds), items: z.number(), bytes: z.number() })

/** How much of what an audit has found each repair is for. */
function repairsFor({ query }: RunStore): Pick<AuditReport, 'repairs' | 'repairable'> {
  const rows = query.rows(
    foundRow,
    'SELECT code, kind, count(*) AS items, sum(size) AS bytes FROM item WHERE code IS NOT NULL GROUP BY code, kind',
  )
  const shareOf = (repair: RepairKind): RepairShare => {
    const mine = rows.filter((one) => repairOf(one) === repair)
    return {
      items: mine.reduce((sum, { items }) => sum + items, 0),
      bytes: mine.reduce((sum, { bytes }) => sum + bytes, 0),
    }
  }
  const repairable: Partial<Record<ErrorCode, number>> = {}
  for (const row of rows) {
    repairable[row.code] = (repairable[row.code] ?? 0) + (repairOf(row) === null ? 0 : row.items)
  }
  return {
    repairable,
    repairs: {
      fixPaths: shareOf('fixPaths'),
      quarantineFiles: shareOf('quarantineFiles'),
      removeObjects: shareOf('removeObjects'),
      unmarkedObjects: shareOf('unmarkedObjects'),
      removeRows: shareOf('removeRows'),
    },
  }
}
