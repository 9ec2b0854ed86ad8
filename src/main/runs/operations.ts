import { runFacts, type FreeKind, type RunKind, type UndoKind } from '../../shared/runKind.ts'
import {
  defaultMigrateOptions,
  type AuditOptions,
  type AuditReport,
  type CheckLevel,
  type Drift,
  type ReUploaded,
  type MigrateOptions,
  type PlanOptions,
  noTotals,
  type PlanTotals,
  type Repairs,
  type RollbackOptions,
  type RunReport,
  type RunSummary,
  type StateCheck,
  type UndoSelection,
  type RetryChoice,
} from '../../shared/run.ts'
import type { AuditRepairs } from '../../shared/auditRepair.ts'
import { auditSite } from '../engine/audit/audit.ts'
import { reUploadMissing } from '../engine/check/reUpload.ts'
import { verifyState } from '../engine/check/verifyState.ts'
import { MigrateError, refuseRun } from '../engine/errors.ts'
import { executeFree, prepareFree } from '../engine/free/free.ts'
import { assertReadyToFree, missingBefore } from '../engine/free/needs.ts'
import { executeReturn, prepareReturn } from '../engine/free/return.ts'
import { importStateFile } from '../engine/import/importStateFile.ts'
import { assertDecided, recordDamage } from '../engine/journal/damage.ts'
import { countCopied, documentIdsOf } from '../engine/journal/items.ts'
import { assertFresh } from '../engine/journal/over.ts'
import type { RunHeader } from '../engine/journal/header.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import { undoesItself } from '../engine/journal/undoing.ts'
import { executeRun, planRun } from '../engine/migrate.ts'
import { preflight } from '../engine/preflight.ts'
import type { OverRun, UndoRequest } from '../engine/prepare.ts'
import { executeRepairs, executeRepairUndo, prepareRepairs, prepareRepairUndo } from '../engine/repair/repair.ts'
import { recoverRun } from '../engine/recover/recover.ts'
import { executeRollback, prepareRollback } from '../engine/rollback/rollback.ts'
import type { RunContext } from '../engine/session.ts'
import { setPace } from '../site.ts'
import { preflightChecks } from './checks/preflightChecks.ts'
import { awaitsCutoverIn, beforeRows, cutoverRequests } from './cutover.ts'
import { assertResumable } from './resuming.ts'
import type { RunFolder } from './runFolder.ts'
import { recordStoredAs, storeAsBegun } from './storing.ts'
import { createOver, createRun, type Workplace } from './workplace.ts'

/**
 * What the command line and the window do with runs: each opens the stores it needs and closes what it opened. A kind of run
 * has a line in `undoPlans` or a function that plans it, and one in `overParent` where it goes back over another run.
 */

/**
 * Plans a migration; how long it takes is estimated at the pace of the workplace. Like every plan: nothing else changes, and
 * the caller closes the store.
 */
export async function planMigration(work: Workplace, options: PlanOptions): Promise<RunStore> {
  const { runs, context } = work
  await checkBefore('plan', work)
  const of = options.of && (await runs.openProven(options.of.runId))
  const delta = options.delta === true ? awaitsCutoverIn(runs, context.site.objects.label) : null
  try {
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
      ...(of && options.of && { documentIds: documentIdsOf(of, options.of, options.part) }),
      ...(options.documentIds && !of && { documentIds: [options.documentIds] }),
      ...(delta && { awaitsCutover: delta.has }),
      rates: (facts) => runs.lastRates(facts.identity),
      readsBack: work.storage.ofConnection.encryption === 'aws:kms',
    })
  } finally {
    of?.close()
    delta?.close()
  }
}

/**
 * Plans again the documents that a run failed at, as a run of its own; with a code, those that failed for this cause alone.
 * `can succeed`: those of causes that trying again can cure.
 * Throws RUN_NOT_STARTABLE where none did.
 */
export async function planRetry(work: Workplace, runId: string, which: RetryChoice | null): Promise<RunStore> {
  const chosen = which === null ? {} : which === 'can succeed' ? { canSucceed: true as const } : { code: which }
  const of = { runId, state: 'failed' as const, ...chosen }
  if (which !== null && work.runs.with(runId, (store) => documentIdsOf(store, of).next().done === true)) {
    refuseRun(
      runId,
      which === 'can succeed'
        ? 'Nothing that failed can simply be tried again.'
        : `Nothing of it failed with ${which}.`,
    )
  }
  return planMigration(work, { of })
}

/** How the undoing of a run is planned, by the kind of run that does it. */
const undoPlans = {
  rollback: prepareRollback,
  return: prepareReturn,
  unrepair: prepareRepairUndo,
} satisfies Partial<Record<RunKind, (context: RunContext, request: UndoRequest) => Promise<RunStore>>>

