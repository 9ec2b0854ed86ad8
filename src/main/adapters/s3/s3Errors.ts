import { MigrateError } from '../../engine/errors.ts'
import type { ErrorCode, ErrorScope } from '../../../shared/errors.ts'
import { networkFault, type NetworkFault } from '../http/networkWords.ts'
import { proxyCodes, proxyErrorIn } from '../http/proxy.ts'

interface Rule {
  code: ErrorCode
  /** Where the catalogue leaves it open. */
  scope?: ErrorScope
  retryable?: boolean
  throttled?: boolean
}

const rules: Record<string, Rule> = {
  NoSuchBucket: { code: 'S3_NO_BUCKET' },
  AccessDenied: { code: 'S3_ACCESS_DENIED' },
  Forbidden: { code: 'S3_ACCESS_DENIED' },
  AllAccessDisabled: { code: 'S3_ACCESS_DENIED' },
  InvalidAccessKeyId: { code: 'S3_UNKNOWN_KEY' },
  SignatureDoesNotMatch: { code: 'S3_WRONG_SECRET' },
  Unauthorized: { code: 'S3_BAD_CREDENTIALS' },
  RequestExpired: { code: 'S3_CLOCK_SKEW' },
  TokenRefreshRequired: { code: 'S3_TOKEN_EXPIRED' },
  InvalidObjectState: { code: 'S3_REJECTED', scope: 'item' },
  ConditionalRequestConflict: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  IncompleteBody: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  ExpiredToken: { code: 'S3_TOKEN_EXPIRED' },
  InvalidToken: { code: 'S3_BAD_CREDENTIALS' },
  PermanentRedirect: { code: 'S3_WRONG_REGION' },
  AuthorizationHeaderMalformed: { code: 'S3_WRONG_REGION' },
  IllegalLocationConstraintException: { code: 'S3_WRONG_REGION' },
  RequestTimeTooSkewed: { code: 'S3_CLOCK_SKEW' },
  SlowDown: { code: 'S3_THROTTLED', retryable: true, throttled: true },
  TooManyRequests: { code: 'S3_THROTTLED', retryable: true, throttled: true },
  ServiceUnavailable: { code: 'S3_THROTTLED', retryable: true, throttled: true },
  RequestTimeout: { code: 'S3_UNREACHABLE', retryable: true },
  InternalError: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  QuotaExceeded: { code: 'S3_REJECTED', scope: 'run' },
  ServiceQuotaExceeded: { code: 'S3_REJECTED', scope: 'run' },
  InsufficientStorage: { code: 'S3_REJECTED', scope: 'run' },
  XMinioStorageFull: { code: 'S3_REJECTED', scope: 'run' },
  AnswerTooLarge: { code: 'S3_STRANGE', scope: 'run' },
  HttpsWanted: { code: 'S3_SCHEME' },
  EntityTooLarge: { code: 'S3_REJECTED', scope: 'item' },
  OperationAborted: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  BadDigest: { code: 'S3_INTEGRITY', retryable: true },
  InvalidDigest: { code: 'S3_INTEGRITY' },
  XAmzContentSHA256Mismatch: { code: 'S3_INTEGRITY', retryable: true },
}

/** The name is one that says what was wrong. */
export const isKnown = (name: string): boolean => rules[name] !== undefined

function byStatus(status: number | undefined): Rule | null {
  if (status === undefined) return null
  if (status === 429 || status === 503) return { code: 'S3_THROTTLED', retryable: true, throttled: true }
  if (status >= 500) return { code: 'S3_REJECTED', scope: 'item', retryable: true }
  if (status === 407) return { code: 'PROXY_REFUSED' }
  if (status === 413) return { code: 'S3_BODY_LIMIT' }
  if (status === 401) return { code: 'S3_BAD_CREDENTIALS' }
  if (status === 403) return { code: 'S3_ACCESS_DENIED' }
  if (status === 301) return { code: 'S3_WRONG_REGION' }
  return { code: 'S3_REJECTED', scope: 'item' }
}

