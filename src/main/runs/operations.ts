import { runFacts, type FreeKind, type RunKind } from '../../shared/runKind.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import {
  defaultMigrateOptions,
  type AuditOptions,
  type AuditRepairs,
  type AuditReport,
  type CheckLevel,
  type Drift,
  type Mended,
  type MigrateOptions,
  type PlanOptions,
  type PlanTotals,
  type Repairs,
  type RollbackOptions,
  type RollbackPreview,
  type RunReport,
  type RunSummary,
  type StateCheck,
} from '../../shared/run.ts'
import { auditSite } from '../engine/audit/audit.ts'
import { repairRun } from '../engine/check/repair.ts'
import { verifyState } from '../engine/check/verifyState.ts'
import { MigrateError } from '../engine/errors.ts'
import { executeFree, prepareFree } from '../engine/free/free.ts'
import { assertReadyToFree, missingBefore } from '../engine/free/needs.ts'
import { executeReturn, planReturn } from '../engine/free/return.ts'
import { importStateFile } from '../engine/import/importStateFile.ts'
import { assertDecided, recordDamage } from '../engine/journal/damage.ts'
import { countCopied, documentIdsOf } from '../engine/journal/items.ts'
import { assertFresh } from '../engine/journal/over.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { undoesItself } from '../engine/journal/undoing.ts'
import { executeRun, planRun } from '../engine/migrate.ts'
import { preflight } from '../engine/preflight.ts'
import { executeRepairs, executeRepairUndo, planRepairUndo, prepareRepairs } from '../engine/repair/repair.ts'
import { recoverRun } from '../engine/recover/recover.ts'
import type { RollbackSelection } from '../engine/rollback/planRollback.ts'
import { executeRollback, prepareRollback } from '../engine/rollback/rollback.ts'
import { beforeRows } from './beforeRows.ts'
import { preflightChecks } from './preflight.ts'
import { awaitsCutoverIn } from './cutover.ts'
import { assertResumable } from './resuming.ts'
import type { RunFolder } from './runFolder.ts'
import { recordStoredAs, storeAsBegun } from './storing.ts'
import { createOver, createRun, type Workplace } from './workplace.ts'

/** What the command line and the window do with runs: each opens the stores it needs and closes what it opened. */

/** Plans a migration. The caller closes the store. */
export async function planMigration(
  work: Workplace,
  options: PlanOptions,
  parallelUploads: number,
): Promise<{ store: RunStore; totals: PlanTotals }> {
  const { runs, context } = work
  await checkBefore('plan', work)
  const of = options.of && (await runs.openProven(options.of.runId))
  const delta = options.delta === true ? awaitsCutoverIn(runs, context.site.objects.label) : null
  try {
    const ids = options.documentIds
    return await planRun(context, {
      options,
      createStore: (facts) => {
        delta?.keepOnly(facts.identity)
        const store = of
          ? createOver(work, facts, of, { kind: 'migrate', planOptions: options })
          : createRun(work, facts, { kind: 'migrate', parent: null, planOptions: options })
        recordStoredAs(work, store)
        return store
      },
      ...(of && options.of && { documentIds: among(documentIdsOf(of, options.of), ids) }),
      ...(ids && !of && { documentIds: [ids] }),
      ...(delta && { awaitsCutover: delta.has }),
      rates: (facts) => runs.lastRates(facts.identity),
      readsBack: work.storage.ofConnection.encryption === 'aws:kms',
      parallelUploads,
    })
  } finally {
    of?.close()
    delta?.close()
  }
}

/**
 * Plans anew the documents that a run failed at, as a run of its own; with a code, those that failed for this cause alone.
 * Throws RUN_NOT_STARTABLE where none did. The caller closes the store.
 */
export async function planRetry(
  work: Workplace,
  runId: string,
  code: ErrorCode | null,
  parallelUploads: number,
): ReturnType<typeof planMigration> {
  const of = { runId, state: 'failed' as const, ...(code !== null && { code }) }
  if (code !== null && work.runs.with(runId, (store) => documentIdsOf(store, of).next().done === true)) {
    const message = `Nothing of it failed with ${code}.`
    throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: runId })
  }
  return planMigration(work, { of }, parallelUploads)
}

/** Those of the pages that are wanted; all where nothing is said. */
function* among(pages: Iterable<string[]>, wanted: readonly string[] | undefined): Generator<string[]> {
  const ids = wanted && new Set(wanted)
  for (const page of pages) yield ids ? page.filter((id) => ids.has(id)) : page
}

