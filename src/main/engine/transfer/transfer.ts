import pLimit from 'p-limit'
import type { MigrateOptions } from '../../../shared/run.ts'
import { asMigrateError, errorData, failureLine, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import { lastIntended, type Standing } from '../journal/itemRows.ts'
import { madeByOthers } from '../journal/madeByOthers.ts'
import type { RunStore } from '../journal/runStore.ts'
import { sentSince, uploadJournal } from './uploadJournal.ts'
import { changeOf, type MovableItem } from '../plan/item.ts'
import type { ObjectStore, RunLock, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import type { StopSignals } from '../stop.ts'
import { forEachConcurrent, type AdaptiveLimit } from './concurrency.ts'
import { copyItem, reuseCopy, type CopyDeps } from './copyItem.ts'
import { FailureStreak } from './failureStreak.ts'
import { OverwriteGuard } from './overwriteGuard.ts'

/** Uploads in parts at the same time; each holds several parts in memory. */
const largeUploads = 2

/** The first copies of a run are read back whole, whatever the level: a store that spoils bytes shows at once. */
const alwaysReadBack = 3

interface TransferDeps {
  store: Pick<RunStore, 'header' | 'remaining' | 'openUpload' | 'query' | 'damage'>
  journal: JournalBuffer
  uploads: Pick<UploadsFolder, 'open'>
  objects: ObjectStore
  options: MigrateOptions
  limit: AdaptiveLimit
  lock: Pick<RunLock, 'look'>
  fence: CopyDeps['fence']
  progress: Progress
  stop: StopSignals
  /** A verified copy; awaited before the next file takes its place, so that a slow commit slows the copying. */
  onVerified: (item: MovableItem) => Promise<void>
  /** An item failed for good. */
  onFailed: (item: MovableItem, error: MigrateError) => void
}

/**
 * Copies and verifies every movable item of the plan that has no outcome yet, several at once; a copy that an earlier
 * session has verified is used. An item's failure is journaled and the rest
 * goes on; an error that concerns the run is thrown. Ends early, in order, when a stop is asked for.
 */
export async function transferItems(deps: TransferDeps): Promise<void> {
  const large = pLimit(largeUploads)
  const session: Session = {
    guard: new OverwriteGuard(),
    streak: new FailureStreak(),
    intendedEarlier: lastIntended(deps.store),
  }
  let readBacks = alwaysReadBack
  await forEachConcurrent(withIntent(deps), deps.limit, deps.stop.inOrder, async (standing) => {
    const isLarge = standing.item.size > deps.options.multipartThreshold && standing.verified === null
    const verify = readBacks-- > 0 ? 'readback' : deps.options.verify
    await (isLarge
      ? large(() => transferOne(deps, session, standing, verify))
      : transferOne(deps, session, standing, verify))
  })
}

/** What a session knows beyond one item. */
interface Session {
  guard: OverwriteGuard
  streak: FailureStreak
  /** Items up to this one may have been sent by an earlier session that was killed before it could say so. */
  intendedEarlier: number
}

/** Items in order; the intent to send is durable before an item is handed out. */
function* withIntent(deps: TransferDeps): Generator<Standing> {
  for (const page of deps.store.remaining()) {
    deps.journal.writeNow({ step: 'send-intent', data: { seqs: page.map(({ item }) => item.seq) } })
    yield* page
  }
}

/** A file that is gone may be a document that its owner deleted: the row knows. */
async function explain(deps: TransferDeps, item: MovableItem, error: MigrateError): Promise<MigrateError> {
  if (error.code !== 'FILE_MISSING') return error
  const [outcome] = await deps.lock.look([changeOf(item)], deps.stop.now)
  if (outcome?.result !== 'gone') return error
  return new MigrateError('ROW_VANISHED', { message: 'Row and file are not there any more.', subject: item.documentId })
}

async function transferOne(
  deps: TransferDeps,
  { guard, streak, intendedEarlier }: Session,
  { item, verified: earlier }: Standing,
  verify: MigrateOptions['verify'],
): Promise<void> {
  const { journal, progress, options, stop } = deps
  if (stop.inOrder.aborted) return
  const { seq } = item
  progress.fileStarted(seq, item.filename, item.size)
  try {
    const copyDeps: CopyDeps = {
      maker: deps.store.header,
      fence: deps.fence,
      uploads: deps.uploads,
      objects: deps.objects,
      guard,
      mayBeThere: seq <= intendedEarlier,
      options: { multipartThreshold: options.multipartThreshold, verify },
      onBytes: (bytes) => progress.fileMoved(seq, bytes),
      openUpload: item.size > options.multipartThreshold ? deps.store.openUpload(seq) : null,
      journal: uploadJournal(journal, seq),
      intendedAt: () => sentSince(deps.store, seq) ?? Date.now(),
      signal: stop.now,
    }
    if (earlier === null || !(await reuseCopy(copyDeps, item, earlier))) {
      const { verified, note } = await copyItem(copyDeps, item)
      journal.add({ step: 'verified', seq, code: note, data: verified })
    }
    deps.limit.succeeded()
    streak.broken()
  } catch (cause) {
    progress.fileEnded(seq, 'failed', item.size)
    const error = await explain(deps, item, asMigrateError(cause))
    if (error.scope === 'run') throw error
    journal.add({ step: 'failed', seq, code: error.code, data: errorData(error) })
    progress.outcomes({ failed: 1 })
    progress.log('error', failureLine(item.filename, error))
    if (!madeByOthers.has(error.code)) deps.onFailed(item, error)
    streak.add(error)
    return
  }
  progress.fileEnded(seq, 'verified', item.size)
  await deps.onVerified(item)
}
