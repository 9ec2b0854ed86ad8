import { createHash, randomUUID } from 'node:crypto'
import { MigrateError } from '../../src/main/engine/errors.ts'
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

export interface StoredObject {
  bytes: Buffer
  contentType: string
  metadata: Record<string, string>
  etag: string
  /** Long ago when absent. */
  modifiedAt?: number
}

interface OpenUpload {
  head: ObjectHead
  initiatedAt: number
  parts: Map<number, { bytes: Buffer; etag: string }>
}

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest()

/** A bucket in memory that behaves like a good S3 service: checks MD5, refuses to overwrite, knows multipart uploads. */
export class MemoryObjectStore implements ObjectStore {
  readonly label = 'memory, bucket test'
  readonly bucket = 'test'
  readonly objects = new Map<string, StoredObject>()
  readonly uploads = new Map<string, OpenUpload>()

  check(signal: AbortSignal): Promise<void> {
    return settled(signal, () => undefined)
  }

  /** Services that know no conditions overwrite what lies at a key. */
  ignoresConditions = false
  versions = false
  /** ETags say nothing of the bytes, as with a key of KMS. */
  opaqueEtags = false
  /** What it ignores of what a connection asks for. */
  lacks: ObjectFacts['lacks'] = []
  keepsVersions(signal: AbortSignal): Promise<boolean> {
    return settled(signal, () => this.versions)
  }

  /** Keys on one page of a listing. */
  pageSize = 1_000

  list(prefix: string, from: string | null, signal: AbortSignal): Promise<ObjectPage> {
    return settled(signal, () => {
      const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > (from ?? '')).sort()
      const page = keys.slice(0, this.pageSize)
      const objects = page.flatMap((key) => {
        const object = this.objects.get(key)
        return object
          ? [{ key, size: object.bytes.byteLength, etag: object.etag, modifiedAt: object.modifiedAt ?? 0 }]
          : []
      })
      return { objects, next: keys.length > page.length ? (page.at(-1) ?? null) : null }
    })
  }

  head(key: string, signal: AbortSignal): Promise<ObjectFacts | null> {
    return settled(signal, () => {
      const object = this.objects.get(key)
      if (!object) return null
      const { bytes, etag, contentType, metadata } = object
      const revision = this.#revisionOf(object)
      return { size: bytes.byteLength, lacks: this.lacks, etag, revision, contentType, metadata: { ...metadata } }
    })
  }

  readonly #revisions = new WeakMap<StoredObject, string>()

  #revisionOf(object: StoredObject): string {
    const revision = this.#revisions.get(object) ?? randomUUID()
    this.#revisions.set(object, revision)
    return revision
  }

  async put(request: PutRequest, signal: AbortSignal): Promise<PutResult> {
    const bytes = await collect(request.body, signal)
    if (bytes.byteLength !== request.size) throw rejected(request.key, 'The body has another length than announced.')
    assertMd5(request.key, bytes, request.contentMd5)
    return this.#store(request, bytes, md5(bytes).toString('hex'))
  }

  async *get(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const object = await settled(signal, () => this.objects.get(key))
    if (!object) throw rejected(key, 'There is no such object.')
    const middle = object.bytes.byteLength >> 1
    yield Buffer.from(object.bytes.subarray(0, middle))
    signal.throwIfAborted()
    yield Buffer.from(object.bytes.subarray(middle))
  }

  remove(key: string, permit: Permit, signal: AbortSignal): Promise<void> {
    return settled(signal, () => {
      permit.assertFresh()
      this.objects.delete(key)
    })
  }

  createUpload(head: ObjectHead, signal: AbortSignal): Promise<UploadRef> {
    return settled(signal, () => {
      const uploadId = randomUUID()
      this.uploads.set(uploadId, { head, initiatedAt: Date.now(), parts: new Map() })
      return { key: head.key, uploadId }
    })
  }

  async putPart(
    upload: UploadRef,
    number: number,
    body: Uint8Array | Sized,
    contentMd5: string,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const bytes = body instanceof Uint8Array ? body : await collect(body.open, signal)
    return settled(signal, () => {
      assertMd5(upload.key, bytes, contentMd5)
      const etag = md5(bytes).toString('hex')
      this.#open(upload).parts.set(number, { bytes: Buffer.from(bytes), etag })
      return { number, etag }
    })
  }

  completeUpload(upload: UploadRef, parts: readonly UploadedPart[], signal: AbortSignal): Promise<PutResult> {
    return settled(signal, () => {
      const { head, parts: stored } = this.#open(upload)
      const pieces = parts.map(({ number, etag }) => {
        const part = stored.get(number)
        if (part?.etag !== etag) throw rejected(upload.key, `Part ${number} is not there.`)
        return part.bytes
      })
      const etag = `${md5(Buffer.concat(pieces.map(md5))).toString('hex')}-${parts.length}`
      const result = this.#store(head, Buffer.concat(pieces), etag)
      if (result === 'stored') this.uploads.delete(upload.uploadId)
      return result
    })
  }

  abortUpload(upload: UploadRef, signal: AbortSignal): Promise<void> {
    return settled(signal, () => void this.uploads.delete(upload.uploadId))
  }

  listUploads(key: string, signal: AbortSignal): Promise<ListedUpload[]> {
    return settled(signal, () =>
      [...this.uploads].flatMap(([uploadId, { head, initiatedAt }]) =>
        head.key === key ? [{ key, uploadId, initiatedAt }] : [],
      ),
    )
  }

  #store(head: ObjectHead, bytes: Buffer, etag: string): PutResult {
    if (this.objects.has(head.key) && !this.ignoresConditions) return 'exists'
    const shown = this.opaqueEtags ? randomUUID() : etag
    this.objects.set(head.key, { bytes, etag: shown, contentType: head.contentType, metadata: { ...head.metadata } })
    return 'stored'
  }

  #open(upload: UploadRef): OpenUpload {
    const open = this.uploads.get(upload.uploadId)
    if (open) return open
    throw rejected(upload.key, 'There is no such upload.')
  }
}

/** The answer of a service that is always one turn of the event loop away, unless the signal fires first. */
async function settled<T>(signal: AbortSignal, answer: () => T): Promise<T> {
  await new Promise(setImmediate)
  signal.throwIfAborted()
  return answer()
}

/** All bytes of a body; a body that never ends is left behind when the signal fires. */
async function collect(body: PutRequest['body'], signal: AbortSignal): Promise<Buffer> {
  if (body instanceof Uint8Array) return settled(signal, () => Buffer.from(body))
  const chunks: Uint8Array[] = []
  const reading = (async () => {
    for await (const chunk of body()) chunks.push(chunk)
  })()
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
  await Promise.race([reading, stopped])
  return Buffer.concat(chunks)
}

function assertMd5(key: string, bytes: Uint8Array, expected: string): void {
  if (md5(bytes).toString('base64') === expected) return
  throw new MigrateError('S3_INTEGRITY', { message: 'The MD5 is another one.', subject: key, retryable: true })
}

const rejected = (key: string, message: string): MigrateError =>
  new MigrateError('S3_REJECTED', { message, subject: key })
