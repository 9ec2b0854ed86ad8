import { S3Client } from '@aws-sdk/client-s3'
import { placeAt, type Place } from '../http/proxy.ts'

/**
 * The SDK’s own rules, which know partitions, and when a name fits into no host. A client is made only once it is asked for:
 * the first one prints the SDK’s notice about Node 20, unless the composition root could turn that off before.
 */
let rules: S3Client['config']['endpointProvider'] | null = null
const endpointRules = (): S3Client['config']['endpointProvider'] =>
  (rules ??= new S3Client({ region: 'us-east-1' }).config.endpointProvider)

/** How a bucket is addressed. */
export interface BucketAddress {
  bucket: string
  region: string
  /** Absent for AWS itself. */
  endpoint?: string | undefined
  forcePathStyle: boolean
}

/** Where requests about the bucket go. */
export const placeOf = (settings: BucketAddress): Place => placeAt(addressOf(settings))

function addressOf({ endpoint, region, bucket, forcePathStyle }: BucketAddress): URL {
  const about = { Bucket: bucket, Region: region, ForcePathStyle: forcePathStyle, UseFIPS: false, UseDualStack: false }
  try {
    return endpointRules()({ ...about, ...(endpoint !== undefined && { Endpoint: endpoint }) }).url
  } catch {
    // The first request will say what is wrong with region or name.
    return new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  }
}
