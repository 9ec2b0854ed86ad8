import type { RunReport, RunStatus } from '../../../shared/run.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import { planDamaged } from '../journal/damage.ts'
import { countItems } from '../journal/items.ts'
import { openFreeings } from '../journal/openSteps.ts'
import { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimate } from '../plan/estimate.ts'
import type { Restorable } from '../journal/itemRows.ts'
import { nothingToCheck, type Fence } from '../ownership/fence.ts'
import { spellingsOf } from '../plan/paths.ts'
import type { RunLock, UploadsFolder } from '../ports.ts'
import { preflight } from '../preflight.ts'
import { Claims } from '../rollback/claims.ts'
import type { RollbackSelection } from '../rollback/planRollback.ts'
import { recordError, runSession, type Held, type RunContext } from '../session.ts'
import type { PlanTotals } from '../../../shared/run.ts'

/** Plans to put back what a run has put aside, or was putting aside when it ended. `freed` is that run; nothing changes. */
export async function planReturn(
  store: RunStore,
  freed: RunStore,
  uploads: Pick<UploadsFolder, 'inspect'>,
  { userId, documentIds }: RollbackSelection = {},
): Promise<PlanTotals> {
  const wanted = documentIds && new Set(documentIds)
  const totals: PlanTotals = { documents: 0, items: 0, move: 0, skip: 0, blocked: 0, bytes: 0 }
  const begun = openFreeings(freed.database)
  const isThere = async (path: string): Promise<boolean> => (await uploads.inspect(path)).kind === 'file'
  for (const page of freed.standings()) {
    for (const { item, outcome } of page) {
      const done = outcome === 'freed' ? freed.last('freed', item.seq) : null
      const open = done ? undefined : begun.get(item.seq)
      if ((!done && !open) || (userId !== undefined && item.userId !== userId)) continue
      if (wanted && !wanted.has(item.documentId)) continue
      const to = (done ?? open)?.to ?? null
      const canReturn = to !== null && (await isThere(to))
      // The session ended before the file was moved or deleted.
      if (!canReturn && open && (await isThere(open.from))) continue
      const message = to === null ? 'It was deleted.' : `There is nothing at “${to}” any more.`
      store.addItems([
        canReturn
          ? { ...item, verdict: 'move', code: null, message: null }
          : { ...item, verdict: 'blocked', code: 'FILE_MISSING', message },
      ])
      const inherited = { verified: null, committed: false, freedTo: to }
      store.append([{ step: 'inherited', seq: item.seq, data: inherited }])
      totals.items += 1
      totals[canReturn ? 'move' : 'blocked'] += 1
      if (item.kind === 'document') totals.documents += 1
      if (canReturn) totals.bytes += item.size
    }
  }
  planDamaged(store, freed, totals, ({ documentId }) => !wanted || wanted.has(documentId))
  store.sealPlan(totals, estimate(totals, 8, null))
  return totals
}

/** Moves the files back to where they were. `migration` is the run that `freed` has freed. */
export async function executeReturn(
  context: RunContext,
  store: RunStore,
  freed: RunStore,
  migration: RunStore | null,
): Promise<RunReport> {
  const { site, progress, stop } = context
  return runSession(context, store, {
    options: null,
    check: () => preflight({ ...site, progress }, stop.now),
    work: (held) => carryOut(context, store, held, freed, migration),
  })
}

async function carryOut(
  { site, progress, stop, limit }: RunContext,
  store: RunStore,
  { lock, fence }: Held,
  freed: RunStore,
  migration: RunStore | null,
): Promise<RunStatus> {
  const journal = new JournalBuffer(store)
  const claims = new Claims(site, freed, stop.now)
  progress.resumed(countItems(store).counts, 0)
  progress.phase('rollback')
  const by = store.header.id
  try {
    for (const page of store.inherited()) {
      for (const copy of page) {
        await limit.pass(stop.inOrder)
        const { item, freedTo } = copy
        const { seq, source, filename } = item
        try {
          if ((await site.uploads.inspect(source)).kind === 'absent')
            await assertUnclaimed(site, lock, claims, freed.sharing(source), stop.now)
          await putBack({ uploads: site.uploads, fence, journal, signal: stop.now }, seq, freedTo, source)
        } catch (cause) {
          const error = asMigrateError(cause)
          if (error.scope === 'run') throw error
          journal.add({ step: 'restore-failed', seq, code: error.code, data: errorData(error) })
          progress.outcomes({ failed: 1 })
          progress.log('error', failureLine(filename, error))
          continue
        }
        migration?.append([{ step: 'local-returned', seq, data: { by } }])
        freed.append([{ step: 'restored', seq, data: { by } }])
        journal.add({ step: 'restored', seq, data: {} })
        progress.outcomes({ restored: 1 })
      }
    }
    journal.writeNow()
  } catch (cause) {
    recordError(store, journal, progress, cause)
    return 'interrupted'
  } finally {
    await claims.close()
  }
  return countItems(store).counts.failed > 0 ? 'completed with failures' : 'completed'
}

interface PutBackDeps {
  uploads: Pick<UploadsFolder, 'inspect' | 'move'>
  fence: Pick<Fence, 'forFiles'>
  journal: JournalBuffer
  signal: AbortSignal
}

/** Nothing is put where another row has found, or will look for, its own file. Throws FILE_STILL_NAMED. */
async function assertUnclaimed(
  { database, prefixes }: RunContext['site'],
  lock: RunLock,
  claims: Claims,
  sharers: readonly Restorable[],
  signal: AbortSignal,
): Promise<void> {
  const [copy] = sharers
  if (!copy) return
  const { source } = copy.item
  const refuse = (message: string): never => {
    throw new MigrateError('FILE_STILL_NAMED', { message, subject: source })
  }
  const claim = await claims.of(copy, null)
  if (claim !== null) refuse(claim)
  // Rows that were entered since; the document's own may have come back with an older database.
  const named = await lock.referenced(spellingsOf(source, prefixes), signal)
  const ids = [...new Set(sharers.map(({ item }) => item.documentId))]
  const rows = await database.documentsById(ids, signal)
  const own = rows.flatMap(({ filePath, images }) => [
    filePath,
    ...images.flatMap((image) => [image.processedPath, image.originalPath]),
  ])
  if ([...named].some((path) => !own.includes(path))) refuse(`Another row names “${source}” by now.`)
}

async function putBack(
  { uploads, fence, journal, signal }: PutBackDeps,
  seq: number,
  from: string | null,
  to: string,
): Promise<void> {
  if (from === null) throw new MigrateError('FILE_MISSING', { message: 'It was deleted.', subject: to })
  journal.writeNow({ step: 'set-aside-intent', seq, data: { from, to } })
  try {
    await fence.forFiles([], nothingToCheck, ({ permit }) => uploads.move(from, to, permit), signal)
  } catch (cause) {
    // A session that was killed has moved it already.
    const isThere = (await uploads.inspect(to)).kind === 'file'
    if (asMigrateError(cause).code !== 'FILE_MISSING' || !isThere) throw cause
  }
}
