import type { MigrateOptions } from '../../../shared/run.ts'
import { asMigrateError, MigrateError } from '../errors.ts'
import type { Verified } from '../journal/entries.ts'
import type { MovableItem } from '../plan/item.ts'
import type { Fence, Proved } from '../ownership/fence.ts'
import { pathOfKey } from '../keys/readurKeys.ts'
import type { ObjectFacts, ObjectStore, PutRequest, SourceFile, UploadsFolder } from '../ports.ts'
import { isImage } from '../verify/hashRule.ts'
import { proveContent, proveCopy, verifyCopy } from '../verify/verify.ts'
import { fingerprintOf, Hasher, md5Header, type Fingerprint } from './fingerprint.ts'
import { headFor, isOfRun, type Maker } from './metadata.ts'
import { sendInParts, type MultipartDeps } from './multipart.ts'
import type { OverwriteGuard } from './overwriteGuard.ts'
import { giveUpStrays } from './strayUploads.ts'
import { assertAsPlanned, assertUnchanged, assertUndamaged } from './source.ts'
import type { ErrorCode } from '../../../shared/errors.ts'

/** Files up to this size are read into memory: hashed before the first byte is sent, and cheap to send again. */
const bufferedSize = 8 * 1024 ** 2

export interface CopyDeps {
  maker: Maker
  fence: Pick<Fence, 'forObjects'>
  uploads: Pick<UploadsFolder, 'open'>
  objects: Pick<ObjectStore, 'head' | 'put' | 'get' | 'remove'> & MultipartDeps['objects']
  options: Pick<MigrateOptions, 'multipartThreshold' | 'verify'>
  guard: OverwriteGuard
  /** An earlier session may have sent it: to ask costs less than to send it again. */
  mayBeThere: boolean
  /** When it was first written down that the file is about to be sent. */
  intendedAt: () => number
  /** Bytes of the file handed on so far. */
  onBytes: (bytes: number) => void
  openUpload: MultipartDeps['openUpload']
  journal: MultipartDeps['journal']
  signal: AbortSignal
}

/** A proven copy, and what there is to know about its source. */
interface Copy {
  verified: Verified
  note: ErrorCode | null
}

/**
 * Brings one file to its key and proves that it is there. On return the object holds exactly the bytes of the file,
 * which are those that Readur recorded. On an error the key is as it was before, as far as the store lets us.
 */
export async function copyItem(deps: CopyDeps, item: MovableItem): Promise<Copy> {
  const file = await deps.uploads.open(item.source)
  try {
    assertAsPlanned(item, file.stamp)
    const lookFirst = deps.mayBeThere || !deps.guard.holds || !isBuffered(deps, item)
    const existing = lookFirst ? await deps.objects.head(item.key, deps.signal) : null
    const copy = existing ? await useExisting(deps, item, file, existing) : await send(deps, item, file)
    await giveUpUnknown(deps, item)
    return copy
  } catch (cause) {
    const error = asMigrateError(cause)
    // What ends the run leaves its upload to the next session.
    if (error.scope !== 'run') await giveUpUnknown(deps, item)
    throw error
  } finally {
    await file.close()
  }
}

/** Comes before the copy is called verified: whoever undoes the run looks for uploads of the others alone. */
async function giveUpUnknown({ objects, options, intendedAt, signal }: CopyDeps, item: MovableItem): Promise<void> {
  if (item.size <= options.multipartThreshold) return
  try {
    await giveUpStrays(objects, item.key, { since: intendedAt(), until: Date.now() }, signal)
  } catch (cause) {
    const error = asMigrateError(cause)
    // Parts that cannot be given up take space and do no harm to the copy.
    if (error.scope === 'run') throw error
  }
}

const isBuffered = ({ options }: CopyDeps, { size }: MovableItem): boolean =>
  size <= Math.min(bufferedSize, options.multipartThreshold)

async function send(deps: CopyDeps, item: MovableItem, file: SourceFile): Promise<Copy> {
  const { objects, options, signal } = deps
  const fingerprint = await (isBuffered(deps, item) ? sendBuffered : sendStreamed)(deps, item, file)
  if (fingerprint === null) return await useWhatAppeared(deps, item, file)
  try {
    await assertUnchanged(item, file, fingerprint)
    const note = assertUndamaged(item, fingerprint)
    const proof = await verifyCopy(objects, item.key, fingerprint, options.verify, signal)
    return { verified: { ...fingerprint, created: true, ...proof }, note }
  } catch (error) {
    await removeBadCopy(deps, item, error)
    throw error
  }
}

/** Nothing is sent before its hash is known to be right. Null when an object appeared at the key; it was not touched. */
async function sendBuffered(deps: CopyDeps, item: MovableItem, file: SourceFile): Promise<Fingerprint | null> {
  const hasher = new Hasher(item.size)
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read(deps.signal)) {
    hasher.update(chunk)
    chunks.push(chunk)
  }
  const fingerprint = hasher.digest()
  await assertUnchanged(item, file, fingerprint)
  assertUndamaged(item, fingerprint)
  const request: PutRequest = {
    ...headFor(item, fingerprint.sha256, deps.maker),
    size: item.size,
    body: Buffer.concat(chunks),
    contentMd5: md5Header(fingerprint),
  }
  if ((await deps.objects.put(request, deps.signal)) === 'exists') return null
  await deps.guard.learnFrom(deps.objects, request, deps.signal)
  deps.onBytes(item.size)
  return fingerprint
}

/**
 * Metadata and MD5 go ahead of the bytes, so the file is read once before it is sent. Only parts, which have MD5s of their
 * own, are sent at once where Readur's hash must hold. Null when an object appeared at the key.
 */
