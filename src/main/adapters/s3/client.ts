import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import type { StoredAs } from '../../../shared/profile.ts'
import { agentTo } from '../http/agent.ts'
import { collectResponse } from './responseBody.ts'
import { placeOf, type BucketAddress } from './place.ts'
import { takeOnlyPlainAnswers } from './plainAnswers.ts'

/** How to reach one bucket. */
export interface S3Settings extends StoredAs, BucketAddress {
  accessKeyId: string
  secretAccessKey: string
  /** Certificates of authorities that are trusted beside the known ones (S3_CA_FILE). */
  ca?: readonly string[] | undefined
}

const nothing = (): void => undefined

/** The SDK would print remarks of its own into the progress. What went wrong is in the errors. */
const silent = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing }

/**
 * All that the SDK would else look up in variables and in files of the AWS command line (`AWS_ENDPOINT_URL_S3`,
 * `AWS_PROFILE`, `AWS_CONFIG_FILE` and more), which then would decide where “AWS” is: the settings of the connection do.
 */
const fromNowhereElse: S3ClientConfig = {
  ignoreConfiguredEndpointUrls: true,
  defaultsMode: 'standard',
  retryMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  disableS3ExpressSessionAuth: true,
  authSchemePreference: [],
  sigv4aSigningRegionSet: [],
  disableClockSkewCorrection: false,
  userAgentAppId: 'readur-migrate',
}

/** Sockets beyond one a file: parts of large files, checks. */
const spareSockets = 16

/**
 * A client set up for every service that speaks S3: no default CRC32 (R2, B2, older Ceph and MinIO refuse it), known
 * lengths, no retries of its own (the retry wrapper does that, with a body that can be opened again). Throws
 * SETTING_INVALID where the address of a proxy is none.
 */
export function createS3Client(settings: S3Settings, parallel: number): S3Client {
  const place = placeOf(settings)
  const agent = agentTo(place, settings.ca, { keepAlive: true, maxSockets: parallel + spareSockets })
  const client = new S3Client({
    ...fromNowhereElse,
    region: settings.region,
    ...(settings.endpoint !== undefined && { endpoint: settings.endpoint }),
    forcePathStyle: settings.forcePathStyle,
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    maxAttempts: 1,
    logger: silent,
    streamCollector: collectResponse,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Each large write would wait for a word that many services and proxies never give.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: 60_000,
      [place.isTls ? 'httpsAgent' : 'httpAgent']: agent,
    },
  })
  takeOnlyPlainAnswers(client)
  return client
}
