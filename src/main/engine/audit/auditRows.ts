import pLimit from 'p-limit'
import type { CheckLevel } from '../../../shared/run.ts'
import { asMigrateError } from '../errors.ts'
import { pathIn } from '../plan/item.ts'
import { locate } from '../plan/locate.ts'
import type { DocumentRow, UploadsFolder } from '../ports.ts'
import type { Site } from '../session.ts'
import type { Discrepancies } from './discrepancies.ts'
import { resolveLinks } from './links.ts'
import type { AuditLists, MatchedRow } from './lists.ts'
import { hashFile, hashObject, type HashDeps } from './reading.ts'
import { placesOf } from './readLists.ts'
import { mayDiffer, searchDocument, type Whereabouts } from './searchDocument.ts'
import type { UnmatchedFiles } from './unmatchedFiles.ts'

export interface AuditDeps extends HashDeps {
  site: Site
  lists: AuditLists
  unmatched: UnmatchedFiles
  discrepancies: Discrepancies
  databaseIdentity: string
  level: CheckLevel
  /** Files and objects looked at side by side. */
  parallel: number
}

const zeroBytes = 0

/** Rows against files and objects: what is missing, what differs, what is shared. */
export async function auditRows(deps: AuditDeps): Promise<void> {
  const { level, discrepancies } = deps
  await eachRow(deps, 'r.key IS NULL AND r.file IS NULL', missingFile)
  await eachRow(deps, 'r.key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM object o WHERE o.key = r.key)', missingObject)
  await eachRow(
    deps,
    'r.size IS NOT NULL AND EXISTS (SELECT 1 FROM file f WHERE f.path = r.file AND f.size <> r.size)',
    otherSizeOfFile,
  )
  await eachRow(
    deps,
    'r.size IS NOT NULL AND EXISTS (SELECT 1 FROM object o WHERE o.key = r.key AND o.size <> r.size)',
    otherSizeOfObject,
  )
  await eachRow(deps, sharing('file'), (_deps, row) => {
    discrepancies.row(row, 'FILE_SHARED', `“${row.file ?? ''}” is the file of several rows.`, { note: true })
  })
  await eachRow(deps, sharing('key'), (_deps, row) => {
    discrepancies.row(row, 'OBJECT_SHARED', `“${row.key ?? ''}” is the object of several rows.`)
  })
  if (level === 'exists') return
  const sameSize = (table: string, column: string, own: string): string =>
    `r.hash IS NOT NULL AND EXISTS (SELECT 1 FROM ${table} t WHERE t.${column} = r.${own} AND (r.size IS NULL OR t.size = r.size OR r.mime LIKE 'image/%'))`
  await eachRow(deps, sameSize('file', 'path', 'file'), otherBytesOfFile)
  if (level === 'readback') await eachRow(deps, sameSize('object', 'key', 'key'), otherBytesOfObject)
}

const sharing = (column: 'file' | 'key'): string =>
  `r.${column} IS NOT NULL AND EXISTS (SELECT 1 FROM record s WHERE s.${column} = r.${column} AND s.seq <> r.seq)`

type Look = (deps: AuditDeps, row: MatchedRow) => Promise<void> | void

async function eachRow(deps: AuditDeps, where: string, look: Look): Promise<void> {
  const limit = pLimit(deps.parallel)
  for (const page of deps.lists.matched(where)) {
    await Promise.all(
      page.map((row) =>
        limit(() => {
          deps.signal.throwIfAborted()
          return look(deps, row)
        }),
      ),
    )
  }
}

/** The row as it is now; null when it was changed or deleted since it was listed. */
async function stillThere({ site, signal }: AuditDeps, row: MatchedRow): Promise<DocumentRow | null> {
  const [now] = await site.database.documentsById([row.documentId], signal)
  return now && pathIn(now, row) === row.path ? now : null
}

/** Not in the listing: perhaps spelled in another way, perhaps new, perhaps gone. */
async function missingFile(deps: AuditDeps, row: MatchedRow): Promise<void> {
  const { site, lists, discrepancies } = deps
  const location = await locate(site.uploads, row.path, site.prefixes)
  if (location.found) {
    markSeen(lists, row, location.stamp, location.source, deps)
    return
  }
  // A link that leads to it only in Readur's container, or past a place that is not seen from here.
  for (const place of placesOf(row.path, site.prefixes)) lists.markSeen(resolveLinks(lists, place))
  if (!(await stillThere(deps, row))) return
  const { message } = location
  if (location.code !== 'FILE_MISSING') {
    discrepancies.row(row, location.code, message, { source: location.source })
    return
  }
  const found = await lookElsewhere(deps, row, message)
  switch (found.at) {
    case 'file':
      discrepancies.row(row, 'FILE_RECOVERABLE', `${message} It lies at “${found.path}”.`, { source: found.path })
      return
    case 'quarantine':
      discrepancies.row(row, 'FILE_SET_ASIDE', `${message} It lies at “${found.path}”.`, { source: found.path })
      return
    case 'object':
      discrepancies.row(row, 'FILE_ON_S3', `${message} It is the object “${found.key}”.`, { key: found.key })
      return
    case 'nowhere':
      discrepancies.row(row, 'FILE_MISSING', message)
      return
    case 'unproven':
    case 'twin':
  }
}

