import pLimit from 'p-limit'
import { z } from 'zod'
import type { DocumentRow } from '../ports.ts'
import { documentOfFile, isJunk, liesAside, quarantine } from '../keys/keyShapes.ts'
import { isImage } from '../verify/hashRule.ts'
import type { AuditDeps } from './auditRows.ts'
import type { StrayFile } from './discrepancies.ts'

const fileRow = z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() })

export interface StrayDeps extends AuditDeps {
  /** What is younger may be under way. */
  settledBefore: number
}

/** Files that are no row's but need not be listed: they are where they belong. */
export interface Kept {
  aside: number
  leftBehind: number
}

/** Files without a row. */
export async function auditFiles(deps: StrayDeps): Promise<Kept> {
  const { lists, signal, site } = deps
  const kept: Kept = { aside: 0, leftBehind: 0 }
  const limit = pLimit(deps.parallel)
  const sql = `SELECT path, size, mtimeMs FROM file f WHERE path > ? AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.path = f.path)
    AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.path = f.path) ORDER BY path LIMIT 500`
  for (const page of lists.pages(fileRow, ['path', ''], sql)) {
    const strays = page.filter(({ path }) => !isKept(path, kept))
    const ids = [...new Set(strays.flatMap(({ path }) => documentOfFile(path) ?? []))]
    const live = new Map((await site.database.documentsById(ids, signal)).map((row) => [row.id, row]))
    await Promise.all(
      strays.map((file) =>
        limit(() => {
          signal.throwIfAborted()
          return strayFile(deps, file, live, kept)
        }),
      ),
    )
  }
  return kept
}

function isKept(path: string, kept: Kept): boolean {
  if (path.startsWith(`${quarantine}/`)) return true
  if (!liesAside(path)) return false
  kept.aside += 1
  return true
}

async function strayFile(
  deps: StrayDeps,
  file: StrayFile,
  live: ReadonlyMap<string, DocumentRow>,
  kept: Kept,
): Promise<void> {
  const { lists, discrepancies, site } = deps
  const { path, size } = file
  if (isJunk(path)) {
    discrepancies.file(file, 'FILE_JUNK', 'No document.', true)
    return
  }
  if (lists.has('SELECT 1 FROM mention WHERE path = ?', path)) {
    discrepancies.file(file, 'FILE_NAMED_ELSEWHERE', 'Only other tables name it.', true)
    return
  }
  const owner = live.get(documentOfFile(path) ?? '')
  if (owner && path.startsWith('processed_images/')) {
    const isMoved = owner.images.some(({ processedPath }) =>
      processedPath.endsWith(path.slice('processed_images'.length)),
    )
    if (isMoved) kept.leftBehind += 1
    else discrepancies.file(file, 'FILE_DERIVED', `Of document ${owner.id}.`, true, owner.id)
    return
  }
  if (owner?.filePath.startsWith('s3://') && (owner.fileSize === size || isImage(owner.mimeType))) {
    kept.leftBehind += 1
    return
  }
  // It may have gone, or changed, since it was listed.
  const now = await site.uploads.inspect(path)
  if (now.kind !== 'file') return
  const twin = await twinOf(deps, file)
  if (twin?.at === 'object') kept.leftBehind += 1
  else if (twin) {
    const [code, words] =
      twin.at === 'file'
        ? (['FILE_DUPLICATE', ''] as const)
        : (['FILE_UNNAMED', ', which is not where its row says'] as const)
    discrepancies.file(file, code, `The same bytes as document ${twin.documentId}${words}.`, true, twin.documentId)
  } else if (now.stamp.mtimeMs >= deps.settledBefore) {
    discrepancies.file(file, 'FILE_RECENT', 'It was written to a short while ago.', true)
  } else discrepancies.file(file, 'FILE_ORPHAN', `${size} bytes that no row names.`, false)
}

interface Twin {
  documentId: string
  /** Where its row says that it is: in a file, in an object, or where it was not found. */
  at: 'file' | 'object' | 'nowhere'
}

/** A live document with the same bytes. */
async function twinOf(deps: StrayDeps, { path, size }: StrayFile): Promise<Twin | null> {
  const { lists } = deps
  if (!lists.has('SELECT 1 FROM record WHERE size = ? AND hash IS NOT NULL LIMIT 1', size)) return null
  const hash = await deps.unmatched.hashOf(path)
  if (hash === null) return null
  // The one that needs the file most.
  return lists.row(
    twinRow,
    `SELECT documentId, CASE WHEN file IS NOT NULL THEN 'file' WHEN key IS NOT NULL THEN 'object' ELSE 'nowhere' END AS at
     FROM record r WHERE r.hash = ? ORDER BY at <> 'nowhere', at <> 'object' LIMIT 1`,
    hash,
  )
}

const twinRow = z.object({ documentId: z.string(), at: z.enum(['file', 'object', 'nowhere']) })