/** What was sent by http to a port that wants https, as nginx, Go (MinIO, Caddy) and Apache say it. */
const wantsTls = /plain HTTP request was sent to HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL/i

/** Of the key that encrypts, which S3 passes on under names of KMS, or as a refusal that only its words tell from others. */
function ofEncryptionKey(name: string, said: string): Rule | null {
  const isOfKms = /^kms/i.test(name)
  if (isOfKms && /throttl/i.test(name)) return rules.SlowDown ?? null
  const isDenied = rules[name]?.code === 'S3_ACCESS_DENIED' && /\bkms:[a-z]/i.test(said)
  return isOfKms || isDenied ? { code: 'S3_KMS' } : null
}

/** A page for people is the word of a proxy where the service behind it is down or a limit is reached, else of no S3 at all. */
function ofPage(error: unknown, status: number, isObject: boolean): Rule | null {
  if (wantsTls.test(wordsOf(error))) return { code: 'S3_SCHEME' }
  if (status >= 500 || [408, 413, 429].includes(status)) return null
  return { code: 'S3_NOT_S3', scope: isObject ? 'item' : 'run' }
}

/** Of an answer that no storage service gives; null for all others. */
function ofStrangeAnswer(error: unknown, name: string, action: S3Action | null): Rule | null {
  const isObject = action === 'GetObject'
  if (name === 'EncodedAnswer') return { code: 'S3_STRANGE', scope: isObject ? 'item' : 'run' }
  const status = statusOf(error)
  if (name === 'PageInsteadOfAnswer') return ofPage(error, status ?? 200, isObject)
  // It was accepted, and the answer is nothing that the SDK can read.
  if (status !== undefined && status < 300) return { code: 'S3_NOT_S3', scope: 'run', retryable: true }
  return status === 400 && wantsTls.test(wordsOf(error)) ? { code: 'S3_SCHEME' } : null
}

const faultRules = {
  unreachable: { code: 'S3_UNREACHABLE', retryable: true },
  tls: { code: 'S3_TLS' },
  'no tls': { code: 'S3_SCHEME' },
} as const satisfies Record<NetworkFault['kind'], Rule>

const field = (error: object, name: string): unknown => (name in error ? Reflect.get(error, name) : undefined)

/** HTTP status of an SDK error, or undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const metadata = typeof error === 'object' && error !== null ? field(error, '$metadata') : undefined
  const status = typeof metadata === 'object' && metadata !== null ? field(metadata, 'httpStatusCode') : undefined
  return typeof status === 'number' ? status : undefined
}

/** The error's name as S3 gives it, e.g. `NoSuchKey`. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** What the service says in words; the SDK puts a word of its own where it says nothing, as Ceph does. */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message === 'UnknownError' ? '' : message
}

/** The region that the bucket lies in, where the service has named it when it refused. */
export function regionOf(error: unknown): string | null {
  const region = typeof error === 'object' && error !== null ? field(error, 'Region') : undefined
  return typeof region === 'string' && /^[a-z0-9-]+$/.test(region) ? region : null
}

/** What was asked of the service, and the permission that it takes. */
const permissionFor = {
  CreateBucket: 's3:CreateBucket',
  GetBucketLocation: 's3:GetBucketLocation',
  GetBucketVersioning: 's3:GetBucketVersioning',
  ListObjectsV2: 's3:ListBucket',
  HeadObject: 's3:GetObject',
  GetObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  DeleteObject: 's3:DeleteObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
} as const
export type S3Action = keyof typeof permissionFor

export interface S3Request {
  /** Null for what comes before any request: a name that is looked up, a handshake. */
  action: S3Action | null
  /** Key or bucket that it was about. */
  subject: string
  /** What the service is called. */
  service: string
}

/** S3 refuses what is off by a quarter of an hour; a request that was queued here for a while is off by seconds. */
const skewMs = 5 * 60_000

