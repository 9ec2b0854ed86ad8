import type { RemedyCommand } from '../../../../shared/diagnostic.ts'

/** Permissions on the bucket itself. Readur needs to list at its start, or it silently stores locally. */
const onBucket = ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads']
/** Permissions on what lies in it. */
const onObjects = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload']

/** AWS has other names for the parts of the world that it keeps apart. */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** What this program and Readur need of a bucket, and no more, for the key's user. As JSON. */
export function leastPolicy(bucket: string, region: string): string {
  const arn = `arn:${partitionOf(region)}:s3:::${bucket}`
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: onBucket, Resource: arn },
      { Effect: 'Allow', Action: onObjects, Resource: `${arn}/*` },
    ],
  }
  return JSON.stringify(policy, null, 2)
}

export const policyToCopy = ({ bucket, region }: { bucket: string; region: string }): RemedyCommand => ({
  where: 'the storage service',
  text: leastPolicy(bucket, region),
})
