import { objectPages } from '../listing.ts'
import { isOnS3 } from '../keys/readurKeys.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import type { DocumentRow, ReadurDatabase } from '../ports.ts'
import type { Site } from '../session.ts'
import type { Progress } from '../progress.ts'
import type { AuditedRow, AuditLists } from './lists.ts'
import { documentOfKey, readurFolders } from '../keys/keyShapes.ts'

interface ReadDeps {
  site: Site
  lists: AuditLists
  progress: Progress
  signal: AbortSignal
}

/** A folder or name that could not be looked at. */
interface Unreadable {
  path: string
  reason: string
}

/**
 * Fills the lists: files first, then rows, then objects. What Readur enters meanwhile then has its file missing from the
 * list, never its row; and each miss is looked at once more before it is called one. Returns what could not be listed.
 */
export async function readLists(deps: ReadDeps): Promise<Unreadable[]> {
  const { site, lists, progress, signal } = deps
  const unreadable = await readFiles(site, lists, signal)
  await readRows(site.database, site.prefixes, deps)
  for await (const page of site.database.mentions(signal)) {
    lists.addMentions(page.flatMap(({ path }) => (isOnS3(path) ? [path] : placesOf(path, site.prefixes))))
  }
  await readObjects(deps)
  progress.log('info', 'Rows, files and objects are listed; now they are compared.')
  await lists.match()
  return unreadable
}

async function readFiles(
  { uploads, prefixes }: Pick<Site, 'uploads' | 'prefixes'>,
  lists: AuditLists,
  signal: AbortSignal,
): Promise<Unreadable[]> {
  const unreadable: Unreadable[] = []
  for await (const page of uploads.list(signal)) {
    lists.addFiles(page, prefixes)
    for (const one of page) if (one.kind === 'unreadable') unreadable.push({ path: one.path, reason: one.reason })
  }
  return unreadable
}

async function readRows(
  database: Pick<ReadurDatabase, 'documents'>,
  prefixes: readonly PathPrefix[],
  { lists, progress, signal }: ReadDeps,
): Promise<void> {
  for await (const page of database.documents({}, signal)) {
    const rows = page.flatMap(rowsOf)
    lists.addRows(rows.map((row) => ({ ...row, ...claimsOf(row, prefixes) })))
    // Of no row by itself, but somebody may look for it there.
    lists.addMentions(
      page.flatMap(({ images }) =>
        images.flatMap(({ originalPath }) => (isOnS3(originalPath) ? [] : placesOf(originalPath, prefixes))),
      ),
    )
    progress.planned({ documents: page.length, move: 0, skip: 0, blocked: 0, bytes: 0 })
  }
}

function claimsOf(
  { path, key }: AuditedRow,
  prefixes: readonly PathPrefix[],
): { places: string[]; also: string | null } {
  const candidates = key === null ? candidatesFor(path, prefixes) : null
  if (candidates?.kind !== 'inside') return { places: [], also: null }
  return { places: candidates.exact, also: candidates.recoverable }
}

/** Where Readur would look for the file of a path, in its order. */
export function placesOf(path: string, prefixes: readonly PathPrefix[]): string[] {
  const candidates = candidatesFor(path, prefixes)
  return candidates.kind === 'inside' ? candidates.exact : []
}

async function readObjects({ site, lists, signal }: ReadDeps): Promise<void> {
  for (const folder of readurFolders) {
    for await (const page of objectPages(site.objects, folder, signal)) {
      lists.addObjects(page.map((object) => ({ ...object, documentId: documentOfKey(object.key) })))
    }
  }
}

function rowsOf(row: DocumentRow): AuditedRow[] {
  const common = { documentId: row.id, userId: row.userId }
  const document: AuditedRow = {
    ...common,
    kind: 'document',
    rowId: row.id,
    filename: row.filename,
    path: row.filePath,
    size: row.fileSize,
    hash: row.fileHash?.toLowerCase() ?? null,
    mime: row.mimeType,
    key: keyOf(row.filePath),
  }
  const images = row.images.map((image): AuditedRow => ({
    ...common,
    kind: 'processed_image',
    rowId: image.id,
    filename: image.processedPath.split('/').at(-1) ?? image.processedPath,
    path: image.processedPath,
    size: null,
    hash: null,
    mime: null,
    key: keyOf(image.processedPath),
  }))
  return [document, ...images]
}

const keyOf = (path: string): string | null => (isOnS3(path) ? path.slice('s3://'.length) : null)