/** Upper and lower case, composed letters, linked folders: whichever listed file it is belongs to a row. */
function markSeen(
  lists: AuditLists,
  row: MatchedRow,
  stamp: { size: number; mtimeMs: number; identity: string | null },
  source: string,
  { site }: { site: { uploads: Pick<UploadsFolder, 'label'>; prefixes: AuditDeps['site']['prefixes'] } },
): void {
  lists.markSeen(source)
  for (const place of placesOf(row.path, site.prefixes)) lists.markSeen(resolveLinks(lists, place))
  const same = lists.texts(
    'SELECT path FROM file WHERE size = ? AND mtimeMs = ? AND (identity IS NULL OR identity = ?)',
    stamp.size,
    stamp.mtimeMs,
    stamp.identity,
  )
  for (const path of same) lists.markSeen(path)
}

/** Where a missing document lies. That only another has the same content, or that nothing can be proven, is said here. */
async function lookElsewhere(deps: AuditDeps, row: MatchedRow, message: string): Promise<Whereabouts> {
  const found = await searchDocument(deps, row)
  // It is this row's, whatever its name: no stray.
  if (found.at === 'file' || found.at === 'quarantine') deps.lists.markSeen(found.path)
  if (found.at === 'twin') {
    const words = `${message} Document ${found.documentId} has the same content: “${found.path}”.`
    deps.discrepancies.row(row, 'FILE_TWIN', words)
  }
  if (found.at === 'unproven') {
    for (const path of found.traces.own) deps.lists.markSeen(path)
    const key = found.traces.objects[0] ?? null
    const source = found.traces.own[0] ?? null
    const words = `${message} It may be ${found.words}, and nothing can prove it.`
    deps.discrepancies.row(row, row.key === null ? 'FILE_UNPROVEN' : 'OBJECT_UNPROVEN', words, { source, key })
  }
  return found
}

async function missingObject(deps: AuditDeps, row: MatchedRow): Promise<void> {
  const { site, discrepancies, signal } = deps
  const key = row.key ?? ''
  if ((await site.objects.head(key, signal)) !== null) return
  if (!(await stillThere(deps, row))) return
  const message = `There is no object “${key}” in the bucket.`
  const found = await lookElsewhere(deps, row, message)
  switch (found.at) {
    case 'file':
    case 'quarantine':
      discrepancies.row(row, 'OBJECT_RECOVERABLE', `${message} The document lies at “${found.path}”.`, {
        source: found.path,
      })
      return
    case 'object':
      discrepancies.row(row, 'OBJECT_RECOVERABLE', `${message} The document is the object “${found.key}”.`, {
        key: found.key,
      })
      return
    case 'nowhere':
      discrepancies.row(row, 'OBJECT_MISSING', message)
      return
    case 'unproven':
    case 'twin':
  }
}

function otherSizeOfFile({ lists, discrepancies }: AuditDeps, row: MatchedRow): void {
  const size = lists.number('SELECT size FROM file WHERE path = ?', row.file)
  const message = `“${row.file ?? ''}” has ${size} bytes; ${row.size ?? 0} were uploaded.`
  if (size === zeroBytes) discrepancies.row(row, 'FILE_EMPTY', message)
  else if (mayDiffer(row)) discrepancies.row(row, 'IMAGE_REENCODED', message, { note: true })
  else discrepancies.row(row, 'HASH_MISMATCH', message)
}

function otherSizeOfObject({ lists, discrepancies }: AuditDeps, row: MatchedRow): void {
  const size = lists.number('SELECT size FROM object WHERE key = ?', row.key)
  const message = `“${row.key ?? ''}” has ${size} bytes; ${row.size ?? 0} were uploaded.`
  if (size > zeroBytes && mayDiffer(row)) discrepancies.row(row, 'IMAGE_REENCODED', message, { note: true })
  else discrepancies.row(row, 'OBJECT_DAMAGED', message)
}

async function otherBytesOfFile(deps: AuditDeps, row: MatchedRow): Promise<void> {
  const { discrepancies } = deps
  try {
    const { sha256, size } = await hashFile(deps, row.file ?? '')
    if (sha256 === row.hash) return
    const message = `“${row.file ?? ''}” has another SHA-256 than was recorded.`
    if (!mayDiffer(row)) discrepancies.row(row, 'HASH_MISMATCH', message)
    // Said already, where the size differs too.
    else if (size === row.size) discrepancies.row(row, 'IMAGE_REENCODED', message, { note: true })
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    if (await stillThere(deps, row)) discrepancies.row(row, error.code, error.message)
  }
}

async function otherBytesOfObject(deps: AuditDeps, row: MatchedRow): Promise<void> {
  const { discrepancies } = deps
  const found = await hashObject(deps, row.key ?? '')
  if (found === null || found.sha256 === row.hash) return
  const message = `“${row.key ?? ''}” has another SHA-256 than was recorded.`
  if (!mayDiffer(row)) discrepancies.row(row, 'OBJECT_DAMAGED', message)
  else if (found.size === row.size) discrepancies.row(row, 'IMAGE_REENCODED', message, { note: true })
}
