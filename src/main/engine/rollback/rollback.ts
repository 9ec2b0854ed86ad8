import { removeObjects } from '../commit/removeObjects.ts'
import { errorData, failureLine, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { CopiedItem, RunStore } from '../journal/runStore.ts'
import { undoOf, type MovableItem } from '../plan/item.ts'
import type { ObjectStore, PathOutcome, RunLock, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'

export interface RollbackDeps {
  store: Pick<RunStore, 'header' | 'copied'>
  journal: JournalBuffer
  lock: RunLock
  objects: Pick<ObjectStore, 'head' | 'remove'>
  uploads: Pick<UploadsFolder, 'open'>
  progress: Progress
  signal: AbortSignal
}

/**
 * Undoes a run, last item first: the row goes back to the local file, once that file is known to be the document; then
 * the object that this run created goes. Returns how many items could not be undone; their objects stay.
 */
export async function rollBack(deps: RollbackDeps): Promise<number> {
  let blocked = 0
  for (const page of deps.store.copied()) {
    const committed = page.filter((copy) => copy.committed)
    const back = await restoreRows(deps, committed)
    blocked += committed.length - back.length
    const free = [...back, ...page.filter((copy) => !copy.committed)]
    const created = free.filter((copy) => copy.verified.created).map((copy) => copy.item)
    await removeObjects(
      {
        runId: deps.store.header.id,
        objects: deps.objects,
        referenced: (paths) => deps.lock.referenced(paths),
        journal: deps.journal,
        signal: deps.signal,
      },
      created,
    )
  }
  return blocked
}

/** Returns those whose row is back (or gone with its document). */
async function restoreRows(deps: RollbackDeps, copies: CopiedItem[]): Promise<CopiedItem[]> {
  const sound: CopiedItem[] = []
  for (const copy of copies) {
    const doubt = await doubtAbout(deps, copy)
    if (doubt === null) sound.push(copy)
    else block(deps, copy.item, doubt)
  }
  if (sound.length === 0) return []
  deps.journal.writeNow({ step: 'restore-intent', data: { seqs: sound.map(({ item }) => item.seq) } })
  const outcomes = await deps.lock.changePaths(
    sound.map(({ item }) => undoOf(item)),
    deps.signal,
  )
  const back = sound.filter(({ item }, at) => {
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
      if (file.stamp.size === item.size && file.stamp.mtimeMs === item.mtimeMs) return null
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
