import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
  type HeadObjectCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { StoredAs } from '../../../shared/profile.ts'
import { asMigrateError, isStop, MigrateError } from '../../engine/errors.ts'
import type {
  ListedUpload,
  ObjectFacts,
  ObjectHead,
  ObjectPage,
  ObjectStore,
  Permit,
  PutResult,
  Sized,
  UploadRef,
} from '../../engine/ports.ts'
import { sendBody } from './body.ts'
import { createS3Client, type S3Settings } from './client.ts'
import { classifyS3Error, isKnown, nameOf, statusOf, type S3Action } from './s3Errors.ts'
import { keepsVersions } from './keeping.ts'
import { assertListing, listUploads, nextPage } from './listing.ts'
import { listenTo, listenToEach, type Hearing, type Listening } from '../silence.ts'
import { ExpiringRequests, untilExpired } from './expiring.ts'
import { lacking, storedAs } from './storedAs.ts'

/** Listed to see whether listing is allowed; an empty answer is the cheapest for a bucket of any size. */
const nothing = 'readur-migrate/nothing-lies-here/'

/** Form encoding: `+` is a blank. A key that is not encoded after all stays as it is. */
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return key
  }
}

const expired = (key: string, cause: unknown): MigrateError =>
  new MigrateError('PERMIT_EXPIRED', {
    message: 'The service was not asked, or answered, in time.',
    subject: key,
    cause,
  })

/** Errors that say: the key is taken, and the condition kept us from overwriting it. */
const isTaken = (error: unknown): boolean => statusOf(error) === 412 || nameOf(error) === 'PreconditionFailed'

/** The service does not know what was asked of it. */
const isUnsupported = (error: unknown): boolean => statusOf(error) === 501 || nameOf(error) === 'NotImplemented'

/** It may be the condition that the service refuses: those that know none call it by many names. */
const mayBeCondition = (error: unknown): boolean =>
  isUnsupported(error) || statusOf(error) === 405 || (statusOf(error) === 400 && !isKnown(nameOf(error)))

/** Tidying up is a service that some do not have and some policies do not allow: no reason to end a run. */
const isBeyondUs = (error: unknown): boolean => isUnsupported(error) || [403, 405].includes(statusOf(error) ?? 0)

/** An S3 bucket. One client for all, never closed sockets between files. */
export class S3ObjectStore implements ObjectStore {
  readonly label: string
  readonly bucket: string
  readonly #hearing: Hearing
  readonly #client: S3Client
  readonly #expiring: ExpiringRequests
  /** Of what is written from now on, and looked for in what is there. */
  storedAs: StoredAs
  /** How each kind of write stands to If-None-Match: it is left out for good where it is refused before it was ever obeyed. */
  readonly #conditions = new Map<S3Action, 'obeyed' | 'refused'>()

  constructor(settings: S3Settings, parallel: number, hearing: Hearing = {}) {
    this.#hearing = hearing
    this.bucket = settings.bucket
    this.storedAs = settings
    this.label = `${settings.endpoint ?? `AWS ${settings.region}`}, bucket ${settings.bucket}`
    this.#client = createS3Client(settings, parallel)
    this.#expiring = new ExpiringRequests(this.#client)
  }

  close(): void {
    this.#client.destroy()
  }