async function sendStreamed(deps: CopyDeps, item: MovableItem, file: SourceFile): Promise<Fingerprint | null> {
  const { objects, options, signal } = deps
  const inParts = item.size > options.multipartThreshold
  const recorded = inParts && !isImage(item.mimeType) ? (item.fileHash?.toLowerCase() ?? null) : null
  const known = recorded === null ? await fingerprintOf(file.read(signal), item.size) : null
  if (known !== null) {
    await assertUnchanged(item, file, known)
    assertUndamaged(item, known)
  }

  const changed = (message: string): MigrateError =>
    new MigrateError('SOURCE_CHANGED', { message, subject: item.source })
  const sent: Fingerprint[] = []
  async function* body(): AsyncGenerator<Uint8Array> {
    // Its own: an earlier try that is still being torn down must not add to this one.
    const hasher = new Hasher(item.size)
    let moved = 0
    for await (const chunk of file.read(signal)) {
      moved += chunk.byteLength
      if (moved > item.size) break
      hasher.update(chunk)
      if (moved === item.size) {
        const read = hasher.digest()
        // Before the last bytes: what is cut short is not stored.
        if (known !== null && read.sha256 !== known.sha256) throw changed('Two reads gave different bytes.')
        sent.push(read)
      }
      if (!inParts) deps.onBytes(moved)
      yield chunk
    }
    if (moved !== item.size) throw changed(`It no longer has ${item.size} bytes.`)
  }
  const head = headFor(item, known?.sha256 ?? recorded ?? '', deps.maker)
  const result =
    known !== null && !inParts
      ? await objects.put({ ...head, size: item.size, body, contentMd5: md5Header(known) }, signal)
      : await sendInParts(deps, head, item.size, body)
  return result === 'exists' ? null : (sent.at(-1) ?? fingerprintOf(file.read(signal), item.size))
}

/** An object lies at the key: it is used when it is identical, and left alone with an error when it is not. */
async function useExisting(deps: CopyDeps, item: MovableItem, file: SourceFile, facts: ObjectFacts): Promise<Copy> {
  const { objects, options, signal } = deps
  const fingerprint = await fingerprintOf(file.read(signal), item.size)
  await assertUnchanged(item, file, fingerprint)
  const note = assertUndamaged(item, fingerprint)
  const proof = await proveCopy(objects, item.key, facts, fingerprint, options.verify, signal)
  if (proof === null) {
    throw new MigrateError('OBJECT_DIFFERS', {
      message: `It has ${facts.size} bytes; the local file has ${item.size} bytes and other content.`,
      subject: item.key,
    })
  }
  // A rule of the bucket may have moved it to another storage class since; nothing takes its encryption away.
  if (facts.lacks.includes('encryption')) {
    const message = 'The same document lies there, not encrypted as the connection asks.'
    throw new MigrateError('OBJECT_UNENCRYPTED', { message, subject: item.key })
  }
  deps.onBytes(item.size)
  // What two runs have used belongs to neither alone: undoing this one must not take it from the other.
  return { verified: { ...fingerprint, created: isOfRun(facts, deps.maker.id), ...proof }, note }
}

/**
 * Whether a copy that an earlier session verified still is what it was; if not, it has to be made again. Whether the local file is still the same, committing will ask.
 */
export async function reuseCopy(
  deps: { objects: Pick<ObjectStore, 'head' | 'get'>; options: Pick<MigrateOptions, 'verify'>; signal: AbortSignal },
  item: MovableItem,
  verified: Verified,
): Promise<boolean> {
  const { objects, options, signal } = deps
  const facts = await objects.head(item.key, signal)
  // Where it lies unencrypted, copying it again says so.
  if (!facts || facts.lacks.includes('encryption')) return false
  // Its bytes were read back in this very revision: to read them once more would tell nothing new.
  const isUntouched = verified.revision !== undefined && verified.revision === facts.revision
  if (options.verify === 'head' && isUntouched && facts.size === verified.size) return true
  return (await proveContent(objects, item.key, facts, verified, options.verify, signal)) !== null
}

/** The store refused to overwrite: a try of ours whose answer was lost, or someone else's object. */
async function useWhatAppeared(deps: CopyDeps, item: MovableItem, file: SourceFile): Promise<Copy> {
  const facts = await deps.objects.head(item.key, deps.signal)
  if (facts) return await useExisting(deps, item, file, facts)
  throw new MigrateError('VERIFY_FAILED', {
    message: 'The store speaks of an object that is not there.',
    subject: item.key,
  })
}

const provesBad = new Set<ErrorCode>(['VERIFY_FAILED', 'SOURCE_CHANGED', 'HASH_MISMATCH', 'S3_OPTION_IGNORED'])

/** Only an object that carries this run's id goes: nothing points at it, and nobody else wrote it. */
async function removeBadCopy(deps: CopyDeps, item: MovableItem, reason: unknown): Promise<void> {
  if (!(reason instanceof MigrateError) || !provesBad.has(reason.code)) return
  try {
    const look = async (): Promise<boolean> => {
      const facts = await deps.objects.head(item.key, deps.signal)
      return facts !== null && isOfRun(facts, deps.maker.id)
    }
    const remove = async ({ permit, referenced, found }: Proved<boolean>): Promise<void> => {
      if (found && referenced.size === 0) await deps.objects.remove(item.key, permit, deps.signal)
    }
    await deps.fence.forObjects([pathOfKey(item.key)], look, remove, deps.signal)
  } catch (cause) {
    throw new MigrateError(reason.code, {
      message: `${reason.message} The bad copy could not be removed; no row points at it.`,
      subject: item.key,
      scope: reason.scope,
      cause,
    })
  }
}