/** `isDecided`: rows are switched although Readur is not known to use the bucket. Throws READUR_ELSEWHERE without. */
export async function migrate(
  work: Workplace,
  store: RunStore,
  options: MigrateOptions,
  isDecided = true,
): Promise<RunReport> {
  const { context, pace, states, runs } = work
  assertFreshOver(runs, store)
  storeAsBegun(work, store)
  await checkBefore('copying', work, options)
  // Where Readur is tried, nothing is switched before it has proved itself.
  const isTried = options.canary && context.readur !== null
  if (!options.copyOnly && !isTried && !undoesItself(store)) await beforeRows(work, store, isDecided)
  pace.bandwidth.bytesPerSecond = options.bytesPerSecond
  const report = await executeRun(context, store, options, states)
  const refusal = store.trouble()
  // What Readur did goes before what its settings say and what its user has confirmed.
  if (refusal?.code === 'CANARY_FAILED') {
    work.noteReadur?.({ at: 'unknown', why: refusal.message, canConfirm: false })
  }
  return report
}

/** Of a run that only its plan was made over: nobody works on that one because of it. Throws PLAN_STALE. */
function assertFreshOver(runs: RunFolder, store: RunStore): void {
  const { parent } = store.header
  if (parent !== null && runs.has(parent)) runs.with(parent, (over) => assertFresh(store, over))
}

function repairOver({ runs, context }: Workplace, store: RunStore): Promise<RunReport> {
  assertFreshOver(runs, store)
  return executeRepairs(context, store)
}

async function checkBefore(
  what: 'plan' | 'copying',
  { doctor, context }: Workplace,
  options: Partial<Pick<MigrateOptions, 'multipartThreshold'>> = {},
): Promise<void> {
  const { progress, stop } = context
  progress.phase('check')
  const { multipartThreshold } = options
  if (doctor) await preflightChecks({ ...doctor, multipartThreshold }, what, progress, stop.inOrder)
}

/** Goes on with a run where it ended, whatever its kind. Throws RUN_NOT_STARTABLE when nothing remains. */
export async function resumeRun(
  work: Workplace,
  runId: string,
  change: Partial<MigrateOptions> = {},
  isDecided = true,
): Promise<RunReport> {
  const { runs, context } = work
  const store = await runs.openToWork(runId)
  try {
    const { kind, parent } = store.header
    assertDecided(store)
    assertResumable(runs, store)
    recordDamage(store, context.progress)
    if (kind === 'migrate') {
      const options = { ...defaultMigrateOptions, ...store.last('started')?.options, ...change }
      context.progress.planned(totalsOf(store))
      return await migrate(work, store, options, isDecided)
    }
    context.progress.planned(totalsOf(store))
    if (kind === 'repair') return await repairOver(work, store)
    return await withParent(work, parent, (over) => goBackOver(work, store, over))
  } finally {
    store.close()
  }
}

/** Carries out a rollback, a freeing of space or its reversal over the run that it is about, and tells that run. */
async function goBackOver(work: Workplace, store: RunStore, parent: RunStore): Promise<RunReport> {
  assertFresh(store, parent)
  const report = await carryOutOver(work, store, parent)
  const { kind, id, planOptions } = store.header
  const isWhole =
    runFacts[kind].goal === 'restored' && report.status === 'completed' && Object.keys(planOptions).length === 0
  if (isWhole) parent.append([{ step: 'undone', data: { by: id } }])
  return report
}

async function carryOutOver(work: Workplace, store: RunStore, parent: RunStore): Promise<RunReport> {
  const { context } = work
  switch (store.header.kind) {
    case 'quarantine':
    case 'purge':
      if (store.last('free-options')?.anyway !== true) await assertReady(work, parent)
      return executeFree(context, store, parent)
    case 'return':
      return withParent(work, parent.header.parent, (migration) => executeReturn(context, store, parent, migration))
    case 'unrepair':
      return executeRepairUndo(context, store, parent)
    case 'rollback': {
      const options = store.last('rollback-options') ?? { keepObjects: false, force: false }
      return executeRollback(context, store, parent, options)
    }
    case 'migrate':
    case 'import':
    case 'recover':
    case 'audit':
    case 'repair':
      throw new MigrateError('INTERNAL', { message: 'It does not go back over a run.', scope: 'run' })
  }
}

async function withParent<T>(
  { runs }: Workplace,
  parentId: string | null,
  use: (parent: RunStore) => Promise<T>,
): Promise<T> {
  // Claimed, so that a session of it that only sleeps cannot go on while it is gone back over.
  const parent = await runs.openToWork(parentId ?? '')
  try {
    return await use(parent)
  } finally {
    parent.close()
  }
}

