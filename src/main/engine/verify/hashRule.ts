import type { ErrorCode } from '../../../shared/errors.ts'

export const isImage = (mimeType: string | null): boolean => mimeType?.toLowerCase().startsWith('image/') ?? false

/** How the bytes on disk stand to the hash that Readur recorded of the uploaded bytes. */
type HashVerdict = { ok: true; note: ErrorCode | null } | { ok: false }

/**
 * Readur hashes the upload and may turn photographs upright afterwards. So a difference on `image/*` is a note, and
 * a damaged file on anything else. No hash: nothing to compare.
 */
export function checkRecordedHash(
  item: { mimeType: string | null; fileHash: string | null },
  sha256: string,
): HashVerdict {
  if (item.fileHash === null || item.fileHash.toLowerCase() === sha256) return { ok: true, note: null }
  return isImage(item.mimeType) ? { ok: true, note: 'IMAGE_REENCODED' } : { ok: false }
}
