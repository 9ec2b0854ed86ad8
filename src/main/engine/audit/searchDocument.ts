import { quarantine } from '../keys/keyShapes.ts'
import type { ObjectStore } from '../ports.ts'
import type { PathPrefix } from '../plan/paths.ts'
import { isImage } from '../verify/hashRule.ts'
import { isProvenObject } from '../verify/provenObject.ts'
import type { AuditLists, MatchedRow } from './lists.ts'
import { hashObject, type HashDeps } from './reading.ts'
import { placesOf } from './readLists.ts'
import { tracesOf, traceWords, type Traces } from './traces.ts'
import { contentOf, type UnmatchedFiles } from './unmatchedFiles.ts'

/**
 * Where else the document of a row lies: in a file that no row names, in an object, or only in another document. `unproven`:
 * something is there that may be it, and nothing tells.
 */
export type Whereabouts =
  | { at: 'file' | 'quarantine'; path: string }
  | { at: 'object'; key: string }
  | { at: 'twin'; documentId: string; path: string }
  | { at: 'unproven'; traces: Traces; words: string }
  | { at: 'nowhere' }

type SearchDeps = HashDeps & {
  lists: AuditLists
  unmatched: UnmatchedFiles
  databaseIdentity: string
  site: { prefixes: readonly PathPrefix[]; objects: Pick<ObjectStore, 'head' | 'get'> }
}

/** Objects of one document that are read in search of it, at most; there is one, or two. */
const mostObjects = 20

/**
 * Looks for a document that is not where its row says: by its hash, and where that cannot tell by what this program has
 * written down. `nowhere` is said only when nothing is left that may be it.
 */
export async function searchDocument(deps: SearchDeps, row: MatchedRow): Promise<Whereabouts> {
  if (row.kind !== 'document') return { at: 'nowhere' }
  const path = (await fileByHash(deps, row)) ?? fileByPlace(deps, row)
  if (path !== null) return { at: path.startsWith(`${quarantine}/`) ? 'quarantine' : 'file', path }
  const key = await objectOf(deps, row)
  if (key !== null) return { at: 'object', key }
  const twin = twinOf(deps, row)
  if (twin) return twin
  const traces = tracesOf(deps.lists, row)
  const words = traceWords(traces)
  return words === null ? { at: 'nowhere' } : { at: 'unproven', traces, words }
}

async function fileByHash({ unmatched }: SearchDeps, { size, hash, documentId }: MatchedRow): Promise<string | null> {
  return hash === null || size === null ? null : unmatched.find({ size, hash, documentId })
}

/**
 * A quarantine keeps the path of each file, so the one file there that was put aside from the very place that the row names is
 * its document, where a hash cannot tell.
 */
function fileByPlace({ lists, site }: SearchDeps, row: MatchedRow): string | null {
  if (row.key !== null || (row.hash === null ? row.size === null : !isImage(row.mime))) return null
  const found = placesOf(row.path, site.prefixes).flatMap((place) =>
    lists
      .texts(
        `SELECT path FROM unmatched WHERE name = ? AND path GLOB '${quarantine}/*' AND size = coalesce(?, size)`,
        place.split('/').at(-1)?.toLowerCase(),
        row.hash === null ? row.size : null,
      )
      .filter((path) => path.split('/').slice(2).join('/') === place),
  )
  const [only, ...others] = new Set(found)
  return only !== undefined && others.length === 0 ? only : null
}

async function objectOf(deps: SearchDeps, row: MatchedRow): Promise<string | null> {
  const { lists, site, databaseIdentity, signal } = deps
  const keys = lists.texts(
    `SELECT key FROM object WHERE documentId = ? AND key GLOB 'documents/*' AND key IS NOT ? ORDER BY key LIMIT ${mostObjects}`,
    row.documentId,
    row.key,
  )
  const wanted = { documentId: row.documentId, userId: row.userId, fileHash: row.hash, mimeType: row.mime }
  for (const key of keys) {
    const sha256 = await contentOf(() => hashObject(deps, key))
    const facts = sha256 === null ? null : await site.objects.head(key, signal)
    if (sha256 !== null && facts && isProvenObject(wanted, { key, facts, sha256 }, databaseIdentity)) return key
  }
  return null
}

function twinOf({ lists }: SearchDeps, { hash, documentId }: MatchedRow): Whereabouts | null {
  if (hash === null) return null
  const [twin] = lists.texts(
    `SELECT documentId FROM record r WHERE r.hash = ? AND r.documentId <> ? AND (r.file IS NOT NULL OR
       EXISTS (SELECT 1 FROM object o WHERE o.key = r.key)) ORDER BY seq LIMIT 1`,
    hash,
    documentId,
  )
  if (twin === undefined) return null
  const [path = ''] = lists.texts('SELECT path FROM record WHERE documentId = ? AND kind = ?', twin, 'document')
  return { at: 'twin', documentId: twin, path }
}

/** The bytes may rightly differ from what was recorded. */
export const mayDiffer = (row: Pick<MatchedRow, 'mime' | 'kind'>): boolean =>
  row.kind === 'processed_image' || isImage(row.mime)
