import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError } from '../errors.ts'

/** So many in a row are no accident. */
const longest = 20

/** Failures that can be one file's own, and everybody's when they come in a row. */
const suspicious = new Set<ErrorCode>([
  'S3_REJECTED',
  'S3_INTEGRITY',
  'VERIFY_FAILED',
  'FILE_UNREADABLE',
  'FILE_MISSING',
])

/**
 * Ends a run in which one file after another fails in the same way: a service that is down, a folder that is gone. What
 * is left can be done by a later run; failing it item by item would only take long.
 */
export class FailureStreak {
  #code: ErrorCode | null = null
  #length = 0

  /** A file went well. */
  broken(): void {
    this.#length = 0
  }

  /** Throws an error of the run when this failure makes the streak too long. */
  add(error: MigrateError): void {
    this.#length = error.code === this.#code ? this.#length + 1 : 1
    this.#code = error.code
    if (this.#length < longest || !suspicious.has(error.code)) return
    throw new MigrateError(error.code, {
      message: `${longest} files in a row failed in this way, so the run was ended. The last: ${error.message}`,
      subject: error.subject,
      scope: 'run',
      cause: error,
    })
  }
}
