import type { ObjectStore, PutRequest, Sized } from '../engine/ports.ts'
import type { Bandwidth } from '../engine/transfer/bandwidth.ts'
import type { AdaptiveLimit } from '../engine/transfer/concurrency.ts'

/** Bytes that are waited for at a time: small enough that a slow line is shared evenly and no service hangs up. */
const pieceBytes = 32 * 1024

interface PaceRules {
  /** While it is paused, nothing is sent that has not begun. */
  limit: Pick<AdaptiveLimit, 'pass'>
  bandwidth: Pick<Bandwidth, 'bytesPerSecond' | 'take'>
  /** Called with 1 when bytes begin to move, with -1 when they have ended. */
  onMoving: (change: 1 | -1) => unknown
}

/**
 * The same store at the pace that the user has asked for: uploads and parts of uploads wait while the run is paused, and
 * bytes move no faster than the bandwidth allows. Requests without a body pass as they are.
 */
export function pacedObjectStore(store: ObjectStore, { limit, bandwidth, onMoving }: PaceRules): ObjectStore {
  async function send<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    await limit.pass(signal)
    onMoving(1)
    try {
      return await call()
    } finally {
      onMoving(-1)
    }
  }
  async function* held(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, signal: AbortSignal) {
    for await (const chunk of chunks) {
      for (const piece of pieces(chunk)) {
        await bandwidth.take(piece.byteLength, signal)
        yield piece
      }
    }
  }
  const isHeld = (): boolean => bandwidth.bytesPerSecond !== null
  const bodyOf = ({ body }: PutRequest, signal: AbortSignal): PutRequest['body'] => {
    if (body instanceof Uint8Array) return isHeld() ? () => held([body], signal) : body
    // The limit may be set while they are on their way.
    return () => held(body(), signal)
  }
  const partOf = (bytes: Uint8Array | Sized, signal: AbortSignal): Uint8Array | Sized => {
    if (!(bytes instanceof Uint8Array)) return { size: bytes.size, open: () => held(bytes.open(), signal) }
    return isHeld() ? { size: bytes.byteLength, open: () => held([bytes], signal) } : bytes
  }
  return {
    label: store.label,
    bucket: store.bucket,
    check: (signal) => store.check(signal),
    keepsVersions: (signal) => store.keepsVersions(signal),
    list: (prefix, from, signal) => store.list(prefix, from, signal),
    head: (key, signal) => store.head(key, signal),
    put: (request, signal) => send(signal, () => store.put({ ...request, body: bodyOf(request, signal) }, signal)),
    get: (key, signal) => held(store.get(key, signal), signal),
    remove: (key, permit, signal) => store.remove(key, permit, signal),
    createUpload: (head, signal) => store.createUpload(head, signal),
    putPart: (upload, number, bytes, md5, signal) =>
      send(signal, () => store.putPart(upload, number, partOf(bytes, signal), md5, signal)),
    completeUpload: (upload, parts, signal) => store.completeUpload(upload, parts, signal),
    abortUpload: (upload, signal) => store.abortUpload(upload, signal),
    listUploads: (key, signal) => store.listUploads(key, signal),
  }
}

function* pieces(chunk: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < chunk.byteLength; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes)
}
