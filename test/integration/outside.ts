import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { ownerNotes, type BucketAccess } from '../../src/sandbox/bucket.ts'
import type { Ran } from './world.ts'

/** What somebody else sees of a bucket, and does to it: nothing of the product is in between. */
export class Outside implements Disposable {
  readonly #client: S3Client
  readonly #bucket: string

  constructor({ bucket, accessKeyId, secretAccessKey, ...place }: BucketAccess) {
    this.#bucket = bucket
    this.#client = new S3Client({
      ...place,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
  }

  [Symbol.dispose](): void {
    this.#client.destroy()
  }

  async keepVersions(): Promise<void> {
    const VersioningConfiguration = { Status: 'Enabled' } as const
    await this.#client.send(new PutBucketVersioningCommand({ Bucket: this.#bucket, VersioningConfiguration }))
  }

  /** Every object with its ETag and the instant at which it was written. */
  async listed(): Promise<Record<string, string>> {
    const found: Record<string, string> = {}
    for (let token: string | undefined, more = true; more;) {
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, ContinuationToken: token, MaxKeys: 1000 }),
      )
      for (const { Key = '', ETag = '', LastModified } of page.Contents ?? []) {
        if (!Key.startsWith(ownerNotes)) found[Key] = `${ETag} ${LastModified?.toISOString() ?? ''}`
      }
      token = page.NextContinuationToken
      more = token !== undefined
    }
    return found
  }

  /** How an object is encrypted: `aws:kms test-key`; empty where it is not. */
  async encryption(key: string): Promise<string> {
    const about = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))
    return `${about.ServerSideEncryption ?? ''} ${about.SSEKMSKeyId ?? ''}`.trim()
  }

  async metadata(key: string): Promise<Record<string, string>> {
    const { Metadata = {} } = await this.#client.send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))
    return Metadata
  }

  async get(key: string): Promise<Uint8Array | null> {
    const { Body } = await this.#client.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }))
    return (await Body?.transformToByteArray()) ?? null
  }

  async put(key: string, body: Buffer | string, metadata: Record<string, string> = {}): Promise<void> {
    await this.#client.send(new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: body, Metadata: metadata }))
  }

  /** Takes the metadata off an object: what is left is as another tool would have made it. */
  async strip(key: string): Promise<void> {
    await this.#client.send(
      new CopyObjectCommand({
        Bucket: this.#bucket,
        Key: key,
        CopySource: `${this.#bucket}/${key.split('/').map(encodeURIComponent).join('/')}`,
        MetadataDirective: 'REPLACE',
      }),
    )
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }))
  }

  /** Unfinished uploads, and of each the parts that have arrived with the instant of their arrival. */
  async uploads(): Promise<{ key: string; id: string; parts: string[] }[]> {
    const { Uploads = [] } = await this.#client.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket }))
    return Promise.all(
      Uploads.map(async ({ Key: key = '', UploadId: id = '' }) => {
        const { Parts = [] } = await this.#client.send(
          new ListPartsCommand({ Bucket: this.#bucket, Key: key, UploadId: id }),
        )
        const parts = Parts.map(
          ({ PartNumber, ETag, LastModified }) => `${PartNumber} ${ETag ?? ''} ${LastModified?.toISOString() ?? ''}`,
        )
        return { key, id, parts }
      }),
    )
  }
}

/** The run that a command has made. */
export const idOf = ({ report }: Pick<Ran, 'report'>): string => report.runId ?? ''

/** A line of SQL that answers with rows of text: `[['a', 'b'], …]`. */
export const textRows = (rows: unknown[]): string[][] =>
  rows.map((row) => Object.values(Object(row) as Record<string, unknown>).map(String))
