import { removeObjects } from '../commit/removeObjects.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { CopiedItem, RunStore } from '../journal/runStore.ts'
import { undoOf, type MovableItem } from '../plan/item.ts'
import type { ObjectStore, PathOutcome, RunLock, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'

export interface RollbackDeps {
  store: Pick<RunStore, 'header' | 'copied' | 'failed' | 'isKeyNeeded'>
  journal: JournalBuffer
  lock: RunLock
  objects: Pick<ObjectStore, 'head' | 'remove'>
  uploads: Pick<UploadsFolder, 'open'>
  progress: Progress
  signal: AbortSignal
}

/**
 * Undoes a run, last item first: the row goes back to the local file, once that file is known to be the document; then
 * the object that this run created goes. Returns how many rows and objects could not be undone; they are as they were.
 */
export async function rollBack(deps: RollbackDeps): Promise<number> {
  let left = 0
  for (const page of deps.store.copied()) {
    const committed = page.filter((copy) => copy.committed)
    const back = await restoreRows(deps, committed)
    left += committed.length - back.length
    const free = [...back, ...page.filter((copy) => !copy.committed)]
    const created = free.filter((copy) => copy.verified.created).map((copy) => copy.item)
    const { failed, foreign } = await removeObjects(deps, created)
    left += failed + foreign
  }
  // An item that failed after it was sent, before that was known, may have left its object.
  for (const page of deps.store.failed()) left += (await removeObjects(deps, page)).failed
  return left
}

/** Returns those whose row is back (or gone with its document). */
async function restoreRows(deps: RollbackDeps, copies: CopiedItem[]): Promise<CopiedItem[]> {
  const sound: CopiedItem[] = []
  for (const copy of copies) {
    const doubt = await doubtAbout(deps, copy)
    if (doubt === null) sound.push(copy)
    else block(deps, copy.item, doubt)
  }
  return await changeBack(deps, sound)
}

/** One transaction for all. When the database refuses it for one row's sake, the halves are tried, down to that row. */
async function changeBack(deps: RollbackDeps, copies: CopiedItem[]): Promise<CopiedItem[]> {
  const [first] = copies
  if (!first) return []
  deps.journal.writeNow({ step: 'restore-intent', data: { seqs: copies.map(({ item }) => item.seq) } })
  let outcomes: PathOutcome[]
  try {
    outcomes = await deps.lock.changePaths(
      copies.map(({ item }) => undoOf(item)),
      deps.signal,
    )
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    if (copies.length === 1) {
      block(deps, first.item, error.message)
      return []
    }
    const middle = Math.ceil(copies.length / 2)
    const back = await changeBack(deps, copies.slice(0, middle))
    return [...back, ...(await changeBack(deps, copies.slice(middle)))]
  }
  const back = copies.filter(({ item }, at) => {
    const conflict = conflictOf(outcomes[at])
    if (conflict !== null) block(deps, item, conflict)
    return conflict === null
  })
  deps.journal.writeNow(...back.map(({ item }) => ({ step: 'restored' as const, seq: item.seq, data: {} })))
  deps.progress.outcomes({ restored: back.length })
  return back
}

/** Why the row must not point at the local file again; null when the file is the document, byte for byte. */
async function doubtAbout(deps: RollbackDeps, { item, verified }: CopiedItem): Promise<string | null> {
  try {
    const file = await deps.uploads.open(item.source)
    try {
      const found = await fingerprintOf(file.read(deps.signal), file.stamp.size)
      return found.sha256 === verified.sha256 ? null : 'The local file has other content now.'
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof MigrateError && error.scope === 'item') return error.message
    throw error
  }
}

function conflictOf(outcome: PathOutcome | undefined): string | null {
  if (outcome?.result === 'differs') return `The row holds “${outcome.current ?? 'nothing'}” now.`
  return outcome ? null : 'The database gave no answer for this row.'
}

function block(deps: RollbackDeps, item: MovableItem, message: string): void {
  const error = new MigrateError('ROLLBACK_BLOCKED', { message, subject: item.documentId })
  deps.journal.add({ step: 'restore-failed', seq: item.seq, code: error.code, data: errorData(error) })
  deps.progress.log('error', failureLine(item.filename, error))
}