/**
 * Plans how a run is undone: a migration goes back to the local files, a rollback is migrated again, files that were put
 * aside go back to their place.
 */
export function prepareUndo(
  work: Workplace,
  runId: string,
  selection: UndoSelection,
  options: RollbackOptions,
): Promise<RunStore> {
  return planOver(work, runId, (parent, over) => {
    assertPlanned(parent)
    const planOptions: PlanOptions = isPart(selection) ? { part: selection } : {}
    const kind = undoneBy(parent)
    if (kind === 'migrate') return planMigration(work, { ...planOptions, of: { runId, state: 'restored' } })
    return undoPlans[kind](work.context, { ...over({ kind, planOptions }), selection, options })
  })
}

const isPart = (selection: UndoSelection): boolean => Object.values(selection).some((value) => value !== undefined)

/** Nothing was done by a run without its whole plan; and a record that breaks off knows of a part only. Throws RUN_NOT_STARTABLE. */
function assertPlanned(parent: RunStore): void {
  if (parent.last('planned') !== null) return
  const { kind, id } = parent.header
  refuseRun(
    id,
    kind === 'import' || kind === 'recover'
      ? 'Its record was not finished. Read it again, then roll that back.'
      : 'Its plan was not finished, so it has done nothing that could be undone.',
  )
}

/** The kind of run that takes another one back. Throws RUN_NOT_STARTABLE where none can. */
function undoneBy({ header: { id, kind } }: RunStore): UndoKind {
  const by = runFacts[kind].undoneBy
  if (by !== null) return by
  refuseRun(
    id,
    kind === 'purge'
      ? 'The files it deleted are in S3 only. To have them on the server again, roll back the migration that moved them.'
      : kind === 'return' || kind === 'unrepair'
        ? 'It undid repairs, or put files back. To have that again, repeat the repair or the freeing of space.'
        : `A run of the kind “${kind}” has nothing to roll back.`,
  )
}

/** Plans which local files of a run can go. To carry it out throws FREE_TOO_EARLY while something is missing, unless `anyway`. */
export function prepareFreeing(
  work: Workplace,
  runId: string,
  { kind, anyway }: { kind: FreeKind; anyway: boolean },
): Promise<RunStore> {
  return planOver(work, runId, (_, over) =>
    prepareFree(work.context, { ...over({ kind, planOptions: {} }), kind, anyway }),
  )
}

/** Plans what is put right of what an audit has found. */
export function prepareAuditRepairs(work: Workplace, auditId: string, repairs: AuditRepairs): Promise<RunStore> {
  return planOver(work, auditId, (_, over) =>
    prepareRepairs(work.context, { ...over({ kind: 'repair', planOptions: {} }), repairs }),
  )
}

/** `over`: what every plan over the run begins with. */
async function planOver(
  work: Workplace,
  runId: string,
  plan: (parent: RunStore, over: (about: Pick<RunHeader, 'kind' | 'planOptions'>) => OverRun) => Promise<RunStore>,
): Promise<RunStore> {
  const parent = await work.runs.openProven(runId)
  try {
    return await plan(parent, (about) => ({ parent, createStore: (facts) => createOver(work, facts, parent, about) }))
  } finally {
    parent.close()
  }
}

/** How what remains of a run is carried out that goes back over another one, its parent. */
const overParent: Partial<Record<RunKind, (work: Workplace, store: RunStore, parent: RunStore) => Promise<RunReport>>> =
  {
    rollback: ({ context }, store, parent) =>
      executeRollback(context, store, parent, store.last('rollback-options') ?? { keepObjects: false, force: false }),
    quarantine: freeOver,
    purge: freeOver,
    return: (work, store, parent) =>
      withRun(work, parent.header.parent, (migration) => executeReturn(work.context, store, parent, migration)),
    unrepair: ({ context }, store, parent) => executeRepairUndo(context, store, parent),
  }

async function freeOver({ readurState, context }: Workplace, store: RunStore, migration: RunStore): Promise<RunReport> {
  if (store.last('free-options')?.anyway !== true) {
    assertReadyToFree(migration, await readurState(context.stop.inOrder))
  }
  return executeFree(context, store, migration)
}

/**
 * Carries out what remains of a plan, whatever its kind; a migration with the options that it was begun with. Throws
 * PLAN_STALE where the run has changed that the plan was made over.
 */
