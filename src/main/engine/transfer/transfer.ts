import pLimit from 'p-limit'
import type { MigrateOptions } from '../../../shared/run.ts'
import { asMigrateError, errorData, failureLine, type MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { RunStore } from '../journal/runStore.ts'
import type { MovableItem } from '../plan/item.ts'
import type { ObjectStore, UploadsFolder } from '../ports.ts'
import type { Progress } from '../progress.ts'
import type { StopSignals } from '../stop.ts'
import { forEachConcurrent, type AdaptiveLimit } from './concurrency.ts'
import { copyItem } from './copyItem.ts'
import { OverwriteGuard } from './overwriteGuard.ts'

/** Uploads in parts at the same time; each holds several parts in memory. */
const largeUploads = 2

/** The first copies of a run are read back whole, whatever the level: a store that spoils bytes shows at once. */
const alwaysReadBack = 3

export interface TransferDeps {
  store: Pick<RunStore, 'header' | 'movable' | 'append'>
  journal: JournalBuffer
  uploads: Pick<UploadsFolder, 'open'>
  objects: ObjectStore
  options: MigrateOptions
  limit: AdaptiveLimit
  progress: Progress
  stop: StopSignals
  /** A verified copy; awaited before the next file takes its place, so that a slow commit slows the copying. */
  onVerified: (item: MovableItem) => Promise<void>
  /** An item failed for good. */
  onFailed: (item: MovableItem, error: MigrateError) => void
}

/**
 * Copies and verifies every movable item of the plan, several at once. An item's failure is journaled and the rest
 * goes on; an error that concerns the run is thrown. Ends early, in order, when a stop is asked for.
 */
export async function transferItems(deps: TransferDeps): Promise<void> {
  const large = pLimit(largeUploads)
  const guard = new OverwriteGuard()
  let readBacks = alwaysReadBack
  await forEachConcurrent(withIntent(deps), deps.limit, deps.stop.inOrder, async (item) => {
    const isLarge = item.size > deps.options.multipartThreshold
    const verify = readBacks-- > 0 ? 'readback' : deps.options.verify
    await (isLarge ? large(() => transferOne(deps, guard, item, verify)) : transferOne(deps, guard, item, verify))
  })
}

/** Items in order; the intent to send is durable before an item is handed out. */
function* withIntent(deps: TransferDeps): Generator<MovableItem> {
  for (const page of deps.store.movable()) {
    deps.journal.writeNow({ step: 'send-intent', data: { seqs: page.map((item) => item.seq) } })
    yield* page
  }
}

async function transferOne(
  deps: TransferDeps,
  guard: OverwriteGuard,
  item: MovableItem,
  verify: MigrateOptions['verify'],
): Promise<void> {
  const { journal, progress, options, stop } = deps
  if (stop.inOrder.aborted) return
  const { seq } = item
  progress.fileStarted(seq, item.filename, item.size)
  try {
    const { verified, note } = await copyItem(
      {
        runId: deps.store.header.id,
        uploads: deps.uploads,
        objects: deps.objects,
        guard,
        options: { multipartThreshold: options.multipartThreshold, verify },
        onBytes: (bytes) => progress.fileMoved(seq, bytes),
        onUpload: (uploadId) => journal.writeNow({ step: 'multipart-intent', seq, data: { uploadId } }),
        signal: stop.now,
      },
      item,
    )
    journal.add({ step: 'verified', seq, code: note, data: verified })
    deps.limit.succeeded()
  } catch (cause) {
    const error = asMigrateError(cause)
    progress.fileEnded(seq, 'failed', item.size)
    if (error.scope === 'run') throw error
    journal.add({ step: 'failed', seq, code: error.code, data: errorData(error) })
    progress.outcomes({ failed: 1 })
    progress.log('error', failureLine(item.filename, error))
    deps.onFailed(item, error)
    return
  }
  progress.fileEnded(seq, 'verified', item.size)
  await deps.onVerified(item)
}
