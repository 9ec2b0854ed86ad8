import { createHash } from 'node:crypto'
import { claimFolder } from '../../src/main/engine/ownership/claim.ts'
import type {
  ListedUpload,
  ObjectFacts,
  ObjectHead,
  ObjectPage,
  ObjectStore,
  Permit,
  PutRequest,
  PutResult,
  Sized,
  UploadedPart,
  UploadRef,
} from '../../src/main/engine/ports.ts'
import { wholeBody } from '../../src/main/engine/transfer/wholeBody.ts'

export type StoreCall = Exclude<keyof ObjectStore, 'label' | 'bucket'>

/** Something that goes wrong, or is looked at, in certain calls of a store. */
export interface Fault {
  on: StoreCall
  /** Only at this key. */
  key?: string
  /** How often; then the fault is over. Default: once. */
  times?: number
  /** Done first. What it throws is the call's answer, and the call has no effect; what it awaits is a delay. */
  before?: () => unknown
  /** Done after the call took effect. What it throws is the answer: the real one was lost. */
  after?: () => unknown
  /** One bit of the bytes flips on the way, behind the back of every checksum. */
  corrupt?: boolean
}

/** A store with faults. Records its calls. */
/** All bytes of a body that comes in pieces. */
async function wholeOf({ open }: Sized): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of open()) pieces.push(piece)
  return Buffer.concat(pieces)
}

export class FaultyStore implements ObjectStore {
  readonly label: string
  readonly bucket: string
  readonly calls: { on: StoreCall; key: string }[] = []
  readonly #store: ObjectStore
  readonly #faults: { fault: Fault; left: number }[] = []

  constructor(store: ObjectStore) {
    this.#store = store
    this.label = store.label
    this.bucket = store.bucket
  }

  plan(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 })
  }

  /** Nothing goes wrong any more. */
  end(): void {
    this.#faults.length = 0
  }

  check(signal: AbortSignal): Promise<void> {
    return this.#call('check', '', () => this.#store.check(signal))
  }

  keepsVersions(signal: AbortSignal): Promise<boolean> {
    return this.#store.keepsVersions(signal)
  }

  list(prefix: string, from: string | null, signal: AbortSignal): Promise<ObjectPage> {
    return this.#call('list', prefix, () => this.#store.list(prefix, from, signal))
  }

  head(key: string, signal: AbortSignal): Promise<ObjectFacts | null> {
    return this.#call('head', key, () => this.#store.head(key, signal))
  }

  put(request: PutRequest, signal: AbortSignal): Promise<PutResult> {
    return this.#call('put', request.key, async (corrupt) =>
      this.#store.put(corrupt ? await corrupted(request) : request, signal),
    )
  }

  async *get(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { bytes, corrupt } = await this.#call('get', key, (corrupt) =>
      Promise.resolve({ bytes: this.#store.get(key, signal), corrupt }),
    )
    for await (const chunk of bytes) yield corrupt ? flipped(chunk) : chunk
  }

  remove(key: string, permit: Permit, signal: AbortSignal): Promise<void> {
    return this.#call('remove', key, () => this.#store.remove(key, permit, signal))
  }

  createUpload(head: ObjectHead, signal: AbortSignal): Promise<UploadRef> {
    return this.#call('createUpload', head.key, () => this.#store.createUpload(head, signal))
  }

  putPart(
    upload: UploadRef,
    number: number,
    body: Uint8Array | Sized,
    md5: string,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    return this.#call('putPart', upload.key, async (corrupt) => {
      const bytes = body instanceof Uint8Array ? body : await wholeOf(body)
      const sent = corrupt ? flipped(bytes) : bytes
      const sum = corrupt ? createHash('md5').update(sent).digest('base64') : md5
      return this.#store.putPart(upload, number, sent, sum, signal)
    })
  }

  completeUpload(upload: UploadRef, parts: readonly UploadedPart[], signal: AbortSignal): Promise<PutResult> {
    return this.#call('completeUpload', upload.key, () => this.#store.completeUpload(upload, parts, signal))
  }

  abortUpload(upload: UploadRef, signal: AbortSignal): Promise<void> {
    return this.#call('abortUpload', upload.key, () => this.#store.abortUpload(upload, signal))
  }

  listUploads(key: string, signal: AbortSignal): Promise<ListedUpload[]> {
    return this.#call('listUploads', key, () => this.#store.listUploads(key, signal))
  }

  async #call<T>(on: StoreCall, key: string, call: (corrupt: boolean) => Promise<T>): Promise<T> {
    // What says whose the bucket is goes wrong only where a test wants that.
    const isClaim = key.startsWith(claimFolder)
    if (!isClaim) this.calls.push({ on, key })
    const due = this.#faults.filter(
      ({ fault, left }) => fault.on === on && left > 0 && (fault.key === undefined ? !isClaim : fault.key === key),
    )
    for (const entry of due) entry.left -= 1
    for (const { fault } of due) await fault.before?.()
    const answer = await call(due.some(({ fault }) => fault.corrupt))
    for (const { fault } of due) await fault.after?.()
    return answer
  }
}

/** By a service that does not compare what it gets with its MD5. */
async function corrupted({ key, contentType, metadata, body }: PutRequest): Promise<PutRequest> {
  const chunks: Uint8Array[] = []
  if (body instanceof Uint8Array) chunks.push(body)
  else for await (const chunk of body()) chunks.push(chunk)
  return wholeBody({ key, contentType, metadata }, flipped(Buffer.concat(chunks)))
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes)
  if (copy.byteLength > 0) copy.writeUInt8(copy.readUInt8(0) ^ 1, 0)
  return copy
}
