import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'

/** Here the product notes whose the bucket is; it changes with every run, and is no document. */
export const ownerNotes = 'readur-migrate/owner/'

/** Where a bucket lies and how to get in. */
export interface BucketAccess {
  endpoint: string
  bucket: string
  region: string
  accessKeyId: string
  secretAccessKey: string
}

/** What the sandbox itself does with a bucket: independent of the product's adapter. */
export interface Bucket {
  /** All keys but those of `ownerNotes`, sorted as the service sorts them. */
  keys(): AsyncIterable<string>
  /** Downloads an object; constant memory. SHA-256 in lowercase hex, size in bytes. */
  digest(key: string): Promise<{ sha256: string; size: number }>
  put(key: string, body: Buffer, contentType: string): Promise<void>
  /** Keys of multipart uploads that were neither completed nor aborted; empty where the service cannot tell. */
  unfinished(): Promise<string[]>
  close(): void
}

export function openBucket(access: BucketAccess): Bucket {
  const { bucket, accessKeyId, secretAccessKey, ...place } = access
  const client = new S3Client({
    ...place,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  return {
    async *keys() {
      // Version 1 of the list: s3rver fails on a truncated one of version 2.
      for (let after: string | undefined, more = true; more;) {
        const page = await client.send(new ListObjectsCommand({ Bucket: bucket, Marker: after }))
        const found = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key]))
        yield* found.filter((key) => !key.startsWith(ownerNotes))
        after = found.at(-1)
        more = page.IsTruncated === true && after !== undefined
      }
    },
    async digest(key) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      const hash = createHash('sha256')
      let size = 0
      if (Body instanceof Readable) {
        for await (const chunk of Body) {
          if (!(chunk instanceof Uint8Array)) throw new Error(`${key}: not a stream of bytes`)
          hash.update(chunk)
          size += chunk.length
        }
      }
      return { sha256: hash.digest('hex'), size }
    },
    async put(key, body, contentType) {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentLength: body.length,
          ContentType: contentType,
        }),
      )
    },
    async unfinished() {
      try {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
        return Uploads.map(({ Key }) => Key ?? '?')
      } catch (error) {
        if (error instanceof Error && error.name === 'NotImplemented') return []
        throw error
      }
    },
    close: () => client.destroy(),
  }
}