export async function carryOut(work: Workplace, store: RunStore, how: CarryOutOptions = {}): Promise<RunReport> {
  const { kind, parent } = store.header
  if (kind === 'migrate') {
    return migrate(work, store, { ...defaultMigrateOptions, ...store.last('started')?.options, ...how.change }, how)
  }
  if (kind === 'repair') {
    assertFreshOver(work.runs, store)
    return executeRepairs(work.context, store)
  }
  return withRun(work, parent, async (over) => {
    assertFresh(store, over)
    const execute = overParent[kind]
    if (!execute) throw new MigrateError('INTERNAL', { message: 'It does not go back over a run.', scope: 'run' })
    const report = await execute(work, store, over)
    const { id, planOptions } = store.header
    const isWhole =
      runFacts[kind].goal === 'restored' && report.status === 'completed' && Object.keys(planOptions).length === 0
    if (isWhole) over.append([{ step: 'undone', data: { by: id } }])
    return report
  })
}

/** Of a migration. */
interface CarryOutOptions {
  /** Options that differ from those that it was begun with. */
  change?: Partial<MigrateOptions>
  /** Rows are switched although Readur is not known to use the bucket. Throws READUR_ELSEWHERE without. */
  isDecided?: boolean
  /** At least so many files at once. */
  atLeast?: number
}

export async function migrate(
  work: Workplace,
  store: RunStore,
  options: MigrateOptions,
  { isDecided = true, atLeast = 1 }: Omit<CarryOutOptions, 'change'> = {},
): Promise<RunReport> {
  const { context, pace, states, runs } = work
  const { parallelUploads, bytesPerSecond } = options
  setPace(pace, { parallelUploads: Math.max(parallelUploads, atLeast), bytesPerSecond })
  assertFreshOver(runs, store)
  storeAsBegun(work, store)
  await checkBefore('copying', work, options)
  // Where Readur is tried, nothing is switched before it has proved itself.
  const isTried = options.canary && context.readur !== null
  if (!options.copyOnly && !isTried && !undoesItself(store)) await beforeRows(work, store, isDecided)
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
export async function resumeRun(work: Workplace, runId: string, how: CarryOutOptions = {}): Promise<RunReport> {
  const { runs, context } = work
  const store = await runs.openToWork(runId)
  try {
    assertDecided(store)
    assertResumable(runs, store)
    recordDamage(store, context.progress)
    context.progress.planned(totalsOf(store))
    return await carryOut(work, store, how)
  } finally {
    store.close()
  }
}

/** Claimed, so that a session of it that only sleeps cannot go on while it is gone back over. */
async function withRun<T>({ runs }: Workplace, runId: string | null, use: (run: RunStore) => Promise<T>): Promise<T> {
  const run = await runs.openToWork(runId ?? '')
  try {
    return await use(run)
  } finally {
    run.close()
  }
}

/** A run with rows that can be switched. Throws RUN_NOT_STARTABLE for any other. */
export function awaitingCutover({ runs }: Pick<Workplace, 'runs'>, runId: string): RunSummary {
  const summary = runs.summary(runId)
  const { kind, status } = summary
  const waiting = kind === 'migrate' && status !== 'running' ? runs.with(runId, countCopied) : 0
  if (waiting > 0 || (kind === 'migrate' && status === 'interrupted')) return summary
  refuseRun(
    runId,
    `It is “${status}”. Only a run that made copies and has not switched the database to them can be switched.`,
  )
}

/** All copies are verified: points the rows at them. Throws RUN_NOT_STARTABLE for a run that has nothing to switch. */
export async function cutOver(
  work: Workplace,
  runId: string,
  { change, isDecided }: Pick<CarryOutOptions, 'change' | 'isDecided'> = {},
): Promise<RunReport> {
  awaitingCutover(work, runId)
  return resumeRun(work, runId, {
    change: { canary: true, ...change, copyOnly: false },
    ...(isDecided !== undefined && { isDecided }),
    atLeast: cutoverRequests,
  })
}

/** What is missing before local files of a run may go: Readur on the bucket, and a validation. Empty when nothing is. */
export async function missingBeforeFreeing(work: Workplace, runId: string): Promise<string[]> {
  const state = await work.readurState(work.context.stop.inOrder)
  return work.runs.with(runId, (migration) => missingBefore(migration, state))
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
  refuseRun(id, `A run of the kind “${kind}” has moved no documents. Name the migration itself.`)
}

export async function repair(
  work: Workplace,
  runId: string,
  repairs: Repairs,
): Promise<ReUploaded & { report: RunReport }> {
  const store = await work.runs.openToWork(runId)
  try {
    assertMovesDocuments(store)
    storeAsBegun(work, store)
    return await reUploadMissing(work.context, store, repairs)
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
export const totalsOf = (store: RunStore): PlanTotals => store.last('planned')?.totals ?? { ...noTotals }
