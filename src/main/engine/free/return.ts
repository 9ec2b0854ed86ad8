import { noTotals, type RunReport, type UndoSelection } from '../../../shared/run.ts'
import { asMigrateError, MigrateError } from '../errors.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import { openFreeings } from '../journal/openSteps.ts'
import type { RunStore } from '../journal/runStore.ts'
import { nothingToCheck, type Fence } from '../ownership/fence.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import type { Item } from '../plan/item.ts'
import { spellingsOf } from '../plan/paths.ts'
import { addTo } from '../plan/totals.ts'
import type { RunLock, UploadsFolder } from '../ports.ts'
import { planDamaged, prepare, type UndoRequest } from '../prepare.ts'
import { Claims } from '../rollback/claims.ts'
import { runSession, type RunContext } from '../session.ts'
import { eachOf, sweepRun } from '../sweep.ts'

/** Plans to put back what a run, the parent, has put aside, or was putting aside when it ended. */
export function prepareReturn(context: RunContext, { parent, selection, createStore }: UndoRequest): Promise<RunStore> {
  return prepare(context, {
    createStore,
    plan: (store) => planReturn(store, parent, context.site.uploads, selection),
  })
}

async function planReturn(
  store: RunStore,
  freed: RunStore,
  uploads: Pick<UploadsFolder, 'inspect'>,
  selection: UndoSelection,
): Promise<void> {
  const totals = { ...noTotals }
  const begun = openFreeings(freed.query)
  const isThere = async (path: string): Promise<boolean> => (await uploads.inspect(path)).kind === 'file'
  for (const { item, outcome } of eachOf(freed.standings(selection))) {
    const done = outcome === 'freed' ? freed.last('freed', item.seq) : null
    const open = done ? undefined : begun.get(item.seq)
    if (!done && !open) continue
    const to = (done ?? open)?.to ?? null
    const canReturn = to !== null && (await isThere(to))
    // The session ended before the file was moved or deleted.
    if (!canReturn && open && (await isThere(open.from))) continue
    const message = to === null ? 'It was deleted.' : `There is nothing at “${to}” any more.`
    const planned: Item = canReturn
      ? { ...item, verdict: 'move', code: null, message: null }
      : { ...item, verdict: 'blocked', code: 'FILE_MISSING', message }
    store.addItems([planned])
    const inherited = { verified: null, committed: false, freedTo: to }
    store.append([{ step: 'inherited', seq: item.seq, data: inherited }])
    addTo(totals, [planned])
  }
  planDamaged(store, freed, totals, selection)
  store.sealPlan(totals, estimateRun(totals, { parallelUploads: 8 }))
}

/** Moves the files back to where they were. `migration` is the run that `freed` has freed. */
export function executeReturn(
  context: RunContext,
  store: RunStore,
  freed: RunStore,
  migration: RunStore | null,
): Promise<RunReport> {
  const { site, stop } = context
  const by = store.header.id
  return runSession(context, store, {
    work: ({ lock, fence }) =>
      sweepRun<Restorable>(context, store, {
        phase: 'rollback',
        outcome: 'restored',
        failure: 'restore-failed',
        begin: (journal) => {
          const claims = new Claims(site, freed, stop.now)
          return {
            items: { inTurn: eachOf(store.inherited()) },
            one: async ({ item: { seq, source }, freedTo }) => {
              if ((await site.uploads.inspect(source)).kind === 'absent')
                await assertUnclaimed(site, lock, claims, freed.sharing(source), stop.now)
              await putBack({ uploads: site.uploads, fence, journal, signal: stop.now }, seq, freedTo, source)
              migration?.append([{ step: 'local-returned', seq, data: { by } }])
              freed.append([{ step: 'restored', seq, data: { by } }])
              journal.add({ step: 'restored', seq, data: {} })
            },
            end: () => claims.close(),
          }
        },
      }),
  })
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
