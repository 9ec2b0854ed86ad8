import { asMigrateError } from '../errors.ts'
import { itemsWithOpenUpload } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import { sendingOf } from '../transfer/uploadJournal.ts'
import type { ObjectStore } from '../ports.ts'
import type { Progress } from '../progress.ts'
import { giveUpStrays } from '../transfer/strayUploads.ts'

export interface AbortDeps {
  /** The run that has sent parts. */
  run: RunStore
  /** Whether the item with this place in the run is being undone. */
  isUndone: (seq: number) => boolean
  objects: Pick<ObjectStore, 'listUploads' | 'abortUpload'>
  progress: Progress
  signal: AbortSignal
}

/**
 * Parts that an undone run has left in the bucket take space and serve nobody. The journal names most uploads; one that a
 * session began and did not live to write down is known to the service alone.
 */
export async function abortUploads({ run, isUndone, objects, progress, signal }: AbortDeps): Promise<void> {
  for (const seq of itemsWithOpenUpload(run)) {
    const { key } = run.item(seq)
    if (key === null || !isUndone(seq)) continue
    const known = run.openUpload(seq)
    const sending = sendingOf(run, seq)
    try {
      if (sending) await giveUpStrays(objects, key, sending, signal)
      if (known === null) continue
      // Not every service lists them.
      await objects.abortUpload({ key, uploadId: known.uploadId }, signal)
      run.append([{ step: 'multipart-ended', seq, data: {} }])
    } catch (cause) {
      progress.log('warning', `Parts of “${key}” were left in the bucket: ${asMigrateError(cause).message}`)
    }
  }
}
