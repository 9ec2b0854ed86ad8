import { asMigrateError, type MigrateError } from '../../errors.ts'

/**
 * What the service has answered to a request that failed. Throws where it has not: a line that broke off says nothing of
 * what was asked.
 */
export function answerOf(error: unknown, signal: AbortSignal): MigrateError {
  signal.throwIfAborted()
  const known = asMigrateError(error)
  if (known.scope === 'run' && known.retryable) throw known
  return known
}
