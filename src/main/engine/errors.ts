import { capped, plainLine } from '../../shared/plainText.ts'
import { errorCatalogue, scopeOf, type ErrorCode, type ErrorData, type ErrorScope } from '../../shared/errors.ts'

const longestMessage = 2_000

interface MigrateErrorOptions {
  message: string
  subject?: string | undefined
  /** For codes that stop an item here and a run there; else as the catalogue says. */
  scope?: ErrorScope | undefined
  /** The same call may succeed when it is made again. */
  retryable?: boolean
  /** The service asks for fewer requests. */
  throttled?: boolean
  cause?: unknown
}

/**
 * The one error type that crosses a port. Adapters classify a vendor's error once, here; stages only look at
 * `scope` and `retryable`. Messages hold no secret, and no more than somebody would read: what comes from outside may
 * be of any length.
 */
export class MigrateError extends Error {
  readonly code: ErrorCode
  readonly subject: string | undefined
  readonly scope: ErrorScope
  readonly retryable: boolean
  readonly throttled: boolean

  constructor(code: ErrorCode, options: MigrateErrorOptions) {
    super(capped(options.message, longestMessage), { cause: options.cause })
    this.name = 'MigrateError'
    this.code = code
    this.subject = options.subject
    this.scope = options.scope ?? scopeOf(code)
    this.retryable = options.retryable ?? false
    this.throttled = options.throttled ?? false
  }
}

/** Any thrown value as a MigrateError; what nobody classified stops the run as INTERNAL. */
export function asMigrateError(error: unknown): MigrateError {
  if (error instanceof MigrateError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new MigrateError('INTERNAL', { message, scope: 'run', cause: error })
}

/** Throws RUN_NOT_STARTABLE. */
export function refuseRun(runId: string, message: string): never {
  throw new MigrateError('RUN_NOT_STARTABLE', { message, subject: runId })
}

/** Somebody has stopped the run: no failure of what was under way, whatever else is done about those. */
export const isStop = (error: MigrateError): boolean => error.code === 'INTERRUPTED'

/** One line for the log: which file, and what happened to it in a few words. */
export function failureLine(filename: string, error: MigrateError): string {
  return `${plainLine(filename)}: ${errorCatalogue[error.code].title}`
}

/** The error as data for IPC, journal and printing. Causes are kept as text, outermost first. */
export function errorData(error: unknown): ErrorData {
  const known = asMigrateError(error)
  const entry = errorCatalogue[known.code]
  const causes: string[] = []
  for (let cause = known.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    if (!known.message.includes(cause.message.slice(0, longestMessage / 2))) {
      causes.push(capped(`${cause.name}: ${cause.message}`, longestMessage))
    }
  }
  return {
    code: known.code,
    title: entry.title,
    message: known.message,
    ...(known.subject !== undefined && { subject: known.subject }),
    remedy: entry.remedy,
    causes,
  }
}

/** The error that such data tell of, of another thread for one. */
export function errorOf({ code, message, subject, causes }: ErrorData): MigrateError {
  const cause = causes.reduceRight<Error | undefined>((inner, text) => {
    const [name = '', ...rest] = text.split(': ')
    return Object.assign(new Error(rest.join(': '), { cause: inner }), { name })
  }, undefined)
  return new MigrateError(code, { message, subject, scope: 'run', cause })
}
