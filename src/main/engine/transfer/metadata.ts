import { createHash } from 'node:crypto'
import type { MovableItem } from '../plan/item.ts'
import type { ObjectFacts, ObjectHead } from '../ports.ts'
import { imageType } from '../keys/readurKeys.ts'

/** S3 takes 2 KB of metadata; a longer path is in the run store all the same. */
const longestPath = 1024

const sha256Field = 'readur-sha256'
const documentIdField = 'readur-document-id'
const runIdField = 'readur-run-id'
const originalPathField = 'readur-original-path'
const databaseField = 'readur-database'

/** The run that makes an object, and the database that its documents are in. */
export interface Maker {
  id: string
  databaseIdentity: string
}

/** Two databases may share a bucket and have the same documents, as a copy for tests has. Header values are short and ASCII. */
const databaseMark = (identity: string): string => createHash('sha256').update(identity).digest('hex').slice(0, 16)

/**
 * Key, type and metadata of an item's object. The metadata suffices to rebuild a run from the bucket alone. Header
 * values are ASCII only, so the path is percent-encoded.
 */
export function headFor(item: MovableItem, sha256: string, maker: Maker): ObjectHead {
  const path = encodeURIComponent(item.oldPath)
  return {
    key: item.key,
    contentType: contentTypeOf(item),
    metadata: {
      [sha256Field]: sha256,
      [documentIdField]: item.documentId,
      [runIdField]: maker.id,
      [databaseField]: databaseMark(maker.databaseIdentity),
      ...(path.length <= longestPath && { [originalPathField]: path }),
    },
  }
}

/** Id of the run that made the object; null for one that this program did not make. */
export const runOf = (facts: ObjectFacts): string | null => facts.metadata[runIdField] ?? null

/**
 * The object was made for this database, by this program. An object without the mark counts only for the
 * run that made it.
 */
export function isOfDatabase(facts: ObjectFacts, { id, databaseIdentity }: Maker): boolean {
  const mark = facts.metadata[databaseField]
  return mark === undefined ? runOf(facts) === id : mark === databaseMark(databaseIdentity)
}

/** Whose an object is, by the mark that this program puts on it; `unmarked` where nobody can tell. */
export function ownerMark(facts: ObjectFacts, databaseIdentity: string): 'ours' | 'foreign' | 'unmarked' {
  const mark = facts.metadata[databaseField]
  if (mark === undefined) return 'unmarked'
  return mark === databaseMark(databaseIdentity) ? 'ours' : 'foreign'
}

/** The object was made by this run. */
export const isOfRun = (facts: ObjectFacts, runId: string): boolean => runOf(facts) === runId

/** What an object's metadata say of its content and origin; what is absent or no such thing is null. */
interface Provenance {
  runId: string | null
  documentId: string | null
  sha256: string | null
  originalPath: string | null
}

/** Reads the metadata that `headFor` writes. Anybody may have written them: nothing in them is taken for proven. */
export function provenanceOf({ metadata }: ObjectFacts): Provenance {
  const sha256 = metadata[sha256Field]?.toLowerCase() ?? ''
  return {
    runId: metadata[runIdField] ?? null,
    documentId: metadata[documentIdField] ?? null,
    sha256: /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    originalPath: decoded(metadata[originalPathField]),
  }
}

function decoded(path: string | undefined): string | null {
  try {
    return path === undefined ? null : decodeURIComponent(path)
  } catch {
    return null
  }
}

/** The row's type where it may stand in a header, else the neutral one. */
function contentTypeOf(item: MovableItem): string {
  if (item.kind === 'processed_image') return imageType(item.key)
  return item.mimeType && /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+"-]+)*$/.test(item.mimeType)
    ? item.mimeType
    : 'application/octet-stream'
}
