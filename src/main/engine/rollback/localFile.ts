import { asMigrateError, MigrateError } from '../errors.ts'
import type { JournalBuffer } from '../journal/journalBuffer.ts'
import type { Restorable } from '../journal/itemRows.ts'
import type { RunStore } from '../journal/runStore.ts'
import { nothingToCheck, type Fence } from '../ownership/fence.ts'
import { ownStepPermit } from '../ownership/permit.ts'
import type { Content, FileStamp, ObjectFacts, ObjectStore, UploadsFolder } from '../ports.ts'
import { fingerprintOf } from '../transfer/fingerprint.ts'
import { provenanceOf } from '../transfer/metadata.ts'
import { isImage } from '../verify/hashRule.ts'
import { quarantineOf } from '../keys/keyShapes.ts'

/** Said of a file that may be newer than the copy. */
export const rowIsThere = 'The row points at it, so file and object were left as they are.'

/** Said of an object that stays although its row is gone. */
export const lastCopy =
  'The row is not there any more, and neither is the local file, which was freed. The object may be the last copy, so it was left.'

interface LookDeps {
  uploads: Pick<UploadsFolder, 'open'>
  objects: Pick<ObjectStore, 'head' | 'get'>
  signal: AbortSignal
}

/** How the local file of an item stands to the document. `doubt`: why it is not the document, in a sentence. */
type LocalState =
  | { state: 'sound'; content: Content; stamp: FileStamp }
  | { state: 'damaged'; doubt: string; stamp: FileStamp }
  | { state: 'absent' | 'unusable'; doubt: string }

/** Reads the whole file at `path` and compares it with what is known of the document. */
export async function lookAtLocal(deps: LookDeps, copy: Restorable, path: string): Promise<LocalState> {
  let read: { content: Content; stamp: FileStamp }
  try {
    read = await contentOf(deps, path)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    return { state: error.code === 'FILE_MISSING' ? 'absent' : 'unusable', doubt: error.message }
  }
  if (await isDocument(deps, copy, read.content)) return { state: 'sound', ...read }
  const doubt = `The local file “${path}” has other content than the document.`
  return { state: 'damaged', doubt, stamp: read.stamp }
}

/** The document lies at one of these places. */
export async function isKeptAt(deps: LookDeps, copy: Restorable, places: readonly string[]): Promise<boolean> {
  for (const place of places) if ((await lookAtLocal(deps, copy, place)).state === 'sound') return true
  return false
}

async function contentOf({ uploads, signal }: LookDeps, path: string): Promise<{ content: Content; stamp: FileStamp }> {
  const file = await uploads.open(path)
  try {
    return { content: await fingerprintOf(file.read(signal), file.stamp.size), stamp: file.stamp }
  } finally {
    await file.close()
  }
}

/**
 * The hash that the run verified decides; without one Readur's own; without either the object that the row points at. What
 * a state file or an object says of itself decides nothing: it may be wrong on purpose.
 */
async function isDocument(deps: LookDeps, { item, verified }: Restorable, found: Content): Promise<boolean> {
  if (verified && verified.evidence !== 'claim') return verified.sha256 === found.sha256
  if (item.fileHash !== null && item.fileHash.toLowerCase() === found.sha256) return true
  const facts = await deps.objects.head(item.key, deps.signal)
  if (facts?.size !== found.size) return false
  return (await fingerprintOf(deps.objects.get(item.key, deps.signal), facts.size)).sha256 === found.sha256
}

/** Throws FILE_NOT_PLACED for the root of the uploads folder: Readur moves files from there at each start, and their row loses them. */
export function assertPlaceable(source: string): void {
  if (source.includes('/')) return
  const message = `“${source}” would lie in the root of the uploads folder, from where Readur moves files without telling their rows.`
  throw new MigrateError('FILE_NOT_PLACED', { message, subject: source })
}

/** The object that a local file can be fetched from; throws why it cannot be. */
export async function fetchable({ objects, signal }: LookDeps, { item, verified }: Restorable): Promise<ObjectFacts> {
  const facts = await objects.head(item.key, signal)
  if (facts === null) {
    throw new MigrateError('OBJECT_MISSING', { message: `There is no object “${item.key}”.`, subject: item.key })
  }
  if (verified && verified.size > 0 && facts.size !== verified.size) {
    const message = `The object “${item.key}” has ${facts.size} bytes; the document has ${verified.size}.`
    throw new MigrateError('OBJECT_DIFFERS', { message, subject: item.key })
  }
  return facts
}

interface FetchDeps extends LookDeps {
  runId: string
  uploads: Pick<UploadsFolder, 'open' | 'place' | 'clearUnfinished' | 'move' | 'inspect'>
  store: Pick<RunStore, 'hasFetchIntent'>
  /** Rows other than the item's own name the file at this place, as of now; asked for only where its own does not. */
  isNamed: (source: string) => Promise<boolean>
  /** In what way the item's place, or the file with this stamp that lies there, is another document's. */
  claimOn: (copy: Restorable, stamp: FileStamp | null) => Promise<string | null>
  journal: JournalBuffer
  fence: Pick<Fence, 'forFiles'>
}

/** The document as it lies at its place. */
export interface Placed {
  content: Content
  stamp: FileStamp | null
}