/** A run with rows that can be switched. Throws RUN_NOT_STARTABLE for any other. */
export function awaitingCutover({ runs }: Pick<Workplace, 'runs'>, runId: string): RunSummary {
  const summary = runs.summary(runId)
  const { kind, status } = summary
  const waiting = kind === 'migrate' && status !== 'running' ? runs.with(runId, countCopied) : 0
  if (waiting > 0 || (kind === 'migrate' && status === 'interrupted')) return summary
  const message = `It is “${status}”. Only a run that has copied and not switched its rows can be cut over.`
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: runId })
}

/** All copies are verified: points the rows at them. Throws RUN_NOT_STARTABLE for a run that has nothing to switch. */
export async function cutOver(
  work: Workplace,
  runId: string,
  change: Partial<MigrateOptions>,
  isDecided = true,
): Promise<RunReport> {
  awaitingCutover(work, runId)
  return resumeRun(work, runId, { canary: true, ...change, copyOnly: false }, isDecided)
}

/** What a rollback would do, in a run that is planned and not started. */
export interface PreparedRollback {
  /** Null when undoing means to migrate again, or to put files back. */
  preview: RollbackPreview | null
  totals: PlanTotals
  store: RunStore
  execute: () => Promise<RunReport>
}

/**
 * Plans how a run is undone: a migration goes back to the local files, a rollback is migrated again, files that were put
 * aside go back to their place. Call `execute` after the user has seen it, then close the store.
 */
export async function prepareUndo(
  work: Workplace,
  runId: string,
  selection: RollbackSelection,
  options: RollbackOptions,
): Promise<PreparedRollback> {
  const { runs, context } = work
  const parent = await runs.openProven(runId)
  try {
    assertPlanned(parent)
    const planOptions: PlanOptions = {
      ...(selection.userId !== undefined && { userId: selection.userId }),
      ...(selection.documentIds !== undefined && { documentIds: [...selection.documentIds] }),
    }
    const kind = undoneBy(parent)
    if (kind === 'migrate') {
      const { store, totals } = await planMigration(
        work,
        { ...planOptions, of: { runId, state: 'restored' } },
        defaultMigrateOptions.parallelUploads,
      )
      return { preview: null, totals, store, execute: () => migrate(work, store, defaultMigrateOptions) }
    }
    const create = (facts: Parameters<typeof createRun>[1]): RunStore =>
      createOver(work, facts, parent, { kind, planOptions })
    if (kind === 'return') {
      const store = create(await preflight({ ...context.site, progress: context.progress }, context.stop.inOrder))
      const totals = await planReturn(store, parent, context.site.uploads, selection)
      return { preview: null, totals, store, execute: () => undo(work, store) }
    }
    if (kind === 'unrepair') {
      const store = create(await preflight({ ...context.site, progress: context.progress }, context.stop.inOrder))
      return {
        preview: null,
        totals: planRepairUndo(store, parent, selection),
        store,
        execute: () => undo(work, store),
      }
    }
    const createStore = (facts: Parameters<typeof createRun>[1]): RunStore => {
      const store = create(facts)
      store.append([{ step: 'rollback-options', data: options }])
      return store
    }
    const { store, preview } = await prepareRollback(context, { parent, selection, options, createStore })
    return { preview, totals: totalsOf(store), store, execute: () => undo(work, store) }
  } finally {
    parent.close()
  }
}

/** Nothing was done by a run without its whole plan; and a record that breaks off knows of a part only. Throws RUN_NOT_STARTABLE. */
function assertPlanned(parent: RunStore): void {
  if (parent.last('planned') !== null) return
  const { kind, id } = parent.header
  const message =
    kind === 'import' || kind === 'recover'
      ? 'Its record was not finished. Read it again, then roll that back.'
      : 'Its plan was not finished, so it has done nothing that could be undone.'
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: id })
}

/** The kind of run that takes another one back. Throws RUN_NOT_STARTABLE where none can. */
function undoneBy({ header: { id, kind } }: RunStore): RunKind {
  const by = runFacts[kind].undoneBy
  if (by !== null) return by
  const message =
    kind === 'purge'
      ? 'The files it deleted are in S3 only. To have them on the server again, roll back the migration that moved them.'
      : kind === 'return' || kind === 'unrepair'
        ? 'It undid repairs, or put files back. To have that again, repeat the repair or the freeing of space.'
        : `A run of the kind “${kind}” has nothing to roll back.`
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: id })
}

const undo = (work: Workplace, store: RunStore): Promise<RunReport> =>
  withParent(work, store.header.parent, (parent) => goBackOver(work, store, parent))

const assertReady = async ({ readurState, context }: Workplace, migration: RunStore): Promise<void> =>
  assertReadyToFree(migration, await readurState(context.stop.inOrder))

