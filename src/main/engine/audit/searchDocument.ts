import { asMigrateError } from '../errors.ts'
import { isImage } from '../verify/hashRule.ts'
import { hashFile, hashObject, type HashDeps } from './reading.ts'
import type { AuditLists, MatchedRow } from './lists.ts'
import { quarantine } from '../rollback/localFile.ts'

/** Where else the document of a row lies: in a file that no row names, in an object, or only in another document. */
export type Whereabouts =
  | { at: 'file' | 'quarantine'; path: string }
  | { at: 'object'; key: string }
  | { at: 'twin'; documentId: string; path: string }
  | null

/** Files of one size that are read in search of one document, at most. */
const mostReads = 20

/**
 * Looks for a document that is not where its row says, by its hash. Without a recorded hash nothing can be proven, and
 * nothing is found.
 */
export async function searchDocument(deps: HashDeps & { lists: AuditLists }, row: MatchedRow): Promise<Whereabouts> {
  const { lists } = deps
  if (row.kind !== 'document' || row.hash === null || row.size === null) return null
  const strays = lists.texts(
    `SELECT path FROM unmatched WHERE size = ? ORDER BY path LIKE '%' || ? || '%' DESC, path LIMIT ${mostReads}`,
    row.size,
    row.documentId,
  )
  for (const path of strays) {
    if ((await contentOf(() => hashFile(deps, path))) !== row.hash) continue
    return { at: path.startsWith(`${quarantine}/`) ? 'quarantine' : 'file', path }
  }
  const keys = lists.texts(
    `SELECT key FROM object WHERE documentId = ? AND key LIKE 'documents/%' AND key IS NOT ? ORDER BY key LIMIT ${mostReads}`,
    row.documentId,
    row.key,
  )
  for (const key of keys) {
    if ((await contentOf(() => hashObject(deps, key))) === row.hash) return { at: 'object', key }
  }
  const [twin] = lists.texts(
    `SELECT documentId FROM record r WHERE r.hash = ? AND r.documentId <> ? AND (r.file IS NOT NULL OR
       EXISTS (SELECT 1 FROM object o WHERE o.key = r.key)) ORDER BY seq LIMIT 1`,
    row.hash,
    row.documentId,
  )
  if (twin === undefined) return null
  const [path = ''] = lists.texts('SELECT path FROM record WHERE documentId = ? AND kind = ?', twin, 'document')
  return { at: 'twin', documentId: twin, path }
}

/** A file that cannot be read is not the one. */
async function contentOf(read: () => Promise<{ sha256: string } | null>): Promise<string | null> {
  try {
    return (await read())?.sha256 ?? null
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return null
  }
}

/** The bytes may rightly differ from what was recorded. */
export const mayDiffer = (row: Pick<MatchedRow, 'mime' | 'kind'>): boolean =>
  row.kind === 'processed_image' || isImage(row.mime)
