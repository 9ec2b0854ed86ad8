import { createHash, randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  GetBucketLocationCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type BucketLocationConstraint,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { StoredAs } from '../../../shared/profile.ts'
import type { BucketKeeping, BucketProbe, Certificate, ChecksumKind, PendingUpload } from '../../engine/doctor/ports.ts'
import { MigrateError } from '../../engine/errors.ts'
import { ownStepPermit } from '../../engine/ownership/permit.ts'
import type { ObjectStore, UploadRef } from '../../engine/ports.ts'
import { proxyTo, type Place } from '../http/proxy.ts'
import { createS3Client, type S3Settings } from './client.ts'
import { classifyS3Error, type S3Action, type S3Request, nameOf, regionOf, statusOf } from './s3Errors.ts'
import { Handshakes } from './handshake.ts'
import { keepingOf } from './keeping.ts'
import { assertListing, listUploads } from './listing.ts'
import { S3ObjectStore } from './objectStore.ts'
import { placeOf } from './place.ts'
import { storedAs } from './storedAs.ts'

/** Prefix of a key below which nothing ever lies. */
const nothing = 'readur-migrate/nothing-lies-here/'

/** Of unfinished uploads; more are no news. */
const mostUploads = 5_000

/** How a refused checksum is called. */
const refusals = new Set(['BadDigest', 'InvalidDigest', 'XAmzContentSHA256Mismatch', 'XAmzContentChecksumMismatch'])

/** One bucket, asked piece by piece; nothing is tried again. */
export class S3BucketProbe implements BucketProbe {
  readonly label: string
  readonly bucket: string
  readonly region: string
  readonly pathStyle: boolean
  readonly isAws: boolean
  readonly address: string
  readonly endpoint: string | null
  readonly nearHosts: readonly string[]
  readonly #settings: S3Settings
  readonly proxy: string | null
  readonly #place: Place
  readonly #handshakes: Handshakes
  readonly #store: S3ObjectStore
  readonly #client: S3Client
  #other: S3Client | null = null

  constructor(settings: S3Settings, parallel: number, nearHosts: readonly string[]) {
    this.#settings = settings
    this.#store = new S3ObjectStore(settings, parallel)
    this.#client = createS3Client(settings, parallel)
    this.label = this.#store.label
    this.bucket = settings.bucket
    this.region = settings.region
    this.pathStyle = settings.forcePathStyle
    this.isAws = settings.endpoint === undefined
    this.endpoint = settings.endpoint ?? null
    this.nearHosts = nearHosts
    this.#place = placeOf(settings)
    this.#handshakes = new Handshakes(settings.ca)
    this.proxy = proxyTo(this.#place)?.label ?? null
    this.address = `${this.#place.host.includes(':') ? `[${this.#place.host}]` : this.#place.host}:${this.#place.port}`
  }

  close(): void {
    this.#store.close()
    this.#client.destroy()
    this.#other?.destroy()
  }

  async resolve(signal: AbortSignal): Promise<string[]> {
    const { host } = this.#place
    if (isIP(host) !== 0) return [host]
    return this.#call(null, signal, async () => (await lookup(host, { all: true })).map(({ address }) => address))
  }

  handshake(signal: AbortSignal): Promise<Certificate | null> {
    return this.#call(null, signal, async () => {
      const certificate = await this.#handshakes.shake(this.#place, signal)
      if (certificate === null && (await this.#handshakes.wantsTls(this.#place, signal))) {
        throw new MigrateError('S3_SCHEME', {
          message: 'What answers on that port speaks https.',
          subject: this.address,
        })
      }
      return certificate
    })
  }

  clockOffset(signal: AbortSignal): Promise<number | null> {
    return this.#call(null, signal, async () => {
      const began = Date.now()
      const date = await this.#handshakes.dateOf(this.#place, signal)
      // It has whole seconds, and was written about halfway.
      return date === null ? null : date + 500 - (began + Date.now()) / 2
    })
  }

  takesBody(bytes: number, signal: AbortSignal): Promise<boolean> {
    // A part of an upload that does not exist: even who asks for no signature could make no object of it.
    const part = `/${this.bucket}/${nothing}?partNumber=1&uploadId=none`
    return this.#call(null, signal, () => this.#handshakes.takesBody(this.#place, part, bytes, signal))
  }

  async tryListing(pathStyle: boolean, signal: AbortSignal): Promise<void> {
    const client = pathStyle === this.pathStyle ? this.#client : this.#otherStyle(pathStyle)
    await this.#call('ListObjectsV2', signal, async () => {
      const command = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: nothing, MaxKeys: 1 })
      assertListing(await client.send(command, { abortSignal: signal }))
    })
  }

  async tryEndpoint(endpoint: string, signal: AbortSignal): Promise<void> {
    const other = new S3BucketProbe({ ...this.#settings, endpoint }, 1, [])
    try {
      await other.tryListing(this.pathStyle, signal)
    } finally {
      other.close()
    }
  }

  async location(signal: AbortSignal): Promise<string | null> {
    return this.#call('GetBucketLocation', signal, async () => {
      const name = await this.#client
        .send(new GetBucketLocationCommand({ Bucket: this.bucket }), { abortSignal: signal })
        .then(
          ({ LocationConstraint }) => LocationConstraint,
          (error: unknown) => {
            const named = regionOf(error)
            if (named === null) throw error
            return named
          },
        )
      if (name === 'EU') return 'eu-west-1'
      // AWS names the region of old by nothing at all.
      return name ?? (this.isAws ? 'us-east-1' : null)
    })
  }

  keeping(signal: AbortSignal): Promise<BucketKeeping> {
    return this.#call('GetBucketVersioning', signal, () => keepingOf(this.#client, this.bucket, signal))
  }

  async createBucket(region: string, signal: AbortSignal): Promise<void> {
    await this.#call('CreateBucket', signal, () =>
      this.#client.send(
        new CreateBucketCommand({
          Bucket: this.bucket,
          ...(this.isAws &&
            region !== 'us-east-1' && {
              CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
            }),
        }),
        { abortSignal: signal },
      ),
    )
  }

  async putChecked(
    key: string,
    checksum: { kind: ChecksumKind; isRight: boolean },
    signal: AbortSignal,
  ): Promise<'stored' | 'refused' | 'unsupported'> {
    const body = randomBytes(256)
    const digested = checksum.isRight ? body : randomBytes(256)
    try {
      await this.#client.send(
        new PutObjectCommand({
          Bucket: this.bucket,
          Key: key,
          Body: body,
          ContentLength: body.byteLength,
          ...storedAs(this.#store.storedAs),
          ...checksumOf(checksum.kind, digested),
        }),
        { abortSignal: signal },
      )
      return 'stored'
    } catch (error) {
      if (refusals.has(nameOf(error))) return 'refused'
      const status = statusOf(error)
      // “InvalidRequest: the value for … is invalid”: AWS of a checksum that does not fit.
      if (status === 400) return checksum.isRight ? 'unsupported' : 'refused'
      if (status === 501) return 'unsupported'
      throw classifyS3Error(error, this.#asked('PutObject', key), signal)
    }
  }

  async abortUpload({ key, uploadId }: UploadRef, signal: AbortSignal): Promise<void> {
    try {
      await this.#client.send(new AbortMultipartUploadCommand({ Bucket: this.bucket, Key: key, UploadId: uploadId }), {
        abortSignal: signal,
      })
    } catch (error) {
      if (statusOf(error) !== 404) throw classifyS3Error(error, this.#asked('AbortMultipartUpload', key), signal)
    }
  }

  async openUploads(prefix: string, signal: AbortSignal): Promise<PendingUpload[]> {
    const found: PendingUpload[] = []
    await this.#call('ListMultipartUploads', signal, async () => {
      for await (const { Key, UploadId, Initiated } of listUploads(this.#client, this.bucket, prefix, signal)) {
        if (!Key?.startsWith(prefix) || !UploadId) continue
        found.push({ key: Key, uploadId: UploadId, startedAt: Initiated?.getTime() ?? Date.now() })
        if (found.length >= mostUploads) break
      }
    })
    return found
  }

  set storedAs(options: StoredAs) {
    this.#store.storedAs = options
  }

  put(...args: Parameters<ObjectStore['put']>): ReturnType<ObjectStore['put']> {
    return this.#store.put(...args)
  }
  head(...args: Parameters<ObjectStore['head']>): ReturnType<ObjectStore['head']> {
    return this.#store.head(...args)
  }
  get(...args: Parameters<ObjectStore['get']>): ReturnType<ObjectStore['get']> {
    return this.#store.get(...args)
  }
  discard(key: string, signal: AbortSignal): Promise<void> {
    return this.#store.remove(key, ownStepPermit(), signal)
  }
  createUpload(...args: Parameters<ObjectStore['createUpload']>): ReturnType<ObjectStore['createUpload']> {
    return this.#store.createUpload(...args)
  }
  putPart(...args: Parameters<ObjectStore['putPart']>): ReturnType<ObjectStore['putPart']> {
    return this.#store.putPart(...args)
  }
  completeUpload(...args: Parameters<ObjectStore['completeUpload']>): ReturnType<ObjectStore['completeUpload']> {
    return this.#store.completeUpload(...args)
  }

  #otherStyle(forcePathStyle: boolean): S3Client {
    return (this.#other ??= createS3Client({ ...this.#settings, forcePathStyle }, 1))
  }

  #asked(action: S3Action | null, subject: string): S3Request {
    return { action, subject, service: this.address }
  }

  async #call<T>(action: S3Action | null, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    try {
      signal.throwIfAborted()
      return await request()
    } catch (error) {
      throw classifyS3Error(error, this.#asked(action, action === null ? this.address : this.bucket), signal)
    }
  }
}

function checksumOf(kind: ChecksumKind, bytes: Buffer) {
  switch (kind) {
    case 'md5':
      return { ContentMD5: createHash('md5').update(bytes).digest('base64') }
    case 'sha256':
      return { ChecksumSHA256: createHash('sha256').update(bytes).digest('base64') }
    case 'crc32':
      // The SDK computes it: of the body that is sent.
      return { ChecksumAlgorithm: 'CRC32' as const }
  }
}
