import type { MigrateOptions, PlanOptions, Rates, RunReport, RunStatus } from '../../shared/run.ts'
import { tryDocument, tryReadur } from './canary.ts'
import { Committer } from './commit/committer.ts'
import { reconcile } from './commit/reconcile.ts'
import { asMigrateError, errorData, refuseRun, type MigrateError } from './errors.ts'
import { countCopied, countItems } from './journal/items.ts'
import { hasFailureToUndo, lastCommittedDocument } from './journal/itemRows.ts'
import { JournalBuffer } from './journal/journalBuffer.ts'
import type { RunStore } from './journal/runStore.ts'
import { undoesItself } from './journal/undoing.ts'
import { exportStateFile } from './journal/stateFile.ts'
import { estimateRun } from '../../shared/estimate.ts'
import type { PlannedItem } from './plan/item.ts'
import { makePlan } from './plan/plan.ts'
import type { DatabaseFacts, DocumentRow, ReadurDatabase } from './ports.ts'
import { prepare } from './prepare.ts'
import { abortUploads, type AbortDeps } from './rollback/abortUploads.ts'
import { restoreItems, type RestoreDeps } from './rollback/restore.ts'
import { recordError, runSession, type RunGuards, type RunContext } from './session.ts'
import { transferItems } from './transfer/transfer.ts'

interface PlanRequest {
  options: PlanOptions
  /** Makes the run's store, once the checks have passed. */
  createStore: (facts: DatabaseFacts) => RunStore
  /** Pages of the documents to plan, where not all of the database are meant. */
  documentIds?: Iterable<string[]>
  /** An earlier run holds a verified copy of this item and is yet to be cut over. */
  awaitsCutover?: (item: PlannedItem) => boolean
  rates: (facts: DatabaseFacts) => Rates | null
  /** Each copy is downloaded to verify it. */
  readsBack?: boolean
}

/**
 * Checks the site and writes the plan into a new run store. Neither rows nor bucket change. Throws when something that
 * every run needs is missing.
 */
export function planRun(
  context: Omit<RunContext, 'clock'>,
  { options, createStore, documentIds, awaitsCutover, rates, readsBack }: PlanRequest,
): Promise<RunStore> {
  const { site, progress, stop, limit } = context
  return prepare(context, {
    createStore,
    plan: async (store, facts) => {
      const documents = documentIds
        ? documentsById(site.database, documentIds, options.userId, stop.inOrder)
        : site.database.documents({ userId: options.userId }, stop.inOrder)
      try {
        await makePlan(
          {
            ...site,
            documents,
            store,
            progress,
            awaitsCutover: awaitsCutover ?? (() => false),
            estimate: (totals) =>
              estimateRun(
                totals,
                { parallelUploads: limit.most, bytesPerSecond: null, readsBack: readsBack === true },
                rates(facts),
              ),
          },
          options,
          stop.inOrder,
        )
      } catch (error) {
        try {
          store.append([{ step: 'error', code: asMigrateError(error).code, data: errorData(error) }])
        } catch {
          // A full disk is what ended the plan: the error that says so is thrown below.
        }
        throw error
      }
    },
  })
}

