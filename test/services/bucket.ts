import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import type { S3Settings } from './s3.ts'

export interface TestBucket extends S3Settings {
  /** Deletes the bucket and all that is in it: versions, delete markers and open uploads as well. */
  remove: () => Promise<void>
}

/** Makes an empty bucket on the run's S3 server, for one test alone. */
export async function createBucket(): Promise<TestBucket> {
  const settings = { ...inject('s3'), bucket: `test-${randomUUID()}` }
  const client = connect(settings)
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }))
  return {
    ...settings,
    remove: async () => {
      await removeBucket(client, settings.bucket)
      client.destroy()
    },
  }
}

function connect({ endpoint, region, accessKeyId, secretAccessKey }: S3Settings): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
}

async function removeBucket(client: S3Client, bucket: string): Promise<void> {
  while (await removeSomeObjects(client, bucket));
  while (await abortSomeUploads(client, bucket));
  await client.send(new DeleteBucketCommand({ Bucket: bucket }))
}

async function removeSomeObjects(client: S3Client, bucket: string): Promise<boolean> {
  const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }))
  const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]
  await Promise.all(
    versions.map(({ Key, VersionId }) => client.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }))),
  )
  return versions.length > 0
}

async function abortSomeUploads(client: S3Client, bucket: string): Promise<boolean> {
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  await Promise.all(
    Uploads.map(({ Key, UploadId }) => client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }))),
  )
  return Uploads.length > 0
}
