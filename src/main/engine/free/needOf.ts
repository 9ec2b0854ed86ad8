import type { FreeKind } from '../../../shared/runKind.ts'
import type { Verified } from '../journal/entries.ts'
import type { MovableItem } from '../plan/item.ts'
import type { FileStamp } from '../ports.ts'
import type { Need, References } from './references.ts'

/** A local file that is to go. `place`: where it lies, at `source` or where it was put aside. `stamp`: as it is now. */
interface Going {
  source: string
  place: string
  stamp: FileStamp | null
  kind: FreeKind
}

/**
 * Why a local file of `item` has to stay; null when it may go. What was put aside is asked for under both its places: a link
 * may still lead to the old one. Deleted for good, it must not be the content that another row is missing either.
 */
export function needOf(
  references: References,
  { source, place, stamp, kind }: Going,
  { fileHash }: Pick<MovableItem, 'fileHash'>,
  verified: Pick<Verified, 'sha256' | 'size'> | null,
): Need | null {
  const need = references.needOf(source, stamp) ?? (place === source ? null : references.needOf(place, stamp))
  if (need || kind === 'quarantine' || verified === null) return need
  const owner = references.missedBy(verified, fileHash)
  if (owner === null) return null
  return {
    code: 'FILE_STILL_NAMED',
    message: `Document ${owner} misses its file, and “${place}” may hold the same content.`,
  }
}
