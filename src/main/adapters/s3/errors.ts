import { MigrateError } from '../../engine/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import type { ErrorScope } from '../../engine/errors.ts'

interface Rule {
  code: ErrorCode
  scope: ErrorScope
  retryable?: boolean
  throttled?: boolean
}

const rules: Record<string, Rule> = {
  NoSuchBucket: { code: 'S3_NO_BUCKET', scope: 'run' },
  AccessDenied: { code: 'S3_ACCESS_DENIED', scope: 'run' },
  Forbidden: { code: 'S3_ACCESS_DENIED', scope: 'run' },
  AllAccessDisabled: { code: 'S3_ACCESS_DENIED', scope: 'run' },
  InvalidAccessKeyId: { code: 'S3_UNKNOWN_KEY', scope: 'run' },
  SignatureDoesNotMatch: { code: 'S3_WRONG_SECRET', scope: 'run' },
  Unauthorized: { code: 'S3_BAD_CREDENTIALS', scope: 'run' },
  RequestExpired: { code: 'S3_CLOCK_SKEW', scope: 'run' },
  TokenRefreshRequired: { code: 'S3_TOKEN_EXPIRED', scope: 'run' },
  InvalidObjectState: { code: 'S3_REJECTED', scope: 'item' },
  ConditionalRequestConflict: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  IncompleteBody: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  ExpiredToken: { code: 'S3_TOKEN_EXPIRED', scope: 'run' },
  InvalidToken: { code: 'S3_BAD_CREDENTIALS', scope: 'run' },
  PermanentRedirect: { code: 'S3_WRONG_REGION', scope: 'run' },
  AuthorizationHeaderMalformed: { code: 'S3_WRONG_REGION', scope: 'run' },
  IllegalLocationConstraintException: { code: 'S3_WRONG_REGION', scope: 'run' },
  RequestTimeTooSkewed: { code: 'S3_CLOCK_SKEW', scope: 'run' },
  SlowDown: { code: 'S3_THROTTLED', scope: 'run', retryable: true, throttled: true },
  TooManyRequests: { code: 'S3_THROTTLED', scope: 'run', retryable: true, throttled: true },
  ServiceUnavailable: { code: 'S3_THROTTLED', scope: 'run', retryable: true, throttled: true },
  RequestTimeout: { code: 'S3_UNREACHABLE', scope: 'run', retryable: true },
  InternalError: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  QuotaExceeded: { code: 'S3_REJECTED', scope: 'run' },
  ServiceQuotaExceeded: { code: 'S3_REJECTED', scope: 'run' },
  InsufficientStorage: { code: 'S3_REJECTED', scope: 'run' },
  XMinioStorageFull: { code: 'S3_REJECTED', scope: 'run' },
  AnswerTooLarge: { code: 'S3_STRANGE', scope: 'run' },
  OperationAborted: { code: 'S3_REJECTED', scope: 'item', retryable: true },
  BadDigest: { code: 'S3_INTEGRITY', scope: 'item', retryable: true },
  InvalidDigest: { code: 'S3_INTEGRITY', scope: 'item' },
  XAmzContentSHA256Mismatch: { code: 'S3_INTEGRITY', scope: 'item', retryable: true },
}

/** Names that Node gives to a connection that could not be made or did not last. */
const networkErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'TimeoutError',
  'UND_ERR_SOCKET',
  'EADDRNOTAVAIL',
  'EPROTO',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** A certificate that is not trusted, or no TLS at all. */
const tlsError = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)/

function byStatus(status: number | undefined): Rule | null {
  if (status === undefined) return null
  if (status === 429 || status === 503) return { code: 'S3_THROTTLED', scope: 'run', retryable: true, throttled: true }
  if (status >= 500) return { code: 'S3_REJECTED', scope: 'item', retryable: true }
  if (status === 401) return { code: 'S3_BAD_CREDENTIALS', scope: 'run' }
  if (status === 403) return { code: 'S3_ACCESS_DENIED', scope: 'run' }
  if (status === 301) return { code: 'S3_WRONG_REGION', scope: 'run' }
  return { code: 'S3_REJECTED', scope: 'item' }
}

const byNetwork = (name: string): Rule =>
  tlsError.test(name) ? { code: 'S3_TLS', scope: 'run' } : { code: 'S3_UNREACHABLE', scope: 'run', retryable: true }

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

function networkName(error: unknown): string | null {
  for (let depth = 0, at = error; depth < 4 && typeof at === 'object' && at !== null; depth += 1) {
    const code = field(at, 'code')
    // HPE_: an answer that is no HTTP.
    for (const name of [code, nameOf(at)]) {
      if (typeof name === 'string' && (networkErrors.has(name) || name.startsWith('HPE_') || tlsError.test(name))) {
        return name
      }
    }
    at = field(at, 'cause')
  }
  return null
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

/**
 * The one place where an error of the AWS SDK gets its meaning: try again, fail the item, or stop the run.
 * What S3 says of a request never contains the secret key.
 */
export function classifyS3Error(error: unknown, subject: string, signal: AbortSignal): MigrateError {
  if (error instanceof MigrateError) return error
  if (signal.aborted && signal.reason instanceof MigrateError) return signal.reason
  const name = nameOf(error)
  const message = wordsOf(error)
  const network = networkName(error)
  const status = statusOf(error)
  const rule: Rule | null =
    rules[name] ??
    (name.startsWith('KMS') ? { code: 'S3_ACCESS_DENIED' as const, scope: 'run' as const } : null) ??
    (network === null ? byStatus(status) : byNetwork(network))
  if (rule === null)
    return new MigrateError('INTERNAL', { message: `S3: ${name}: ${message}`, subject, scope: 'run', cause: error })
  const { code, ...meaning } = rule
  const answer = network ?? [status, name].filter((part) => part !== undefined && part !== '').join(' ')
  return new MigrateError(code, {
    message: message === '' ? answer : `${answer}: ${message}`,
    subject,
    ...meaning,
    cause: error,
  })
}
