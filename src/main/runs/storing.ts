import type { StoredAs } from '../../shared/profile.ts'
import type { RunStore } from '../engine/journal/runStore.ts'
import type { Workplace } from './workplace.ts'

/** What the connection says of new objects goes into the record of a run that writes some. */
export function recordStoredAs({ storage }: Pick<Workplace, 'storage'>, store: RunStore): void {
  store.append([{ step: 'stored-as', data: storage.ofConnection }])
}

/**
 * All objects of a run are stored the same way: as the connection said when its first session began, whatever it says by
 * now. A record of before this was written down goes by the connection.
 */
export function storeAsBegun(
  { storage, context: { progress } }: Pick<Workplace, 'storage'> & { context: Pick<Workplace['context'], 'progress'> },
  store: RunStore,
): void {
  const { ofConnection, use } = storage
  const recorded = store.last('stored-as')
  const kept = store.last('started') === null ? null : recorded
  use(kept ?? ofConnection)
  if (recorded !== null && wordsOf(recorded) === wordsOf(ofConnection)) return
  if (kept === null) recordStoredAs({ storage }, store)
  else {
    progress.log(
      'warning',
      `This run keeps the storage options it started with (${wordsOf(kept)}). The connection has others by now (${wordsOf(ofConnection)}), which a new plan uses.`,
    )
  }
}

const encryptionWords = { AES256: 'SSE-S3', 'aws:kms': 'SSE-KMS' } as const

function wordsOf({ storageClass, encryption, kmsKeyId }: StoredAs): string {
  const key = kmsKeyId === undefined ? '' : ` with key ${kmsKeyId}`
  const parts = [
    ...(storageClass === undefined ? [] : [`storage class ${storageClass}`]),
    ...(encryption === undefined ? [] : [`${encryptionWords[encryption]}${key}`]),
  ]
  return parts.length === 0 ? 'none' : parts.join(', ')
}