  async check(signal: AbortSignal): Promise<void> {
    await this.#call('ListObjectsV2', this.bucket, signal, async ({ signal }) => {
      try {
        await this.#client.send(new HeadBucketCommand({ Bucket: this.bucket }), { abortSignal: signal })
      } catch (error) {
        // A HEAD answer has no body, so it cannot say why; the listing can.
        if (statusOf(error) === undefined) throw error
      }
      assertListing(
        await this.#client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: nothing, MaxKeys: 1 }), {
          abortSignal: signal,
        }),
      )
    })
  }

  async keepsVersions(signal: AbortSignal): Promise<boolean> {
    return this.#call('GetBucketVersioning', this.bucket, signal, async ({ signal }) => {
      return (await keepsVersions(this.#client, this.bucket, signal)) === true
    })
  }

  async list(prefix: string, from: string | null, signal: AbortSignal): Promise<ObjectPage> {
    return this.#call('ListObjectsV2', this.bucket, signal, async ({ signal }) => {
      const answer = await this.#client.send(
        new ListObjectsV2Command({
          Bucket: this.bucket,
          Prefix: prefix,
          // A key may hold what cannot stand in XML.
          EncodingType: 'url',
          ...(from !== null && { ContinuationToken: from }),
        }),
        { abortSignal: signal },
      )
      assertListing(answer)
      const keyOf = (key: string): string => (answer.EncodingType === 'url' ? decodedKey(key) : key)
      const objects = (answer.Contents ?? []).flatMap(({ Key, Size, ETag, LastModified }) =>
        Key === undefined
          ? []
          : [{ key: keyOf(Key), size: Size ?? 0, etag: unquoted(ETag), modifiedAt: LastModified?.getTime() ?? 0 }],
      )
      return { objects, next: nextPage(answer) }
    })
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectFacts | null> {
    return this.#call('HeadObject', key, signal, async ({ signal }) => {
      try {
        const answer = await this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }), {
          abortSignal: signal,
        })
        return {
          size: answer.ContentLength ?? (await this.#listedSize(key, signal)),
          lacks: lacking(this.storedAs, answer),
          etag: unquoted(answer.ETag),
          revision: revisionOf(answer),
          contentType: answer.ContentType ?? null,
          metadata: answer.Metadata ?? {},
        }
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }

  /** Some services, and proxies that compress, leave the length out of the answer to a HEAD. */
  async #listedSize(key: string, abortSignal: AbortSignal): Promise<number> {
    const answer = await this.#client.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix: key, MaxKeys: 1, EncodingType: 'url' }),
      { abortSignal },
    )
    const [first] = answer.Contents ?? []
    const isIt = first?.Key !== undefined && (first.Key === key || decodedKey(first.Key) === key)
    if (isIt && first.Size !== undefined) return first.Size
    throw new MigrateError('S3_REJECTED', {
      message: 'The service does not say how large the object is.',
      subject: key,
    })
  }

  async put(request: Parameters<ObjectStore['put']>[0], signal: AbortSignal): Promise<PutResult> {
    return this.#unlessTaken('PutObject', request.key, signal, async (condition, listening) => {
      await sendBody(request.body, listening, (body, abortSignal) =>
        this.#client.send(
          new PutObjectCommand({
            ...this.#paramsOf(request),
            ...condition,
            ContentLength: request.size,
            ContentMD5: request.contentMd5,
            Body: body,
          }),
          { abortSignal },
        ),
      )
    })
  }

  async *get(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    try {
      signal.throwIfAborted()
      yield* listenToEach(this.#hearing, signal, (signal) => this.#read(key, signal))
    } catch (error) {
      throw classifyS3Error(error, { action: 'GetObject', subject: key, service: this.label }, signal)
    }
  }

  async *#read(key: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const command = new GetObjectCommand({ Bucket: this.bucket, Key: key })
    const answer = await this.#client.send(command, { abortSignal: signal })
    if (!(answer.Body instanceof Readable)) throw new Error('No body in the answer.')
    for await (const chunk of answer.Body) if (chunk instanceof Uint8Array) yield chunk
  }

  async remove(key: string, permit: Permit, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.bucket, Key: key })
    this.#expiring.apply(command, permit)
    try {
      await this.#call('DeleteObject', key, signal, ({ signal }) => this.#client.send(command, { abortSignal: signal }))
    } catch (error) {
      const known = asMigrateError(error)
      // In order, only what was sent longer ago than a permit lasts is given up (silentAfterMs).
      if (isStop(known)) throw known
      // Without an answer it may still be carried out, until the service refuses it for its age.
      if (known.retryable) await untilExpired(permit, signal)
      throw Date.now() < permit.expiresAt ? error : expired(key, error)
    }
  }

  async createUpload(head: ObjectHead, signal: AbortSignal): Promise<UploadRef> {
    return this.#call('CreateMultipartUpload', head.key, signal, async ({ signal }) => {
      const answer = await this.#client.send(new CreateMultipartUploadCommand(this.#paramsOf(head)), {
        abortSignal: signal,
      })
      if (!answer.UploadId) throw new Error('The service gave no upload id.')
      return { key: head.key, uploadId: answer.UploadId }
    })
  }

  async putPart(
    upload: UploadRef,
    number: number,
    bytes: Uint8Array | Sized,
    md5: string,
    signal: AbortSignal,
  ): ReturnType<ObjectStore['putPart']> {
    return this.#call('UploadPart', upload.key, signal, async (listening) => {
      const isWhole = bytes instanceof Uint8Array
      const answer = await sendBody(isWhole ? bytes : bytes.open, listening, (body, abortSignal) =>
        this.#client.send(
          new UploadPartCommand({
            ...this.#refOf(upload),
            PartNumber: number,
            Body: body,
            ContentLength: isWhole ? bytes.byteLength : bytes.size,
            ContentMD5: md5,
          }),
          { abortSignal },
        ),
      )
      if (!answer.ETag) throw new Error(`The service gave no ETag for part ${number}.`)
      return { number, etag: answer.ETag }
    })
  }

  async completeUpload(
    upload: UploadRef,
    parts: Parameters<ObjectStore['completeUpload']>[1],
    signal: AbortSignal,
  ): Promise<PutResult> {
    return this.#unlessTaken('CompleteMultipartUpload', upload.key, signal, async (condition, { signal }) => {
      await this.#client.send(
        new CompleteMultipartUploadCommand({
          ...this.#refOf(upload),
          ...condition,
          MultipartUpload: { Parts: parts.map((part) => ({ PartNumber: part.number, ETag: part.etag })) },
        }),
        { abortSignal: signal },
      )
    })
  }

  async abortUpload(upload: UploadRef, signal: AbortSignal): Promise<void> {
    await this.#call('AbortMultipartUpload', upload.key, signal, async ({ signal }) => {
      try {
        await this.#client.send(new AbortMultipartUploadCommand(this.#refOf(upload)), { abortSignal: signal })
      } catch (error) {
        if (statusOf(error) !== 404 && !isBeyondUs(error)) throw error
      }
    })
  }

  async listUploads(key: string, signal: AbortSignal): Promise<ListedUpload[]> {
    return this.#call('ListMultipartUploads', key, signal, async ({ signal }) => {
      try {
        const found: ListedUpload[] = []
        for await (const { Key, UploadId, Initiated } of listUploads(this.#client, this.bucket, key, signal)) {
          if (Key === key && UploadId)
            found.push({ key, uploadId: UploadId, initiatedAt: Initiated?.getTime() ?? null })
        }
        return found
      } catch (error) {
        if (isBeyondUs(error)) return []
        throw error
      }
    })
  }

  #paramsOf(head: ObjectHead) {
    const about = { Bucket: this.bucket, Key: head.key, ContentType: head.contentType, Metadata: head.metadata }
    return { ...about, ...storedAs(this.storedAs) }
  }

  #refOf(upload: UploadRef) {
    return { Bucket: this.bucket, Key: upload.key, UploadId: upload.uploadId }
  }

  /** Writes under the condition that the key is free; without it where the service knows no conditions. */
  async #unlessTaken(
    action: S3Action,
    key: string,
    signal: AbortSignal,
    write: (condition: { IfNoneMatch?: '*' }, listening: Listening) => Promise<void>,
  ): Promise<PutResult> {
    return this.#call(action, key, signal, async (listening) => {
      const standing = this.#conditions.get(action)
      try {
        await write(standing === 'refused' ? {} : { IfNoneMatch: '*' }, listening)
      } catch (error) {
        if (isTaken(error)) {
          this.#conditions.set(action, 'obeyed')
          return 'exists'
        }
        if (standing !== undefined || !mayBeCondition(error)) throw error
        await write({}, listening)
        this.#conditions.set(action, 'refused')
      }
      return 'stored'
    })
  }

  async #call<T>(
    action: S3Action,
    subject: string,
    signal: AbortSignal,
    request: (listening: Listening) => Promise<T>,
  ): Promise<T> {
    try {
      signal.throwIfAborted()
      return await listenTo(this.#hearing, signal, request)
    } catch (error) {
      throw classifyS3Error(error, { action, subject, service: this.label }, signal)
    }
  }
}

const unquoted = (etag: string | undefined): string | null => etag?.replace(/^"|"$/g, '') ?? null

/**
 * What every write to a key changes. A strong ETag changes with the bytes (RFC 9110), under KMS too, where it is not
 * their MD5; a weak one need not. The time and the version tell writes apart where all objects have one ETag.
 */
function revisionOf({
  ETag,
  LastModified,
  VersionId,
}: Pick<HeadObjectCommandOutput, 'ETag' | 'LastModified' | 'VersionId'>): string | null {
  if (!ETag || ETag.startsWith('W/') || !LastModified) return null
  return [unquoted(ETag), LastModified.getTime(), VersionId ?? ''].join(' ')
}
