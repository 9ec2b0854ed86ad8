import { hostname } from 'node:os'
import type { MigrateOptions, PlanOptions, PlanTotals, RunReport, RunStatus } from '../../shared/run.ts'
import { Committer } from './commit/committer.ts'
import { asMigrateError, errorData, MigrateError } from './errors.ts'
import { countItems } from './journal/items.ts'
import { JournalBuffer } from './journal/journalBuffer.ts'
import { problemGroups, runProblem } from './journal/problems.ts'
import type { RunStore } from './journal/runStore.ts'
import { exportStateFile } from './journal/stateFile.ts'
import { estimate, type Rates } from './plan/estimate.ts'
import type { PathPrefix } from './plan/paths.ts'
import { makePlan } from './plan/plan.ts'
import type { Clock, DatabaseFacts, ObjectStore, ReadurDatabase, RunLock, UploadsFolder } from './ports.ts'
import { preflight } from './preflight.ts'
import type { Progress } from './progress.ts'
import { rollBack, type RollbackDeps } from './rollback/rollback.ts'
import type { StopSignals } from './stop.ts'
import type { AdaptiveLimit } from './transfer/concurrency.ts'
import { transferItems } from './transfer/transfer.ts'

/** The world as one profile sees it. */
export interface Site {
  database: ReadurDatabase
  uploads: UploadsFolder
  objects: ObjectStore
  prefixes: readonly PathPrefix[]
}

export interface RunContext {
  site: Site
  progress: Progress
  stop: StopSignals
  clock: Clock
  /** Lowered when the store asks for fewer requests; the retry wrapper around `objects` holds it too. */
  limit: AdaptiveLimit
}

/**
 * Checks the site and writes the plan into a new run store. Neither rows nor bucket change. Throws when something that
 * every run needs is missing.
 */
export async function planRun(
  context: Omit<RunContext, 'clock' | 'limit'>,
  createStore: (facts: DatabaseFacts) => RunStore,
  options: PlanOptions,
  rates: (facts: DatabaseFacts) => Rates | null,
  parallelUploads: number,
): Promise<{ store: RunStore; totals: PlanTotals }> {
  const { site, progress, stop } = context
  progress.phase('check')
  // Nothing is begun yet that would have to be finished in order.
  const facts = await preflight({ ...site, progress }, stop.inOrder)

  progress.phase('plan')
  const store = createStore(facts)
  try {
    const totals = await makePlan(
      { ...site, store, progress, estimate: (totals) => estimate(totals, parallelUploads, rates(facts)) },
      options,
      stop.inOrder,
    )
    return { store, totals }
  } catch (error) {
    try {
      store.append([{ step: 'error', code: asMigrateError(error).code, data: errorData(error) }])
    } catch {
      // A full disk is what ended the plan: the error that says so is thrown below.
    }
    store.close()
    throw error
  }
}

/**
 * Carries out the plan of a run: copy, verify, commit; roll back on failure where that was asked for. Always leaves rows
 * pointing at whole data, and a report that says so item by item. Throws only when nothing was started.
 */
export async function executeRun(
  context: RunContext,
  store: RunStore,
  options: MigrateOptions,
  stateFolder: string,
): Promise<RunReport> {
  const { site, progress, clock, stop } = context
  progress.phase('check')
  const facts = await preflight({ ...site, progress }, stop.now)
  assertSamePlace(store, facts, site)
  const lock = await site.database.lock(stop.now)
  try {
    const startedAt = clock.now()
    store.append([{ step: 'started', data: { pid: process.pid, host: hostname(), options } }])
    const status = await carryOut(context, store, options, lock)
    progress.phase('finish')
    return await finish(context, store, status, startedAt, stateFolder)
  } finally {
    await lock.release()
  }
}

/** A plan holds for the place that it was made for, and settings may have changed since. Throws RUN_NOT_STARTABLE. */
function assertSamePlace({ header }: RunStore, facts: DatabaseFacts, { objects, uploads }: Site): void {
  const places: [what: string, planned: string, now: string][] = [
    ['database', header.databaseIdentity, facts.identity],
    ['bucket', header.store, objects.label],
    ['uploads folder', header.uploads, uploads.label],
  ]
  const other = places.find(([, planned, now]) => planned !== now)
  if (!other) return
  const [what, planned, now] = other
  const message = `The plan was made for another ${what}: “${planned}”, not “${now}”.`
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: header.id, scope: 'run' })
}

