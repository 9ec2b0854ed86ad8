import pLimit from 'p-limit'
import { noTotals, type RollbackPreview, type UndoSelection } from '../../../shared/run.ts'
import { asMigrateError, isStop } from '../errors.ts'
import type { Inherited } from '../journal/entries.ts'
import { lastIntended, type Restorable, type Standing } from '../journal/itemRows.ts'
import { itemsBeingResent, itemsPerhapsCommitted } from '../journal/openSteps.ts'
import type { RunStore } from '../journal/runStore.ts'
import { estimateRun } from '../../../shared/estimate.ts'
import { pathIn, type Item, type MovableItem } from '../plan/item.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import { doubtOfPath } from '../plan/locate.ts'
import type { PathPrefix } from '../plan/paths.ts'
import { addTo } from '../plan/totals.ts'
import type { ObjectStore, ReadurDatabase, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { runOf } from '../transfer/metadata.ts'
import { planDamaged } from '../prepare.ts'
import { assertPlaceable, fetchable, isKeptAt, lastCopy, lookAtLocal, rowIsThere } from './localFile.ts'

/** Items looked at side by side. */
const lookups = 8

interface PlanRollbackDeps {
  /** The run to undo. */
  parent: RunStore
  /** The rollback's own, new store. */
  store: RunStore
  database: Pick<ReadurDatabase, 'documentsById'>
  uploads: Pick<UploadsFolder, 'open' | 'inspect'>
  objects: Pick<ObjectStore, 'head' | 'get'>
  prefixes: readonly PathPrefix[]
  progress: Progress
  /** What cannot be looked at stops its item only. */
  force: boolean
  keepObjects: boolean
  signal: AbortSignal
}

interface Planned {
  item: Item
  inherited: Inherited
  /** What has to be done for it. */
  needs: { row: boolean; fetch: number | null; back: boolean; object: boolean }
}

const nothing = { row: false, fetch: null, back: false, object: false }

/**
 * Looks at every row, local file and object that the run has touched, and writes into the store what undoing it means:
 * what goes back, what is fetched first, what cannot be undone and why. Changes nothing else.
 */
export async function planRollback(deps: PlanRollbackDeps, selection: UndoSelection): Promise<RollbackPreview> {
  const { parent, store, progress } = deps
  const intended = lastIntended(parent)
  const known: Known = {
    perhapsCommitted: itemsPerhapsCommitted(parent.query),
    beingResent: itemsBeingResent(parent.query),
  }
  const isWanted = ({ item, outcome, verified }: Standing): boolean =>
    item.seq <= intended || outcome !== null || verified !== null

  const preview = {
    documents: 0,
    rows: 0,
    filesSound: 0,
    filesToReturn: 0,
    filesToFetch: 0,
    bytesToFetch: 0,
    objects: 0,
    conflicts: 0,
  }
  const totals = { ...noTotals }
  const documents = new DocumentCounter()
  const limit = pLimit(lookups)
  for (const page of parent.standings(selection)) {
    const standings = page.filter(isWanted)
    if (standings.length === 0) continue
    const rows = await deps.database.documentsById(
      [...new Set(standings.map(({ item }) => item.documentId))],
      deps.signal,
    )
    const byId = new Map(rows.map((row) => [row.id, row]))
    const now = standings.map((standing) => ({
      standing,
      path: pathIn(byId.get(standing.item.documentId), standing.item),
    }))
    // Of a document that is written down as deleted nothing is left to undo, unless its row came back with an older database.
    const open = now.filter(({ standing, path }) => standing.outcome !== 'gone' || path !== null)
    const planned = await Promise.all(
      open.map(({ standing, path }) =>
        limit(() => {
          deps.signal.throwIfAborted()
          return planSafely(deps, known, standing, path)
        }),
      ),
    )
    store.addItems(planned.map(({ item }) => item))
    store.append(planned.map(({ item, inherited }) => ({ step: 'inherited' as const, seq: item.seq, data: inherited })))
    preview.documents += documents.count(planned)
    count(preview, planned, deps.keepObjects)
    // What is moved here is what has to be fetched.
    const moved = planned.map(({ item, needs }) => ({ ...item, size: needs.fetch ?? 0 }))
    progress.planned(addTo(totals, moved))
  }
  preview.conflicts += planDamaged(store, parent, totals, selection)
  store.append([{ step: 'rollback-planned', data: preview }])
  store.sealPlan(totals, estimateRun(totals, { parallelUploads: lookups }))
  return preview
}

/** What the run's journal leaves open. */
interface Known {
  perhapsCommitted: ReadonlySet<number>
  beingResent: ReadonlySet<number>
}

/** The run itself has switched the row, if it points at the object: another run's doing is not undone with this one. */
const isOwnDoing = ({ perhapsCommitted }: Known, { item, outcome }: Standing): boolean =>
  outcome === 'committed' || outcome === 'restore-failed' || perhapsCommitted.has(item.seq)

/**
 * The item was undone, or its document deleted, and a database of before that was restored since: the row points at
 * an object that is gone. Where there is an object, a later run may have made it, and the document is not missed.
 */
async function isOnS3Again({ objects, signal }: PlanRollbackDeps, { item, outcome }: Standing): Promise<boolean> {
  return (outcome === 'restored' || outcome === 'gone') && (await objects.head(item.key, signal)) === null
}

async function planSafely(
  deps: PlanRollbackDeps,
  known: Known,
  standing: Standing,
  path: string | null,
): Promise<Planned> {
  try {
    return await planOne(deps, known, standing, path)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (!deps.force || isStop(error) || deps.signal.aborted) throw error
    const { item, verified } = standing
    const committed = path === pathOfKey(item.key)
    return {
      item: { ...item, verdict: 'blocked', code: 'ROLLBACK_BLOCKED', message: error.message },
      inherited: { verified, committed, freedTo: null },
      needs: nothing,
    }
  }
}

async function planOne(
  deps: PlanRollbackDeps,
  known: Known,
  standing: Standing,
  path: string | null,
): Promise<Planned> {
  const { item, outcome } = standing
  const { parent } = deps
  const committed = path === pathOfKey(item.key)
  // What failed stays failed: only its object, if it left one, goes.
  const verified = outcome === 'failed' && !committed ? null : await verifiedOf(deps, known, standing)
  // A migration of an earlier version has taken over what another run made: by now both have used it.
  const isShared = parent.header.kind === 'migrate' && (verified?.madeBy ?? parent.header.id) !== parent.header.id
  const inherited: Inherited = {
    verified: verified && {
      ...verified,
      created: verified.created && !isShared,
      madeBy: verified.madeBy ?? parent.header.id,
    },
    committed,
    freedTo: freedTo(deps, item),
  }
  const base: Item = { ...item, verdict: 'move', code: null, message: null }
  const restorable: Restorable = { item, ...inherited }
  if (committed && !isOwnDoing(known, standing) && !(await isOnS3Again(deps, standing))) {
    const message = 'Another run has pointed the row at the object. Roll that one back.'
    const others: Item = { ...base, verdict: 'skip', code: 'ROW_TAKEN', message }
    return { item: others, inherited: { ...inherited, committed: false }, needs: nothing }
  }
  if (committed) return await planFile(deps, restorable, base, inherited, true)

  if (path === null) return await planVanished(deps, restorable, base, inherited)
  if (path !== item.oldPath) {
    const message = `The row holds “${path}” now, neither the object nor “${item.oldPath}”.`
    return { item: { ...base, verdict: 'blocked', code: 'ROW_CHANGED', message }, inherited, needs: nothing }
  }
  const local: Item = { ...base, code: 'ALREADY_LOCAL', message: 'The row points at its local file.' }
  // The object may be the last copy: it goes once the file is there that the row points at.
  if (await leftObject(deps, restorable)) return await planFile(deps, restorable, local, inherited, false)
  // Rows that came back with an older database do not know that the run's local files were freed since.
  const isTouched = restorable.freedTo !== null || restorable.verified !== null
  if (isTouched && (await deps.uploads.inspect(item.source)).kind === 'absent') {
    return await planFile(deps, restorable, local, inherited, false)
  }
  return { item: { ...local, verdict: 'skip' }, inherited, needs: nothing }
}

/** The document was deleted since, or the database is older than its row: an object that may be its last copy stays. */
async function planVanished(
  deps: PlanRollbackDeps,
  copy: Restorable,
  base: Item,
  inherited: Inherited,
): Promise<Planned> {
  const item: Item = { ...base, code: 'ROW_VANISHED', message: 'The row is not there any more.' }
  if (!(await leftObject(deps, copy))) return { item: { ...item, verdict: 'skip' }, inherited, needs: nothing }
  const freed = deps.parent.last('local-freed', copy.item.seq)
  const places = [copy.item.source, ...(copy.freedTo === null ? [] : [copy.freedTo])]
  if (freed && !(await isKeptAt(deps, copy, places))) {
    return { item: { ...item, verdict: 'skip', message: lastCopy }, inherited, needs: nothing }
  }
  return { item, inherited, needs: { ...nothing, object: true } }
}

/** What was verified of the copy; and that the run has made it, where a session ended while it sent a lost object again. */
async function verifiedOf(
  { parent, objects, signal }: PlanRollbackDeps,
  { beingResent }: Known,
  { item, verified }: Standing,
): Promise<Standing['verified']> {
  if (verified === null || !beingResent.has(item.seq)) return verified
  const facts = await objects.head(item.key, signal)
  const { id } = parent.header
  return facts !== null && runOf(facts) === id ? { ...verified, created: true, madeBy: id } : verified
}

/** An object of this run lies at the key although the row does not point there. */
async function leftObject({ parent, objects, signal }: PlanRollbackDeps, copy: Restorable): Promise<boolean> {
  if (copy.verified?.created === false) return false
  const facts = await objects.head(copy.item.key, signal)
  return facts !== null && runOf(facts) === (copy.verified?.madeBy ?? parent.header.id)
}

/** What the item's local file needs; `row`: its row is to go back to it, else it points there already. */
async function planFile(
  deps: PlanRollbackDeps,
  copy: Restorable,
  base: Item,
  inherited: Inherited,
  row: boolean,
): Promise<Planned> {
  const blocked = (message: string): Planned => ({
    item: { ...base, verdict: 'blocked', code: 'ROLLBACK_BLOCKED', message },
    inherited,
    needs: nothing,
  })
  const doubt = await doubtOfPath(deps.uploads, copy.item.oldPath, copy.item.source, deps.prefixes)
  if (doubt !== null) return blocked(doubt)
  const object = copy.verified?.created ?? !row
  const local = await lookAtLocal(deps, copy, copy.item.source)
  if (local.state === 'sound') return { item: base, inherited, needs: { row, fetch: null, back: false, object } }
  if (local.state === 'absent' && copy.freedTo !== null && (await isKeptAt(deps, copy, [copy.freedTo]))) {
    const message = `${local.doubt} It lies at “${copy.freedTo}”.`
    const item: Item = row ? base : { ...base, code: 'FILE_TO_RETURN', message }
    return { item, inherited, needs: { row, fetch: null, back: true, object } }
  }
  if (local.state === 'unusable') return blocked(local.doubt)
  if (local.state === 'damaged' && !row) return blocked(`${local.doubt} ${rowIsThere}`)
  try {
    assertPlaceable(copy.item.source)
    const { size } = await fetchable(deps, copy)
    const item: Item = { ...base, code: 'FILE_TO_FETCH', message: local.doubt }
    return { item, inherited, needs: { row, fetch: size, back: false, object } }
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run' && (!deps.force || isStop(error) || deps.signal.aborted)) throw error
    return blocked(`${local.doubt} It cannot be fetched either: ${error.message}`)
  }
}

/** Where `free` has put the local file, as far as the run was told. */
function freedTo({ parent }: PlanRollbackDeps, item: MovableItem): string | null {
  return parent.last('local-freed', item.seq)?.to ?? null
}

/** Counts documents of which any row goes back. The files of a document are neighbours, be it on two pages. */
class DocumentCounter {
  #last: string | null = null

  count(planned: readonly Planned[]): number {
    let more = 0
    for (const { item, needs } of planned) {
      if (!needs.row || item.documentId === this.#last) continue
      this.#last = item.documentId
      more += 1
    }
    return more
  }
}

function count(preview: RollbackPreview, planned: Planned[], keepObjects: boolean): void {
  for (const { item, needs } of planned) {
    if (item.verdict === 'blocked') preview.conflicts += 1
    if (needs.object && !keepObjects) preview.objects += 1
    if (needs.row) preview.rows += 1
    if (needs.row && needs.fetch === null) preview.filesSound += 1
    if (needs.back) preview.filesToReturn += 1
    if (needs.fetch === null) continue
    preview.filesToFetch += 1
    preview.bytesToFetch += needs.fetch
  }
}