/**
 * Sees to it that the document lies at the item's place, byte for byte: as it is, back from where `free` has put it, or
 * fetched from S3. A damaged file is put aside, never deleted. Throws what stands in the way, with the trouble of the local
 * file and of the object.
 */
export async function ensureLocalFile(deps: FetchDeps, copy: Restorable): Promise<Placed> {
  const { source } = copy.item
  const local = await lookAtLocal(deps, copy, source)
  if (local.state === 'sound') {
    // A session that was killed right after it had given the file its name has left the name it was written under.
    if (deps.store.hasFetchIntent(copy.item.seq)) await clearUnfinished(deps, source)
    return { content: local.content, stamp: local.stamp }
  }
  if (local.state === 'unusable') throw blocked(copy, local.doubt)
  if (local.state === 'damaged' && !copy.committed) throw blocked(copy, `${local.doubt} ${rowIsThere}`)
  if (local.state === 'absent' && copy.freedTo !== null) {
    const returned = await returnFreed(deps, copy, copy.freedTo)
    if (returned) return returned
  }
  try {
    return await placed(deps, await fetch(deps, copy, local), source)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
    throw blocked(copy, `${local.doubt} It could not be fetched either: ${error.message}`, error)
  }
}

/** A leftover keeps no row from going back, where its folder cannot be written any more. */
async function clearUnfinished({ uploads }: FetchDeps, source: string): Promise<void> {
  try {
    await uploads.clearUnfinished(source)
  } catch (cause) {
    const error = asMigrateError(cause)
    if (error.scope === 'run') throw error
  }
}

async function placed({ uploads }: FetchDeps, content: Content, source: string): Promise<Placed> {
  const facts = await uploads.inspect(source)
  return { content, stamp: facts.kind === 'file' ? facts.stamp : null }
}

/** Null when what lies there is not the document; then it stays there. */
async function returnFreed(deps: FetchDeps, copy: Restorable, freedTo: string): Promise<Placed | null> {
  const freed = await lookAtLocal(deps, copy, freedTo)
  if (freed.state !== 'sound') return null
  await assertUnclaimed(deps, copy, null)
  const { seq, source } = copy.item
  deps.journal.writeNow({ step: 'set-aside-intent', seq, data: { from: freedTo, to: source } })
  await moveFile(deps, freedTo, source)
  return placed(deps, freed.content, source)
}

/** Throws FILE_STILL_NAMED where the item's place is not its alone: what is put there would be another document's file. */
async function assertUnclaimed(deps: FetchDeps, copy: Restorable, stamp: FileStamp | null): Promise<void> {
  const { source } = copy.item
  const refuse = (why: string): never => {
    throw new MigrateError('FILE_STILL_NAMED', { message: `${why} Nothing was put there.`, subject: source })
  }
  // The item's own row names it where it points there already.
  if (copy.committed && (await deps.isNamed(source))) refuse(`Another row names “${source}”.`)
  const claim = await deps.claimOn(copy, stamp)
  if (claim !== null) refuse(claim)
}

async function fetch(
  deps: FetchDeps,
  copy: Restorable,
  local: Exclude<LocalState, { state: 'sound' }>,
): Promise<Content> {
  const { objects, uploads, journal, signal } = deps
  const { key, seq, source } = copy.item
  assertPlaceable(source)
  await assertUnclaimed(deps, copy, local.state === 'damaged' ? local.stamp : null)
  const facts = await fetchable(deps, copy)
  const content = { size: facts.size, sha256: await promisedHash(deps, copy, facts) }
  const aside = quarantineOf(deps.runId, source)
  if (local.state === 'damaged') {
    journal.writeNow({ step: 'set-aside-intent', seq, data: { from: source, to: aside } })
    await moveFile(deps, source, aside)
  }
  journal.writeNow({ step: 'fetch-intent', seq, data: { to: source } })
  try {
    await uploads.place(source, objects.get(key, signal), content, signal)
  } catch (error) {
    // The damaged file goes back to its place: nothing else may take it.
    if (local.state === 'damaged') await uploads.move(aside, source, ownStepPermit()).catch(() => undefined)
    throw error
  }
  return content
}

/** Moves a file while the lock is held; one that the lock was lost for stays where it is. */
async function moveFile({ fence, uploads, signal }: FetchDeps, from: string, to: string): Promise<void> {
  await fence.forFiles([], nothingToCheck, ({ permit }) => uploads.move(from, to, permit), signal)
}

/** What the bytes must hash to: as verified, as Readur recorded, as promised by the object; else a first read decides. */
async function promisedHash(
  { objects, signal }: LookDeps,
  { item, verified }: Restorable,
  facts: ObjectFacts,
): Promise<string> {
  if (verified) return verified.sha256
  if (item.fileHash !== null && !isImage(item.mimeType)) return item.fileHash.toLowerCase()
  const { sha256 } = provenanceOf(facts)
  return sha256 ?? (await fingerprintOf(objects.get(item.key, signal), facts.size)).sha256
}

function blocked({ item }: Restorable, message: string, cause?: unknown): MigrateError {
  return new MigrateError('ROLLBACK_BLOCKED', { message, subject: item.documentId, cause })
}
