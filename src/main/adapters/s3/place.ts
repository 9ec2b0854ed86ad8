import { S3Client } from '@aws-sdk/client-s3'
import type { Place } from '../http/proxy.ts'
import type { S3Settings } from './client.ts'

/** The SDK’s own rules, which know partitions, and when a name fits into no host. */
const { endpointProvider } = new S3Client({ region: 'us-east-1' }).config

/** Where requests about the bucket go. */
export function placeOf(settings: Pick<S3Settings, 'endpoint' | 'region' | 'bucket' | 'forcePathStyle'>): Place {
  const { hostname, protocol, port } = addressOf(settings)
  const isTls = protocol === 'https:'
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (isTls ? 443 : 80) : Number(port), isTls }
}

function addressOf({ endpoint, region, bucket, forcePathStyle }: Parameters<typeof placeOf>[0]): URL {
  const about = { Bucket: bucket, Region: region, ForcePathStyle: forcePathStyle, UseFIPS: false, UseDualStack: false }
  try {
    return endpointProvider({ ...about, ...(endpoint !== undefined && { Endpoint: endpoint }) }).url
  } catch {
    // The first request will say what is wrong with region or name.
    return new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  }
}
