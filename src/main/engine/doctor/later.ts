import type { ErrorCode } from '../../../shared/errors.ts'
import { asMigrateError, type MigrateError } from '../errors.ts'

/** The answer, or an error that belongs to a later diagnostic. */
export async function orLater<T>(promise: Promise<T>, later: ReadonlySet<ErrorCode>): Promise<T | MigrateError> {
  try {
    return await promise
  } catch (error) {
    const known = asMigrateError(error)
    if (later.has(known.code)) return known
    throw known
  }
}
