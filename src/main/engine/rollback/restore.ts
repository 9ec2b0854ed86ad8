import pLimit from 'p-limit'
import type { RollbackOptions } from '../../../shared/run.ts'
import { changeRows } from '../commit/changeRows.ts'
import { removeObjects, type Unwanted } from '../commit/removeObjects.ts'
import { asMigrateError, errorData, failureLine, isStop, MigrateError } from '../errors.ts'
import type { ReferencesSite } from '../free/references.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { Fence } from '../ownership/fence.ts'
import { changeOf, undoOf, type MovableItem } from '../plan/item.ts'
import { doubtOfPath } from '../plan/locate.ts'
import { spellingsOf, type PathPrefix } from '../plan/paths.ts'
import type { ObjectStore, PathOutcome, RunLock, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import type { StopSignals } from '../stop.ts'
import type { AdaptiveLimit } from '../transfer/concurrency.ts'
import { Claims } from './claims.ts'
import { ensureLocalFile, isKeptAt, lastCopy, lookAtLocal, type Placed } from './localFile.ts'

/** Items undone together: their rows in one transaction. */
const itemsAtOnce = 100
/** Local files read at the same time. */
const filesAtOnce = 8

export interface RestoreDeps {
  store: Pick<RunStore, 'header' | 'isKeyNeeded' | 'hasFetchIntent' | 'sharing' | 'path'>
  /** What to undo, last first. */
  pages: Iterable<Restorable[]>
  /** The run that is undone, when it is not this one: it is told what is no longer as it left it. */
  parent: Pick<RunStore, 'header' | 'append'> | null
  journal: JournalBuffer
  lock: RunLock
  fence: Fence
  objects: Pick<ObjectStore, 'head' | 'get' | 'remove'>
  database: ReferencesSite['database']
  uploads: Pick<UploadsFolder, 'open' | 'place' | 'clearUnfinished' | 'move' | 'inspect' | 'list'>
  prefixes: readonly PathPrefix[]
  progress: Progress
  options: RollbackOptions
  stop: StopSignals
  /** While it is paused no more items are begun with. */
  limit: Pick<AdaptiveLimit, 'pass'>
}

/** What could not be undone. `foreign`: objects that are still needed, or not known to be ours. */
export interface LeftOver {
  rows: number
  objects: number
  foreign: number
}

/**
 * Undoes items, last first: the row goes back to the local file, once that file is known to be the document; then the
 * object goes, if this program made it and nothing points at it. An item has its outcome when both are done, so a crash
 * in between is done over. What could not be undone is as it was, and is counted.
 */
export async function restoreItems(given: RestoreDeps): Promise<LeftOver> {
  const left: LeftOver = { rows: 0, objects: 0, foreign: 0 }
  const claims = new Claims(given, given.store, given.stop.now)
  const deps = { ...given, claims }
  try {
    for (const page of deps.pages) {
      for (let at = 0; at < page.length; at += itemsAtOnce) {
        await deps.limit.pass(deps.stop.inOrder)
        const more = await restoreSome(deps, page.slice(at, at + itemsAtOnce))
        left.rows += more.rows
        left.objects += more.objects
        left.foreign += more.foreign
      }
    }
  } finally {
    await claims.close()
  }
  return left
}

type Deps = RestoreDeps & { claims: Claims }

async function restoreSome(deps: Deps, given: Restorable[]): Promise<LeftOver> {
  const copies = await withoutLastCopies(deps, given)
  const needFile = copies.filter((copy) => copy.committed || isLastCopy(deps, copy))
  const sound = await withLocalFiles(deps, needFile)
  const { back, gone } = await changeBack(
    deps,
    sound.map(({ copy }) => copy).filter((copy) => copy.committed),
  )
  const safe = await stillLocal(
    deps,
    sound.map(({ copy }) => copy).filter((copy) => !copy.committed),
  )
  const free = [...back, ...gone, ...safe, ...copies.filter((copy) => !needFile.includes(copy))]
  const { failed, foreign } = deps.options.keepObjects ? nothingLeft : await removeCopies(deps, free, sound)

  const { parent, store, journal } = deps
  const deleted = new Set(gone.map(({ item }) => item.seq))
  const goneEntries = [...deleted].map((seq) => ({ step: 'gone', seq, code: 'ROW_VANISHED', data: {} }) as const)
  const undone = free.filter((copy) => copy.committed || copy.verified !== null).map(({ item }) => item.seq)
  const restored = (parent ? free.map(({ item }) => item.seq) : undone).filter((seq) => !deleted.has(seq))
  const by = store.header.id
  const told = undone.filter((seq) => !deleted.has(seq))
  parent?.append([...told.map((seq) => ({ step: 'restored' as const, seq, data: { by } })), ...goneEntries])
  journal.writeNow(...restored.map((seq) => ({ step: 'restored' as const, seq, data: {} })), ...goneEntries)
  deps.progress.outcomes({ restored: restored.length })
  const rows = copies.filter((copy) => copy.committed).length - back.length - gone.length
  return { rows, objects: failed, foreign }
}

/**
 * The row points at the local file, and that may be gone since: then the object is all there is of the document. A run
 * that undoes itself has just read the file.
 */
const isLastCopy = ({ parent }: RestoreDeps, { item, committed }: Restorable): boolean =>
  !committed && parent !== null && item.code !== 'ROW_VANISHED'

/**
 * Documents whose rows are gone leave their objects to this run. Where `free` has taken the local file away, the object may
 * be the last copy, of a document that a database restored from a backup does not know yet: it goes only with the bytes at hand.
 */
async function withoutLastCopies(deps: Deps, copies: Restorable[]): Promise<Restorable[]> {
  const { uploads, objects, stop } = deps
  const kept: Restorable[] = []
  for (const copy of copies) {
    const { item, committed, freedTo } = copy
    if (committed || freedTo === null || item.code !== 'ROW_VANISHED') {
      kept.push(copy)
      continue
    }
    if (await isKeptAt({ uploads, objects, signal: stop.now }, copy, [freedTo, item.source])) kept.push(copy)
    else block(deps, item, new MigrateError('ROLLBACK_BLOCKED', { message: lastCopy, subject: item.documentId }))
  }
  return kept
}

const nothingLeft = { failed: 0, foreign: 0 }

interface Sound extends Placed {
  copy: Restorable
}

/** Those whose local file is the document now; the others are written down as blocked. */
async function withLocalFiles(deps: Deps, copies: Restorable[]): Promise<Sound[]> {
  const limit = pLimit(filesAtOnce)
  // Rows may share a file: the first of them fetches it, the others find it there.
  const bySource = new Map<string, Restorable[]>()
  for (const copy of copies) bySource.set(copy.item.source, [...(bySource.get(copy.item.source) ?? []), copy])
  const found = await Promise.all(
    [...bySource.values()].map((sharing) =>
      limit(async () => {
        const sound: Sound[] = []
        for (const copy of sharing) sound.push(...(await withLocalFile(deps, copy, sound.length > 0)))
        return sound
      }),
    ),
  )
  return found.flat()
}

/** `isTaken`: the file at its place is another document's already, whose row is about to go back to it. */
async function withLocalFile(deps: Deps, copy: Restorable, isTaken: boolean): Promise<Sound[]> {
  const { store, journal, objects, uploads, lock, fence, prefixes, claims, progress, stop } = deps
  const { seq, filename, size } = copy.item
  const isNamed = async (source: string): Promise<boolean> =>
    isTaken || (await lock.referenced(spellingsOf(source, prefixes), stop.now)).size > 0
  stop.now.throwIfAborted()
  progress.fileStarted(seq, filename, size)
  try {
    await assertLeadsThere(deps, copy)
    const claimOn = claims.of.bind(claims)
    const fetchDeps = {
      runId: store.header.id,
      store,
      journal,
      objects,
      uploads,
      fence,
      isNamed,
      claimOn,
      signal: stop.now,
    }
    const placed = await ensureLocalFile(fetchDeps, copy)
    progress.fileEnded(seq, 'verified', size)
    return [{ copy, ...placed }]
  } catch (cause) {
    progress.fileEnded(seq, 'failed', size)
    const error = asMigrateError(cause)
    if (error.scope === 'run' && (isStop(error) || stop.now.aborted || !deps.options.force)) throw error
    block(deps, copy.item, error)
    return []
  }
}

/** The path that the row gets, or holds, is that of the file: a record may be damaged. Throws ROLLBACK_BLOCKED. */
async function assertLeadsThere({ uploads, prefixes }: RestoreDeps, { item }: Restorable): Promise<void> {
  const doubt = await doubtOfPath(uploads, item.oldPath, item.source, prefixes)
  if (doubt !== null) throw new MigrateError('ROLLBACK_BLOCKED', { message: doubt, subject: item.documentId })
}

/** Returns those whose row is back, and those whose row is gone with its document. */
async function changeBack(
  deps: RestoreDeps,
  copies: Restorable[],
): Promise<{ back: Restorable[]; gone: Restorable[] }> {
  const { lock, journal, stop } = deps
  const back: Restorable[] = []
  const gone: Restorable[] = []
  const intend = (some: readonly Restorable[]): void =>
    journal.writeNow({ step: 'restore-intent', data: { seqs: some.map(({ item }) => item.seq) } })
  const lookDeps = { uploads: deps.uploads, objects: deps.objects, signal: stop.now }
  const doubt = async (copy: Restorable): Promise<MigrateError | null> => {
    const local = await lookAtLocal(lookDeps, copy, copy.item.source)
    return local.state === 'sound' ? null : new MigrateError('ROLLBACK_BLOCKED', { message: local.doubt })
  }
  const changes = { lock, changeOf: ({ item }: Restorable) => undoOf(item), intend, doubt, signal: stop.now }
  for await (const answers of changeRows(changes, copies)) {
    for (const { element, answer } of answers) {
      const conflict = conflictOf(answer)
      if (conflict === null) (isGone(answer) ? gone : back).push(element)
      else block(deps, element.item, new MigrateError('ROLLBACK_BLOCKED', conflict))
    }
  }
  return { back, gone }
}

/** Those whose row does not point at the object yet; the others another run has switched since this one was planned. */
async function stillLocal(deps: RestoreDeps, copies: Restorable[]): Promise<Restorable[]> {
  if (copies.length === 0) return []
  const outcomes = await deps.lock.look(
    copies.map(({ item }) => changeOf(item)),
    deps.stop.now,
  )
  return copies.filter(({ item }, at) => {
    if (outcomes[at]?.result !== 'already') return true
    const message = 'Another run has pointed the row at the object meanwhile.'
    block(deps, item, new MigrateError('ROW_TAKEN', { message, subject: item.documentId }))
    return false
  })
}

const isGone = (answer: PathOutcome | MigrateError): boolean =>
  !(answer instanceof MigrateError) && answer.result === 'gone'

function conflictOf(answer: PathOutcome | MigrateError): { message: string; cause?: unknown } | null {
  if (answer instanceof MigrateError) return { message: answer.message, cause: answer }
  return answer.result === 'differs' ? { message: `The row holds “${answer.current ?? 'nothing'}” now.` } : null
}

async function removeCopies(deps: RestoreDeps, free: Restorable[], sound: Sound[]) {
  const { store, objects, uploads, fence, journal, parent, stop } = deps
  const locals = new Map(sound.map((one) => [one.copy.item.seq, one]))
  const unwanted = free.map(({ item, verified }): Unwanted => {
    const local = locals.get(item.seq)
    const isClaimed = parent?.header.kind === 'import'
    return { item, verified, isClaimed, local: local ? { stamp: local.stamp } : null }
  })
  try {
    return await removeObjects({ store, objects, uploads, fence, journal, signal: stop.now }, unwanted)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (!deps.options.force || isStop(error) || stop.now.aborted) throw error
    deps.progress.log('warning', `Objects were left in the bucket: ${error.message}`)
    return { failed: free.length, foreign: 0 }
  }
}

function block(deps: RestoreDeps, item: MovableItem, error: MigrateError): void {
  deps.journal.add({ step: 'restore-failed', seq: item.seq, code: error.code, data: errorData(error) })
  deps.progress.outcomes({ failed: 1 })
  deps.progress.log('error', failureLine(item.filename, error))
}
