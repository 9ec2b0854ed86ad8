import { hostname } from 'node:os'
import type { MigrateOptions, RunReport, RunStatus } from '../../shared/run.ts'
import { asMigrateError, errorData, refuseRun } from './errors.ts'
import type { Entry } from './journal/entries.ts'
import { countItems } from './journal/items.ts'
import { JournalBuffer } from './journal/journalBuffer.ts'
import { runProblem } from './journal/problems.ts'
import type { RunStore } from './journal/runStore.ts'
import { reportOf } from './journal/summary.ts'
import { Fence } from './ownership/fence.ts'
import type { PathPrefix } from './plan/paths.ts'
import type {
  Clock,
  DatabaseFacts,
  ObjectStore,
  ReadurDatabase,
  ReadurServer,
  RunLock,
  UploadsFolder,
} from './ports.ts'
import { preflight } from './preflight.ts'
import type { Progress } from './progress.ts'
import type { StopSignals } from './stop.ts'
import type { AdaptiveLimit } from './transfer/concurrency.ts'
import { coversUploads } from './uploadsLabel.ts'

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
  /** Readur itself, where its address and a token are known. */
  readur: ReadurServer | null
}

/** What a session holds from its first step to its last. */
export interface RunGuards {
  lock: RunLock
  /** Permits what is no row: see Fence. */
  fence: Fence
}

interface SessionPlan {
  /** Written down as the session begins. */
  options?: MigrateOptions | null
  /** It only uploads again what a comparison has missed; how the run stands is not changed by it. */
  reUploads?: boolean
  entries?: Entry[]
  /** Throws what speaks against starting; `preflight` unless given. */
  check?: () => Promise<DatabaseFacts>
  /** Throws where the bucket must be this database's and is not; before anything is written down. */
  claim?: (fence: Fence) => Promise<unknown>
  /** The steps between the first intent and the last outcome. */
  work: (held: RunGuards) => Promise<RunStatus>
  /** After the end is written down; the run is what it is, whatever happens here. */
  afterwards?: (status: RunStatus) => Promise<unknown>
}

/**
 * One session of a run: checked, locked, written down from its beginning to its end. Throws only when nothing was
 * started; afterwards the report says what is where.
 */
export async function runSession(context: RunContext, store: RunStore, plan: SessionPlan): Promise<RunReport> {
  const { site, progress, clock, stop, limit } = context
  progress.phase('check')
  const facts = await (plan.check?.() ?? preflight({ ...site, progress }, stop.now))
  assertSamePlace(store, facts, site)
  const lock = await site.database.lock(stop.now)
  const fence = new Fence({ lock, objects: site.objects, instance: facts.instance, progress })
  const unwatch = recordPauses(store, limit)
  const pausedBefore = limit.pausedMs
  try {
    await fence.awaitOthers(stop.now)
    const startedAt = clock.now()
    await plan.claim?.(fence)
    const { options = null, reUploads } = plan
    const begun = { pid: process.pid, host: hostname(), options, ...(reUploads === true && { mends: true }) }
    store.append([{ step: 'started', data: begun }, ...(plan.entries ?? [])])
    const status = await plan.work({ lock, fence }).catch((cause: unknown): RunStatus => {
      // It was started: what is done stays done, and the next session goes on from there.
      recordError(store, new JournalBuffer(store), progress, stop.now.aborted ? stop.now.reason : cause)
      return 'interrupted'
    })
    progress.phase('finish')
    // What was paused says nothing about how long the work takes.
    const workedFrom = startedAt + limit.pausedMs - pausedBefore
    return await finish(context, store, status, workedFrom, plan.afterwards)
  } finally {
    unwatch()
    await lock.release(!stop.now.aborted)
  }
}

/** Writes down when the run was paused, be it before it began, and when it went on. The lock is held all the while. */
function recordPauses(store: RunStore, limit: AdaptiveLimit): () => void {
  let isPaused = false
  const record = (): void => {
    if (limit.isPaused === isPaused) return
    isPaused = limit.isPaused
    store.append([{ step: isPaused ? 'paused' : 'continued', data: {} }])
  }
  record()
  return limit.onChange(record)
}

/** A plan holds for the place that it was made for, and settings may have changed since. Throws RUN_NOT_STARTABLE. */
function assertSamePlace({ header }: RunStore, facts: DatabaseFacts, { objects, uploads }: Site): void {
  const places: [what: string, planned: string, now: string, isSame: boolean][] = [
    ['database', header.databaseIdentity, facts.identity, header.databaseIdentity === facts.identity],
    ['bucket', header.store, objects.label, header.store === objects.label],
    ['uploads folder', header.uploads, uploads.label, coversUploads(header.uploads, uploads.label)],
  ]
  const other = places.find(([, , , isSame]) => !isSame)
  if (!other) return
  const [what, planned, now] = other
  const message = `The plan was made for another ${what}: “${planned}”, not “${now}”.`
  refuseRun(header.id, message)
}

/** Writes down how the session ended. A disk that is full by now takes nothing from what was done, and the report says so. */
async function finish(
  { progress, clock }: RunContext,
  store: RunStore,
  status: RunStatus,
  startedAt: number,
  afterwards: SessionPlan['afterwards'],
): Promise<RunReport> {
  const finishedAt = clock.now()
  const seconds = Math.round((finishedAt - startedAt) / 100) / 10
  try {
    store.append([{ step: 'finished', data: { status, ...countItems(store), seconds, finishedAt } }])
    await afterwards?.(status)
    return reportOf(store)
  } catch (cause) {
    const error = errorData(cause)
    progress.failed(error)
    progress.log('error', `The end of the run could not be written down: ${error.message}`)
    const report = reportOf(store)
    return { ...report, problems: [runProblem(error), ...report.problems] }
  }
}

/** What ended a run before its end: into the journal, unless the journal itself is what failed. */
export function recordError(
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
