import { createHash } from 'node:crypto'
import { asMigrateError } from '../errors.ts'
import type { ObjectHead, ObjectStore, PutResult, UploadedPart, UploadRef } from '../ports.ts'
import { partSizeFor } from './fingerprint.ts'

/** Parts on their way at the same time; each is held in memory until it has arrived. */
const partsInFlight = 3

/** Longest wait for the clean-up of an upload that was given up. */
const abortTimeoutMs = 15_000

export interface MultipartDeps {
  objects: Pick<ObjectStore, 'head' | 'createUpload' | 'putPart' | 'completeUpload' | 'abortUpload' | 'listUploads'>
  /** An upload exists; made durable before its first part. */
  onUpload: (uploadId: string) => void
  /** Bytes that have arrived. */
  onBytes: (bytes: number) => void
  signal: AbortSignal
}

/**
 * Sends a file of `size` bytes in parts, each refused by the store unless its MD5 is right. An upload that fails or is
 * stopped is aborted, so that no part is left behind; unfinished uploads of earlier tries at this key are aborted first.
 */
export async function sendInParts(
  deps: MultipartDeps,
  head: ObjectHead,
  size: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<PutResult> {
  const { objects, signal } = deps
  for (const stale of await objects.listUploads(head.key, signal)) await objects.abortUpload(stale, signal)

  const upload = await objects.createUpload(head, signal)
  try {
    deps.onUpload(upload.uploadId)
    const parts = await sendParts(deps, upload, cut(bytes, partSizeFor(size)))
    // Hours may have passed since the key was found free.
    if (await objects.head(head.key, signal)) {
      await objects.abortUpload(upload, signal)
      return 'exists'
    }
    return await complete(deps, upload, parts)
  } catch (error) {
    // The stop that brought us here must not keep us from cleaning up.
    await objects.abortUpload(upload, AbortSignal.timeout(abortTimeoutMs)).catch(() => undefined)
    throw error
  }
}

async function sendParts(
  deps: MultipartDeps,
  upload: UploadRef,
  parts: AsyncIterable<Buffer>,
): Promise<UploadedPart[]> {
  const done: UploadedPart[] = []
  const active = new Set<Promise<void>>()
  const failure = new AbortController()
  const signal = AbortSignal.any([deps.signal, failure.signal])
  // The first error counts; it ends the parts that are under way.
  const fail = (error: unknown): void => failure.abort(asMigrateError(error))
  let arrived = 0
  let number = 0
  try {
    for await (const part of parts) {
      number += 1
      const md5 = createHash('md5').update(part).digest('base64')
      const sent = deps.objects
        .putPart(upload, number, part, md5, signal)
        .then((uploaded) => {
          done.push(uploaded)
          arrived += part.byteLength
          deps.onBytes(arrived)
        })
        // Heard at once: nobody may be waiting for this part when it fails.
        .catch(fail)
        .finally(() => active.delete(sent))
      active.add(sent)
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

/** The answer to a completion can be lost: then the object is there, and verification has the last word on it. */
async function complete(deps: MultipartDeps, upload: UploadRef, parts: UploadedPart[]): Promise<PutResult> {
  const { objects, signal } = deps
  const result = await objects.completeUpload(upload, parts, signal).catch(async (error: unknown) => {
    if (signal.aborted || (await objects.head(upload.key, signal)) === null) throw error
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
