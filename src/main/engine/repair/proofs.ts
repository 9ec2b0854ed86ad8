import { documentOfKey } from '../keys/keyShapes.ts'
import { traceWords } from '../audit/traces.ts'
import { MigrateError } from '../errors.ts'
import { mentionTables, type References } from '../free/references.ts'
import type { Item } from '../plan/item.ts'
import { documentKey, isOnS3, pathOfKey } from '../keys/readurKeys.ts'
import { locate, type Location } from '../plan/locate.ts'
import { spellingsOf } from '../plan/paths.ts'
import type { Fence } from '../ownership/fence.ts'
import type { Content, FileStamp, ObjectFacts, RunLock } from '../ports.ts'
import type { Site } from '../session.ts'
import { fingerprintOf, type Fingerprint } from '../transfer/fingerprint.ts'
import { ownerMark } from '../transfer/metadata.ts'
import { checkRecordedHash } from '../verify/hashRule.ts'
import { isProvenObject } from '../verify/provenObject.ts'

/** What must hold right before something is put right: an audit may be days old. */
export interface ProofDeps {
  site: Site
  lock: RunLock
  fence: Fence
  databaseIdentity: string
  /** What rows and links name as of this session. */
  references: References
  signal: AbortSignal
}

const isMissing = (location: Location): boolean => !location.found && location.code === 'FILE_MISSING'

const keyOf = (path: string): string => path.slice('s3://'.length)

/** Nothing lies where the row says. Throws ROW_NOT_GONE. */
export async function assertNowhere({ site, signal }: ProofDeps, path: string): Promise<void> {
  const isThere = isOnS3(path)
    ? (await site.objects.head(keyOf(path), signal)) !== null
    : !isMissing(await locate(site.uploads, path, site.prefixes))
  if (!isThere) return
  throw new MigrateError('ROW_NOT_GONE', { message: `Something lies at “${path}” by now.`, subject: path })
}

/** What lies at a place is the document. Throws HASH_MISMATCH, and what keeps it from being read. */
export async function assertDocument(deps: ProofDeps, item: Item, path: string): Promise<void> {
  if (isOnS3(path) ? await isProvenAt(deps, item, keyOf(path)) : await isProvenFile(deps, item, path)) return
  throw new MigrateError('HASH_MISMATCH', { message: `What lies at “${path}” is not the document.`, subject: path })
}

async function isProvenFile(deps: ProofDeps, item: Item, path: string): Promise<boolean> {
  const { sha256, size } = await contentOfFile(deps, path)
  const isSized = item.fileHash !== null || item.kind !== 'document' || item.size === size
  return isSized && checkRecordedHash(item, sha256).ok
}

async function isProvenAt(deps: ProofDeps, item: Item, key: string): Promise<boolean> {
  const { site, databaseIdentity, signal } = deps
  const { sha256 } = await contentOfObject(deps, key)
  const facts = await site.objects.head(key, signal)
  return facts !== null && isProvenObject(item, { key, facts, sha256 }, databaseIdentity)
}

/**
 * Nothing that may be the document was found, on disk, in the quarantine or in the bucket: neither as this session began nor,
 * under the key that is Readur's for it, now. Throws ROW_NOT_GONE.
 */
export async function assertNoTrace(deps: ProofDeps, item: Item): Promise<void> {
  const { site, references, signal } = deps
  const { documentId, oldPath: path, size, fileHash: hash, mimeType: mime } = item
  const key = isOnS3(path) ? keyOf(path) : null
  const words = traceWords(references.tracesOf({ documentId, path, key, size, hash, mime }))
  const [row] = await site.database.documentsById([documentId], signal)
  const own = row?.userId ? documentKey(row, row.userId) : null
  const isThere = own !== null && (await site.objects.head(own, signal)) !== null
  const found = words ?? (isThere ? `the object “${own}”` : null)
  if (found === null) return
  throw new MigrateError('ROW_NOT_GONE', { message: `The document may be ${found}.`, subject: documentId })
}