/** Writes down how the run ended. A disk that is full by now takes nothing from what was done, and the report says so. */
async function finish(
  { progress, clock }: RunContext,
  store: RunStore,
  status: RunStatus,
  startedAt: number,
  stateFolder: string,
): Promise<RunReport> {
  const finishedAt = clock.now()
  const seconds = Math.round((finishedAt - startedAt) / 100) / 10
  try {
    store.append([{ step: 'finished', data: { status, ...countItems(store), seconds, finishedAt } }])
    await exportStateFile(store, stateFolder)
    return reportOf(store)
  } catch (cause) {
    const error = errorData(cause)
    progress.failed(error)
    progress.log('error', `The end of the run could not be written down: ${error.message}`)
    const report = reportOf(store)
    return { ...report, problems: [runProblem(error), ...report.problems] }
  }
}

/** The steps between the first intent and the last outcome. */
async function carryOut(
  context: RunContext,
  store: RunStore,
  options: MigrateOptions,
  lock: RunLock,
): Promise<RunStatus> {
  const { site, progress, stop, limit } = context
  const journal = new JournalBuffer(store)
  const failure = new AbortController()
  const broken = new AbortController()
  const onFailed = (): void => {
    if (options.enableRollback) failure.abort()
  }
  const common = { ...site, store, journal, progress, options, onFailed, lock }
  const committer = new Committer({
    ...common,
    batchSize: options.batchSize,
    signal: stop.now,
    onBroken: () => broken.abort(),
  })

  progress.phase('copy')
  let ending: MigrateError | null = null
  try {
    const inOrder = AbortSignal.any([stop.inOrder, failure.signal, broken.signal])
    await transferItems({
      ...common,
      limit,
      stop: { now: stop.now, inOrder },
      onVerified: (item) => committer.add(item),
    })
    if (!failure.signal.aborted) await committer.flush()
  } catch (cause) {
    ending = asMigrateError(stop.now.aborted ? stop.now.reason : cause)
    // What is verified already still gets its row, unless everything is to end at once or committing is what failed.
    if (!stop.now.aborted && !failure.signal.aborted) await committer.flush().catch(() => undefined)
  }
  await committer.close()
  if (ending) recordError(store, journal, progress, ending)
  else journal.writeNow()

  // A user who stops the run keeps what was done, and can decide later.
  if (failure.signal.aborted && !stop.inOrder.aborted && !broken.signal.aborted) {
    return await undo({ ...common, signal: stop.now })
  }
  const { counts } = countItems(store)
  if (ending || failure.signal.aborted || counts.remaining > 0) return 'interrupted'
  return counts.failed > 0 ? 'completed with failures' : 'completed'
}

async function undo(deps: RollbackDeps): Promise<RunStatus> {
  deps.progress.phase('rollback')
  try {
    const left = await rollBack(deps)
    deps.journal.writeNow()
    return left === 0 ? 'rolled back' : 'rollback incomplete'
  } catch (cause) {
    recordError(deps.store, deps.journal, deps.progress, cause)
    return 'rollback incomplete'
  }
}

/** Into the journal, unless the journal itself is what failed. */
function recordError(
  store: Pick<RunStore, 'header'>,
  journal: JournalBuffer,
  progress: Progress,
  cause: unknown,
): void {
  const error = errorData(cause)
  progress.failed(error)
  try {
    journal.writeNow({ step: 'error', code: error.code, data: error })
  } catch (unwritten) {
    progress.log('error', `“${store.header.id}” could not be written to: ${asMigrateError(unwritten).message}`)
  }
}

/** What a run did, read back from its store. */
export function reportOf(store: RunStore): RunReport {
  const planned = store.last('planned')
  const finished = store.last('finished')
  const { counts, bytes } = finished ?? countItems(store)
  return {
    runId: store.header.id,
    status: finished?.status ?? (store.last('started') ? 'interrupted' : 'planned'),
    stateFile: store.last('exported')?.path ?? null,
    documents: planned?.totals.documents ?? 0,
    ...counts,
    bytes,
    seconds: finished?.seconds ?? 0,
    estimate: planned?.estimate ?? null,
    problems: problemGroups(store),
  }
}

/** The plan may be carried out: it is whole and was not started. Throws RUN_NOT_STARTABLE. */
export function assertStartable(store: RunStore): void {
  if (store.last('planned') !== null && store.last('started') === null) return
  throw new MigrateError('RUN_NOT_STARTABLE', {
    message: store.last('started') ? 'It was started before.' : 'Its plan was not finished.',
    subject: store.header.id,
    scope: 'run',
  })
}
