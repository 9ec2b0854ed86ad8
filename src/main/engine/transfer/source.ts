import { MigrateError } from '../errors.ts'
import type { MovableItem } from '../plan/item.ts'
import type { FileStamp, SourceFile } from '../ports.ts'
import { checkRecordedHash } from '../verify/hashRule.ts'
import type { Fingerprint } from './fingerprint.ts'

function changed(item: MovableItem, message: string): MigrateError {
  return new MigrateError('SOURCE_CHANGED', { message, subject: item.source })
}

export const isSameStamp = (one: FileStamp, other: FileStamp): boolean =>
  one.size === other.size && one.mtimeMs === other.mtimeMs && one.identity === other.identity

/** The file is the one that was planned. Throws SOURCE_CHANGED. */
export function assertAsPlanned(item: MovableItem, stamp: FileStamp): void {
  if (stamp.size !== item.size || stamp.mtimeMs !== item.mtimeMs) {
    throw changed(item, `It had ${item.size} bytes when it was planned and has ${stamp.size} now, or a newer date.`)
  }
}

/** The file did not change while it was read, and all of it was. Throws SOURCE_CHANGED. */
export async function assertUnchanged(item: MovableItem, file: SourceFile, read: Fingerprint): Promise<void> {
  if (read.size !== item.size) throw changed(item, `${read.size} of ${item.size} bytes could be read.`)
  if (!isSameStamp(await file.restat(), file.stamp)) throw changed(item, 'It was written to while it was read.')
}

/** The bytes are the document that was uploaded to Readur. Throws HASH_MISMATCH; returns the note to keep, if any. */
export function assertUndamaged(item: MovableItem, read: Fingerprint) {
  const verdict = checkRecordedHash(item, read.sha256)
  if (verdict.ok) return verdict.note
  throw new MigrateError('HASH_MISMATCH', {
    message: `SHA-256 is ${read.sha256}; ${item.fileHash ?? ''} was uploaded.`,
    subject: item.source,
  })
}