/** By how much this computer's clock is ahead of the service's, as its answer says; null when it does not say. */
function aheadBy(error: unknown): number | null {
  const response = typeof error === 'object' && error !== null ? field(error, '$response') : undefined
  const headers = typeof response === 'object' && response !== null ? field(response, 'headers') : undefined
  const date = typeof headers === 'object' && headers !== null ? field(headers, 'date') : undefined
  const at = typeof date === 'string' ? Date.parse(date) : NaN
  return Number.isNaN(at) ? null : Date.now() - at
}

/** A refusal whose cause is the clock: the answer to a HEAD has no body, and so cannot say it. */
function skewIn(error: unknown, name: string, status: number | undefined): string | null {
  const ahead = aheadBy(error)
  const isOff = ahead !== null && Math.abs(ahead) > skewMs
  if (name !== 'RequestTimeTooSkewed' && !(status === 403 && isOff)) return null
  if (ahead === null || !isOff) return 'The clock of this computer is wrong'
  return `The clock of this computer is ${Math.round(Math.abs(ahead) / 60_000)} minutes ${ahead > 0 ? 'ahead of' : 'behind'} that of the storage service`
}

/** Concerns the service as a whole, whatever was asked. */
const ofService = new Set<ErrorCode>(['S3_UNREACHABLE', 'S3_TLS', 'S3_SCHEME', 'S3_UNKNOWN_KEY', 'S3_WRONG_SECRET'])

/**
 * The one place where an error of the AWS SDK gets its meaning: try again, fail the item, or stop the run.
 * What S3 says of a request never contains the secret key.
 */
export function classifyS3Error(error: unknown, request: S3Request, signal: AbortSignal): MigrateError {
  if (error instanceof MigrateError) return error
  if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
  const { action, subject, service } = request
  const proxy = proxyErrorIn(error)
  if (proxy) {
    const { message, kind } = proxy
    return new MigrateError(proxyCodes[kind].code, {
      message,
      subject: service,
      scope: 'run',
      retryable: proxyCodes[kind].retryable,
      cause: error,
    })
  }
  const name = nameOf(error)
  const said = wordsOf(error)
  const fault = networkFault(error)
  const status = statusOf(error)
  const asked = action === null ? 'the connection' : `${action} of “${subject}”`
  const skew = skewIn(error, name, status)
  if (skew !== null) {
    const message = `${skew}, so that ${asked} was refused.`
    return new MigrateError('S3_CLOCK_SKEW', { message, subject: service, cause: error })
  }
  const rule: Rule | null =
    ofEncryptionKey(name, said) ??
    rules[name] ??
    ofStrangeAnswer(error, name, action) ??
    (fault === null ? byStatus(status) : faultRules[fault.kind])
  if (rule === null)
    return new MigrateError('INTERNAL', {
      message: `S3: ${asked}: ${name}: ${said}`,
      subject,
      scope: 'run',
      cause: error,
    })
  const { code, ...meaning } = rule
  const answer = [status, isSaid(name) ? name : ''].filter((part) => part !== undefined && part !== '').join(' ')
  const isUnreadable = code === 'S3_NOT_S3' && meaning.retryable === true
  const words = isUnreadable
    ? 'the answer can’t be read'
    : (fault?.words ?? (said === '' ? answer : `${answer}: ${said}`))
  const needs = neededFor(code, action, status)
  const about = action === null || ofService.has(code)
  return new MigrateError(code, {
    message: about ? words : `${asked}: ${words}${needs && !/[.!?]$/.test(words) ? '.' : ''}${needs}`,
    subject: about ? service : subject,
    ...meaning,
    cause: error,
  })
}

function neededFor(code: ErrorCode, action: S3Action | null, status: number | undefined): string {
  if (code === 'S3_KMS' && status === 403) return ' It needs the permissions kms:GenerateDataKey and kms:Decrypt.'
  return code === 'S3_ACCESS_DENIED' && action !== null ? ` It needs the permission ${permissionFor[action]}.` : ''
}

/** The SDK has a word of its own where the service gave none. */
const isSaid = (name: string): boolean => !/^(Unknown|UnknownError|PageInsteadOfAnswer|\d+)$/.test(name)
