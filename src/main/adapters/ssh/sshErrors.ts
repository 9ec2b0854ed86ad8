import { MigrateError } from '../../engine/errors.ts'
import type { ErrorCode } from '../../../shared/errors.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error))

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? Reflect.get(error, name) : undefined

/** What the caller asked for instead, if that is why a call ended. */
export function stopReason(signal: AbortSignal): MigrateError | null {
  if (!signal.aborted) return null
  if (signal.reason instanceof MigrateError) return signal.reason
  return new MigrateError('INTERRUPTED', { message: 'The connection was not needed any more.' })
}

interface Facts {
  subject: string
  message: string
  cause?: unknown
}

const runError = (code: ErrorCode, facts: Facts, retryable = false): MigrateError =>
  new MigrateError(code, { ...facts, scope: 'run', retryable })

export const lost = (subject: string, why: string, cause?: unknown): MigrateError =>
  runError('SSH_LOST', { subject, message: `The connection to “${subject}” was lost: ${why}.`, cause }, true)

/** An error of the way to the first server: its name, its port. */
export function classifySocketError(error: unknown, subject: string): MigrateError {
  const code = fieldOf(error, 'code')
  const facts = { subject, cause: error }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') {
    const message = `The name of “${subject}” could not be looked up (${code}).`
    // A network that is gone for a moment knows no names either.
    return runError('SSH_HOST_UNKNOWN', { ...facts, message }, true)
  }
  const reason = typeof code === 'string' ? code : messageOf(error)
  return runError('SSH_UNREACHABLE', { ...facts, message: `“${subject}” cannot be reached (${reason}).` }, true)
}

/** An error of ssh2 before anybody was logged in. `hostKeys`: algorithms that the server offers for its key. */
export function classifyHandshakeError(
  error: unknown,
  subject: string,
  hostKeys: readonly string[] = [],
): MigrateError {
  if (error instanceof MigrateError) return error
  const message = messageOf(error)
  const facts = { subject, cause: error }
  if (message.includes('no matching host key format') && hostKeys.length > 0) {
    const offers = `“${subject}” offers only ${hostKeys.join(', ')} for its host key`
    const text = hostKeys.includes('ssh-rsa')
      ? `${offers}. ssh-rsa signs with SHA-1 and is off. To allow it for this server alone, tick “Allow ssh-rsa” in the connection, or write “HostKeyAlgorithms +ssh-rsa” below its Host in ~/.ssh/config.`
      : `${offers}, none of which is supported.`
    return runError('SSH_NO_COMMON_ALGORITHM', { ...facts, message: text })
  }
  if (message.includes('no matching')) {
    return runError('SSH_NO_COMMON_ALGORITHM', { ...facts, message: `“${subject}”: ${message}.` })
  }
  if (/before handshake|identification string|Invalid header|Bad packet length/i.test(message)) {
    return runError('SSH_NOT_SSH', { ...facts, message: `“${subject}” did not answer as an SSH server does.` }, true)
  }
  if (fieldOf(error, 'level') === 'client-socket') return classifySocketError(error, subject)
  return lost(subject, message, error)
}

/** Reasons for not opening a channel, by RFC 4254. */
const prohibited = 1
const connectFailed = 2

/** `where`: the address that was asked for. */
export function classifyForwardError(error: unknown, subject: string, where: string): MigrateError {
  if (error instanceof MigrateError) return error
  const reason = fieldOf(error, 'reason')
  const message = messageOf(error).replace(/^\(SSH\) Channel open failure: /, '')
  const facts = { subject, cause: error }
  if (typeof reason !== 'number') return lost(subject, message, error)
  if (reason === connectFailed) {
    // OpenSSH gives this reason for sockets that it does not allow, too.
    const hint = where.startsWith('/') ? ' Is the socket there, and AllowStreamLocalForwarding on?' : ''
    const text = `“${subject}” could not reach “${where}”: ${message}.${hint}`
    return runError('SSH_FORWARD_FAILED', { ...facts, message: text }, true)
  }
  const text = `“${subject}” does not allow connections to “${where}” (${reason === prohibited ? 'prohibited' : message}).`
  return runError('SSH_FORWARD_REFUSED', { ...facts, message: text })
}

export const unanswered = (subject: string, where: string, seconds: number): MigrateError => {
  const message = `“${subject}” did not reach “${where}” within ${seconds} seconds.`
  return runError('SSH_FORWARD_FAILED', { subject, message }, true)
}

/** An error of opening a session for SFTP. */
export const classifySessionError = (error: unknown, subject: string): MigrateError =>
  sessionError(error, subject) ??
  // A program that is not there, a shell that prints something of its own, an account without any.
  runError('SFTP_UNAVAILABLE', {
    subject,
    message: `“${subject}” did not start SFTP: ${messageOf(error)}.`,
    cause: error,
  })

/** An error of opening a session for a program. */
export const classifyExecError = (error: unknown, subject: string): MigrateError =>
  sessionError(error, subject) ??
  runError('COMMANDS_REFUSED', {
    subject,
    message: `“${subject}” runs no programs for this account: ${messageOf(error)}.`,
    cause: error,
  })

/** Null: the session was opened, and what was asked for in it was refused. */
function sessionError(error: unknown, subject: string): MigrateError | null {
  if (error instanceof MigrateError) return error
  const message = messageOf(error)
  if (typeof fieldOf(error, 'reason') === 'number') {
    const text = `“${subject}” opened no further session.`
    return runError('SSH_TOO_MANY_SESSIONS', { subject, message: text, cause: error })
  }
  return /^(Not connected|No response from server)/.test(message) ? lost(subject, message, error) : null
}
