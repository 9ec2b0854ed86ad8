import type { MovableItem } from '../plan/item.ts'
import type { ObjectFacts, ObjectHead } from '../ports.ts'

/** S3 takes 2 KB of metadata; a longer path is in the run store all the same. */
const longestPath = 1024

const runIdField = 'readur-run-id'

/**
 * Key, type and metadata of an item's object. The metadata suffices to rebuild a run from the bucket alone. Header
 * values are ASCII only, so the path is percent-encoded.
 */
export function headFor(item: MovableItem, sha256: string, runId: string): ObjectHead {
  const path = encodeURIComponent(item.oldPath)
  return {
    key: item.key,
    contentType: contentTypeOf(item),
    metadata: {
      'readur-sha256': sha256,
      'readur-document-id': item.documentId,
      [runIdField]: runId,
      ...(path.length <= longestPath && { 'readur-original-path': path }),
    },
  }
}

/** The object was created by this run. */
export const isOfRun = (facts: ObjectFacts, runId: string): boolean => facts.metadata[runIdField] === runId

/** The row's type where it may stand in a header, else the neutral one. */
function contentTypeOf(item: MovableItem): string {
  if (item.kind === 'processed_image') return /\.jpe?g$/i.test(item.key) ? 'image/jpeg' : 'image/png'
  return item.mimeType && /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+"-]+)*$/.test(item.mimeType)
    ? item.mimeType
    : 'application/octet-stream'
}
