import { documentOfKey } from '../keys/keyShapes.ts'
import type { ObjectFacts } from '../ports.ts'
import { ownerMark, provenanceOf } from '../transfer/metadata.ts'
import { isImage } from './hashRule.ts'

/** A document whose object is looked for. */
interface Wanted {
  documentId: string
  userId: string | null
  fileHash: string | null
  mimeType: string | null
}

/**
 * Whether an object is a document. Readur's hash decides where it can. Where it cannot, of a photograph that was turned
 * upright or a row without a hash, an object under a key of this very document counts that says of itself that it was
 * copied for this document and this database, if its bytes still are those that were copied.
 */
export function isProvenObject(
  wanted: Wanted,
  { key, facts, sha256 }: { key: string; facts: ObjectFacts; sha256: string },
  databaseIdentity: string,
): boolean {
  const { documentId, userId, fileHash, mimeType } = wanted
  if (fileHash?.toLowerCase() === sha256) return true
  if (fileHash !== null && !isImage(mimeType)) return false
  const isItsKey = documentOfKey(key) === documentId.toLowerCase() && key.startsWith(`documents/${userId ?? ''}/`)
  const said = provenanceOf(facts)
  const isItsCopy = said.documentId === documentId && said.sha256 === sha256
  return isItsKey && isItsCopy && ownerMark(facts, databaseIdentity) === 'ours'
}