export async function contentOfFile({ site, signal }: ProofDeps, path: string): Promise<Fingerprint> {
  const file = await site.uploads.open(path)
  try {
    return await fingerprintOf(file.read(signal), file.stamp.size)
  } finally {
    await file.close()
  }
}

export async function contentOfObject({ site, signal }: ProofDeps, key: string): Promise<Content> {
  const facts = await site.objects.head(key, signal)
  if (facts === null)
    throw new MigrateError('OBJECT_MISSING', { message: `There is no object “${key}”.`, subject: key })
  const { size, sha256 } = await fingerprintOf(site.objects.get(key, signal), facts.size)
  return { size, sha256 }
}

/**
 * The file is what the audit saw, no row of any table names it, and no link leads to it. Throws SOURCE_CHANGED,
 * FILE_STILL_NAMED, FILE_LINKED.
 */
export async function assertStray(deps: ProofDeps, item: Item, path: string): Promise<void> {
  const { site, lock, references, signal } = deps
  const stamp = await assertAsAudited(deps, item, path)
  const need = references.needOf(path, stamp)
  if (need) throw new MigrateError(need.code, { message: need.message, subject: path })
  const spellings = [path, references.realOf(path)].flatMap((place) => spellingsOf(place, site.prefixes))
  if ((await lock.referenced(spellings, signal)).size === 0) return
  throw new MigrateError('FILE_STILL_NAMED', { message: `A row names “${path}” by now.`, subject: path })
}

/** The file at `path` is what the audit saw. Throws FILE_MISSING, SOURCE_CHANGED. */
export async function assertAsAudited({ site }: ProofDeps, { mtimeMs, size }: Item, path: string): Promise<FileStamp> {
  const facts = await site.uploads.inspect(path)
  if (facts.kind === 'absent') {
    throw new MigrateError('FILE_MISSING', { message: `There is nothing at “${path}” any more.`, subject: path })
  }
  if (facts.kind === 'file' && facts.stamp.size === size && facts.stamp.mtimeMs === mtimeMs) return facts.stamp
  throw new MigrateError('SOURCE_CHANGED', { message: `“${path}” was changed since the audit.`, subject: path })
}

/** The place of a document's file is not another's, by any spelling and past any link. Throws FILE_STILL_NAMED. */
export function assertOwnPlace({ references }: ProofDeps, { documentId }: Item, path: string): void {
  const need = references.namingOf(path, null, new Set([documentId, ...mentionTables]))
  if (need) throw new MigrateError(need.code, { message: need.message, subject: path })
}

/**
 * The key is of Readur's making, its document is not there, no row of any table holds it, and the object does not say that
 * it is another database's. Throws KEY_FOREIGN, ROW_NOT_GONE, OBJECT_NOT_OURS.
 */
export async function assertOrphan(
  { site, lock, databaseIdentity, signal }: ProofDeps,
  key: string,
  facts: ObjectFacts,
  unmarked: boolean,
): Promise<void> {
  const documentId = documentOfKey(key)
  if (documentId === null) {
    throw new MigrateError('KEY_FOREIGN', { message: `“${key}” isn’t one of Readur’s keys.`, subject: key })
  }
  const mark = ownerMark(facts, databaseIdentity)
  if (mark === 'foreign' || (mark === 'unmarked' && !unmarked)) {
    throw new MigrateError('OBJECT_NOT_OURS', { message: `“${key}” is not marked as this database’s.`, subject: key })
  }
  const isLive = (await site.database.documentsById([documentId], signal)).length > 0
  const isNamed = (await lock.referenced([pathOfKey(key)], signal)).size > 0
  if (!isLive && !isNamed) return
  throw new MigrateError('ROW_NOT_GONE', { message: `A row needs “${key}” by now.`, subject: key })
}
