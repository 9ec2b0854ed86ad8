import { S3Client } from '@aws-sdk/client-s3'

/** How to reach one bucket. */
export interface S3Settings {
  bucket: string
  region: string
  /** Absent for AWS itself. */
  endpoint?: string | undefined
  forcePathStyle: boolean
  accessKeyId: string
  secretAccessKey: string
}

const nothing = (): void => undefined

/** The SDK would print remarks of its own into the progress. What went wrong is in the errors. */
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing }

/** Sockets beyond one a file: parts of large files, checks. */
const spareSockets = 16

/**
 * A client set up for every service that speaks S3: no default CRC32 (R2, B2, older Ceph and MinIO refuse it), known
 * lengths, no retries of its own (the retry wrapper does that, with a body that can be opened again).
 */
export function createS3Client(settings: S3Settings, parallel: number): S3Client {
  const sockets = { keepAlive: true, maxSockets: parallel + spareSockets }
  return new S3Client({
    region: settings.region,
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    forcePathStyle: settings.forcePathStyle,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: 1,
    logger: silent,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: 60_000,
      httpAgent: sockets,
      httpsAgent: sockets,
    },
  })
}