/** What is missing before local files of a run may go: Readur on the bucket, and a validation. Empty when nothing is. */
export async function missingBeforeFreeing(work: Workplace, runId: string): Promise<string[]> {
  const state = await work.readurState(work.context.stop.inOrder)
  return work.runs.with(runId, (migration) => missingBefore(migration, state))
}

/**
 * Plans which local files of a run can go. Call `execute` after the user has seen it, then close the store: it throws
 * FREE_TOO_EARLY while something is missing, unless it is to be done anyway.
 */
export async function prepareFreeing(
  work: Workplace,
  runId: string,
  { kind, anyway }: { kind: FreeKind; anyway: boolean },
): Promise<{ totals: PlanTotals; store: RunStore; execute: () => Promise<RunReport> }> {
  const parent = await work.runs.openProven(runId)
  try {
    const { store, totals } = await prepareFree(work.context, {
      parent,
      kind,
      anyway,
      createStore: (facts) => createOver(work, facts, parent, { kind, planOptions: {} }),
    })
    return { totals, store, execute: () => undo(work, store) }
  } finally {
    parent.close()
  }
}

/** Compares a run with rows, bucket and disk; changes nothing. Throws RUN_NOT_STARTABLE for one that has moved nothing. */
export async function checkRun(
  { runs, context }: Workplace,
  runId: string,
  options: { level: CheckLevel; sample?: number | undefined },
  onDrift?: (drift: Drift) => void,
): Promise<StateCheck> {
  const { site, progress, clock, stop } = context
  progress.phase('verify')
  const store = await runs.openProven(runId)
  try {
    assertMovesDocuments(store)
    return await verifyState({ ...site, store, progress, clock, signal: stop.inOrder }, options, onDrift)
  } finally {
    store.close()
  }
}

/** What is put right of a comparison is put right of a migration, or of the record of one. */
function assertMovesDocuments({ header: { kind, id } }: RunStore): void {
  if (['migrate', 'import', 'recover'].includes(kind)) return
  const message = `A run of the kind “${kind}” has moved no documents. Name the migration itself.`
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: id })
}

export async function repair(
  work: Workplace,
  runId: string,
  repairs: Repairs,
): Promise<Mended & { report: RunReport }> {
  const store = await work.runs.openToWork(runId)
  try {
    assertMovesDocuments(store)
    storeAsBegun(work, store)
    return await repairRun(work.context, store, repairs)
  } finally {
    store.close()
  }
}

/** What is younger than an hour may be an upload that is being entered. */
export const settleMs = 60 * 60_000

/** Compares all rows, files and objects; what it finds is kept as a run. */
export async function audit(work: Workplace, options: AuditOptions): Promise<AuditReport> {
  const { store, report } = await auditSite(work.context, {
    options,
    createStore: (facts) => createRun(work, facts, { kind: 'audit', parent: null, planOptions: {} }),
  })
  store.close()
  return report
}

/** Plans what is put right of what an audit has found. Call `execute` after the user has seen it, then close the store. */
export async function prepareAuditRepairs(
  work: Workplace,
  auditId: string,
  repairs: AuditRepairs,
): Promise<{ totals: PlanTotals; store: RunStore; execute: () => Promise<RunReport> }> {
  const found = await work.runs.openProven(auditId)
  try {
    const { store, totals } = await prepareRepairs(work.context, {
      audit: found,
      repairs,
      createStore: (facts) => createOver(work, facts, found, { kind: 'repair', planOptions: {} }),
    })
    return { totals, store, execute: () => repairOver(work, store) }
  } finally {
    found.close()
  }
}

/** Makes a run of a state file, or of what rows and bucket show. Returns its report; nothing but our record is written. */
export async function importRun(work: Workplace, path: string): Promise<RunReport> {
  return record(work, 'import', {}, (deps) => importStateFile(deps, path))
}

export async function recover(work: Workplace, filter: { userId?: string | undefined }): Promise<RunReport> {
  return record(work, 'recover', filter, (deps) => recoverRun(deps, filter))
}

async function record(
  work: Workplace,
  kind: 'import' | 'recover',
  planOptions: PlanOptions,
  write: (deps: Parameters<typeof recoverRun>[0]) => Promise<RunReport>,
): Promise<RunReport> {
  const { site, progress, stop, clock } = work.context
  progress.phase('check')
  const facts = await preflight({ ...site, progress }, stop.inOrder)
  progress.phase('plan')
  const store = createRun(work, facts, { kind, parent: null, planOptions })
  try {
    return await write({ site, store, progress, clock, signal: stop.inOrder })
  } finally {
    store.close()
  }
}

/** The totals of a sealed plan. */
export const totalsOf = (store: RunStore): PlanTotals =>
  store.last('planned')?.totals ?? { documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 }