/** Pages of documents by their ids, as their rows are now; those that are gone are left out, and those of other users. */
async function* documentsById(
  database: Pick<ReadurDatabase, 'documentsById'>,
  ids: Iterable<string[]>,
  userId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<DocumentRow[]> {
  for (const page of ids) {
    const rows = await database.documentsById(page, signal)
    yield userId === undefined ? rows : rows.filter((row) => row.userId === userId)
  }
}

/**
 * Carries out what remains of a run's plan, from the start or from where an earlier session ended: copy, verify,
 * commit; roll back on failure where that was asked for. Always leaves rows pointing at whole data, and a report that
 * says so item by item. Throws only when nothing was started.
 */
export async function executeRun(
  context: RunContext,
  store: RunStore,
  options: MigrateOptions,
  stateFolder: string,
): Promise<RunReport> {
  const { stop } = context
  return runSession(context, store, {
    options,
    // Copies alone harm nobody; rows must not point into a bucket that another database may clear.
    claim: (fence) => (options.copyOnly ? fence.standing(stop.now) : fence.assertOwner(stop.now)),
    work: (held) => carryOut(context, store, options, held),
    afterwards: async (status) => {
      if (status !== 'interrupted' || !isLarge(store)) await exportStateFile(store, stateFolder)
    },
  })
}

/** Writing a state file of this size takes seconds, which a stop must not; `runs export` writes it later. */
const isLarge = (store: RunStore): boolean => (store.last('planned')?.totals.items ?? 0) > 20_000

const withoutReadur =
  'Whether Readur serves documents from the bucket was not tried: that needs its address and an API key.'

/** The steps between the first intent and the last outcome. */
async function carryOut(
  context: RunContext,
  store: RunStore,
  options: MigrateOptions,
  held: RunGuards,
): Promise<RunStatus> {
  const { site, progress, stop, limit } = context
  const journal = new JournalBuffer(store)
  const failure = new AbortController()
  const broken = new AbortController()
  const onFailed = (): void => {
    if (options.enableRollback) failure.abort()
  }
  const isWanted = options.canary && !options.copyOnly
  const readur = isWanted ? context.readur : null
  if (isWanted && readur === null) progress.log('info', withoutReadur)
  const common = { ...site, ...held, store, journal, progress, options, onFailed }
  let showsDocuments = false
  const committer = new Committer({
    ...common,
    batchSize: options.batchSize,
    tryOut:
      readur &&
      ((item) => (showsDocuments ? tryDocument({ readur, store, signal: stop.now }, item) : Promise.resolve(null))),
    signal: stop.now,
    onBroken: () => broken.abort(),
  })

  const copy = async (): Promise<void> => {
    progress.phase('copy')
    const inOrder = AbortSignal.any([stop.inOrder, failure.signal, broken.signal])
    await transferItems({
      ...common,
      limit,
      stop: { now: stop.now, inOrder },
      onVerified: async (item) => {
        if (!options.copyOnly) await committer.add(item)
      },
    })
  }

  let ending: MigrateError | null = null
  try {
    await takeUp({ ...common, signal: stop.now })
    // An earlier session did not live to undo the run, or to end doing so.
    if (undoesItself(store) || (options.enableRollback && hasFailureToUndo(store))) failure.abort()
    else {
      if (readur) {
        ;({ showsDocuments } = await tryReadur({ ...common, readur, signal: stop.now }))
        const last = lastCommittedDocument(store)
        if (last !== null) await committer.tryLast(last)
      }
      await copy()
    }
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
    return await undo({ ...common, stop, limit })
  }
  return statusOf(store, options, ending !== null || failure.signal.aborted)
}

type TakeUpDeps = Parameters<typeof reconcile>[0] & {
  store: RunStore
  progress: RunContext['progress']
}

/** What comes before the first step of a session: see what an earlier one has done. */
async function takeUp({ store, progress, lock, journal, signal }: TakeUpDeps): Promise<void> {
  progress.phase('reconcile')
  const recognised = await reconcile({ store, lock, journal, signal })
  if (recognised > 0) {
    progress.log('info', `${recognised} rows were switched when the last session ended; they are counted now.`)
  }
  const { counts, bytes } = countItems(store)
  progress.resumed(counts, bytes)
}

function statusOf(store: RunStore, { copyOnly }: MigrateOptions, ended: boolean): RunStatus {
  const { counts } = countItems(store)
  if (ended) return 'interrupted'
  // A cutover that was stopped has rows to switch, however many copies there are.
  if (counts.remaining > 0) return copyOnly && counts.remaining === countCopied(store) ? 'copied' : 'interrupted'
  return counts.failed > 0 ? 'completed with failures' : 'completed'
}

/** The run undoes itself; its record stays. What keeps it from getting to the end of that leaves the rest to a later session. */
async function undo(
  deps: Omit<RestoreDeps, 'pages' | 'options' | 'parent'> & { store: RunStore; objects: AbortDeps['objects'] },
): Promise<RunStatus> {
  deps.progress.phase('rollback')
  try {
    deps.journal.writeNow({ step: 'undoing', data: {} })
    const { rows, objects, foreign } = await restoreItems({
      ...deps,
      pages: deps.store.copied(),
      parent: null,
      options: { keepObjects: false, force: false },
    })
    await abortUploads({ ...deps, run: deps.store, isUndone: () => true, signal: deps.stop.now })
    deps.journal.writeNow()
    return rows + objects + foreign === 0 ? 'rolled back' : 'rollback incomplete'
  } catch (cause) {
    recordError(deps.store, deps.journal, deps.progress, cause)
    return 'interrupted'
  }
}

/** The plan may be carried out for the first time: it is whole and was not started. Throws RUN_NOT_STARTABLE. */
export function assertStartable(store: RunStore): void {
  if (store.last('planned') !== null && store.last('started') === null) return
  refuseRun(store.header.id, store.last('started') ? 'It was started before.' : 'Its plan was not finished.')
}
