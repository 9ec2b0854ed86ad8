import { isImage } from '../verify/hashRule.ts'
import { hashObject, type HashDeps } from './reading.ts'
import type { AuditLists, MatchedRow } from './lists.ts'
import { quarantine } from '../rollback/localFile.ts'
import { contentOf, type UnmatchedFiles } from './unmatchedFiles.ts'

/** Where else the document of a row lies: in a file that no row names, in an object, or only in another document. */
export type Whereabouts =
  | { at: 'file' | 'quarantine'; path: string }
  | { at: 'object'; key: string }
  | { at: 'twin'; documentId: string; path: string }
  | { at: 'nowhere' }

/** Objects of one document that are read in search of it, at most; there is one, or two. */
const mostObjects = 20

/**
 * Looks for a document that is not where its row says, by its hash. Without a recorded hash nothing can be proven, and
 * nothing is found.
 */
export async function searchDocument(
  deps: HashDeps & { lists: AuditLists; unmatched: UnmatchedFiles },
  row: MatchedRow,
): Promise<Whereabouts> {
  const { lists, unmatched } = deps
  const { size, hash, documentId } = row
  if (row.kind !== 'document' || hash === null || size === null) return { at: 'nowhere' }
  const path = await unmatched.find({ size, hash, documentId })
  if (path !== null) return { at: path.startsWith(`${quarantine}/`) ? 'quarantine' : 'file', path }
  const keys = lists.texts(
    `SELECT key FROM object WHERE documentId = ? AND key LIKE 'documents/%' AND key IS NOT ? ORDER BY key LIMIT ${mostObjects}`,
    documentId,
    row.key,
  )
  for (const key of keys) {
    if ((await contentOf(() => hashObject(deps, key))) === hash) return { at: 'object', key }
  }
  const [twin] = lists.texts(
    `SELECT documentId FROM record r WHERE r.hash = ? AND r.documentId <> ? AND (r.file IS NOT NULL OR
       EXISTS (SELECT 1 FROM object o WHERE o.key = r.key)) ORDER BY seq LIMIT 1`,
    hash,
    documentId,
  )
  if (twin === undefined) return { at: 'nowhere' }
  const [twinPath = ''] = lists.texts('SELECT path FROM record WHERE documentId = ? AND kind = ?', twin, 'document')
  return { at: 'twin', documentId: twin, path: twinPath }
}

/** The bytes may rightly differ from what was recorded. */
export const mayDiffer = (row: Pick<MatchedRow, 'mime' | 'kind'>): boolean =>
  row.kind === 'processed_image' || isImage(row.mime)
