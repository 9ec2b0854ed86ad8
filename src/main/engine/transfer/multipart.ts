import { createHash } from 'node:crypto'
import { asMigrateError, isStop } from '../errors.ts'
import type { OpenUpload } from '../journal/itemRows.ts'
import type { ObjectHead, ObjectStore, PutResult, UploadedPart, UploadRef } from '../ports.ts'
import { partSizeFor } from './fingerprint.ts'

/** Parts on their way at the same time; each is held in memory until it has arrived. */
const partsInFlight = 3

/** Longest wait for the clean-up of an upload that was given up. */
const abortTimeoutMs = 15_000

export interface MultipartDeps {
  objects: Pick<ObjectStore, 'head' | 'createUpload' | 'putPart' | 'completeUpload' | 'abortUpload' | 'listUploads'>
  /** What an earlier session of this run has sent of the file. */
  openUpload: OpenUpload | null
  journal: UploadJournal
  /** Bytes that have been handed to the line, those that arrived in an earlier session included. */
  onBytes: (bytes: number) => void
  signal: AbortSignal
}

/** What is written down of an upload in parts, so that a later session can go on with it or give it up. */
export interface UploadJournal {
  /** An upload exists; durable when it returns. */
  begun: (uploadId: string) => void
  /** `md5` in base64. */
  arrived: (part: OpenUpload['parts'][number]) => void
  /** It was completed or given up. */
  ended: () => void
}

/**
 * Sends a file of `size` bytes in parts, each refused by the store unless its MD5 is right. Goes on with an upload that
 * an earlier session has left, part by part. An upload that fails for good is aborted; one that was stopped stays for
 * the next session. `open` gives all bytes of the file from the start, and may be called again.
 */
export async function sendInParts(
  deps: MultipartDeps,
  head: ObjectHead,
  size: number,
  open: () => AsyncIterable<Uint8Array>,
): Promise<PutResult> {
  const earlier = await takeUpEarlier(deps, head.key)
  if (earlier) {
    try {
      return await sendUpload(deps, { key: head.key, uploadId: earlier.uploadId }, earlier.parts, open(), size)
    } catch (error) {
      // The service may have forgotten it, or its parts: the file is sent again.
      if (asMigrateError(error).scope === 'run') throw error
    }
  }
  const upload = await deps.objects.createUpload(head, deps.signal)
  deps.journal.begun(upload.uploadId)
  return await sendUpload(deps, upload, [], open(), size)
}

/** The upload to go on with, if the service still has it. All others at this key are given up. */
async function takeUpEarlier({ objects, openUpload, journal, signal }: MultipartDeps, key: string) {
  const found = await objects.listUploads(key, signal)
  const earlier = found.some(({ uploadId }) => uploadId === openUpload?.uploadId) ? openUpload : null
  for (const stale of found) if (stale.uploadId !== earlier?.uploadId) await objects.abortUpload(stale, signal)
  if (openUpload && !earlier) {
    await objects.abortUpload({ key, uploadId: openUpload.uploadId }, signal)
    journal.ended()
  }
  return earlier
}

async function sendUpload(
  deps: MultipartDeps,
  upload: UploadRef,
  arrived: OpenUpload['parts'],
  bytes: AsyncIterable<Uint8Array>,
  size: number,
): Promise<PutResult> {
  const { objects, journal, signal } = deps
  try {
    const parts = await sendParts(deps, upload, arrived, cut(bytes, partSizeFor(size)))
    // Hours may have passed since the key was found free.
    const taken = (await objects.head(upload.key, signal)) !== null
    if (taken) await objects.abortUpload(upload, signal)
    const result = taken ? 'exists' : await complete(deps, upload, parts)
    journal.ended()
    return result
  } catch (error) {
    // A stop or a service that is down ends the run, not the upload: the next session goes on with it.
    if (asMigrateError(error).scope === 'run') throw error
    await objects.abortUpload(upload, AbortSignal.timeout(abortTimeoutMs)).then(
      () => journal.ended(),
      () => undefined,
    )
    throw error
  }
}

async function sendParts(
  deps: MultipartDeps,
  upload: UploadRef,
  earlier: OpenUpload['parts'],
  parts: AsyncIterable<Buffer>,
): Promise<UploadedPart[]> {
  const known = new Map(earlier.map((part) => [part.number, part]))
  const done: UploadedPart[] = []
  const active = new Set<Promise<void>>()
  const failure = new AbortController()
  const signal = AbortSignal.any([deps.signal, failure.signal])
  // The first error counts; it ends the parts that are under way.
  const fail = (error: unknown): void => failure.abort(asMigrateError(error))
  // Of each part what has been sent of it: one that is sent again begins again.
  const sentOf = new Map<number, number>()
  let total = 0
  const sent = (part: number, bytes: number): void => {
    total += bytes - (sentOf.get(part) ?? 0)
    sentOf.set(part, bytes)
    deps.onBytes(total)
  }
  let number = 0
  try {
    for await (const part of parts) {
      number += 1
      const md5 = createHash('md5').update(part).digest('base64')
      const there = known.get(number)
      if (there?.md5 === md5) {
        done.push(there)
        sent(number, part.byteLength)
        continue
      }
      const at = number
      const body = { size: part.byteLength, open: () => watched(part, (bytes) => sent(at, bytes)) }
      const sending = deps.objects
        .putPart(upload, at, body, md5, signal)
        .then((uploaded) => {
          done.push(uploaded)
          deps.journal.arrived({ ...uploaded, md5 })
          sent(at, part.byteLength)
        })
        // Heard at once: nobody may be waiting for this part when it fails.
        .catch(fail)
        .finally(() => active.delete(sending))
      active.add(sending)
      if (active.size >= partsInFlight) await Promise.race(active)
      failure.signal.throwIfAborted()
    }
  } catch (error) {
    fail(error)
  }
  await Promise.all(active)
  failure.signal.throwIfAborted()
  return done.sort((a, b) => a.number - b.number)
}

/** Of a part, what is taken at a time; whoever takes the next piece has sent the one before. */
const pieceBytes = 64 * 1024

/** The bytes of a part from the start, telling how many of them have been taken. */
async function* watched(part: Uint8Array, onTaken: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < part.byteLength; at += pieceBytes) {
    onTaken(at)
    yield await Promise.resolve(part.subarray(at, at + pieceBytes))
  }
}

/** The answer to a completion can be lost: then the object is there, and verification has the last word on it. */
async function complete(deps: MultipartDeps, upload: UploadRef, parts: UploadedPart[]): Promise<PutResult> {
  const { objects, signal } = deps
  const result = await objects.completeUpload(upload, parts, signal).catch(async (error: unknown) => {
    if (signal.aborted || isStop(asMigrateError(error)) || (await objects.head(upload.key, signal)) === null)
      throw error
    return 'exists' as const
  })
  if (result === 'exists') await objects.abortUpload(upload, signal)
  return result
}

/** The same bytes in pieces of exactly `partSize`, the last one shorter. */
async function* cut(bytes: AsyncIterable<Uint8Array>, partSize: number): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafe(partSize)
  let fill = 0
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.byteLength;) {
      const taken = chunk.subarray(at, at + partSize - fill)
      part.set(taken, fill)
      fill += taken.byteLength
      at += taken.byteLength
      if (fill < partSize) continue
      yield part
      part = Buffer.allocUnsafe(partSize)
      fill = 0
    }
  }
  if (fill > 0) yield part.subarray(0, fill)
}
