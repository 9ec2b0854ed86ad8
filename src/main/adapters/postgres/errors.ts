import type { ErrorCode } from '../../../shared/errors.ts'
import { MigrateError, type ErrorScope } from '../../engine/errors.ts'

interface Rule {
  code: ErrorCode
  scope: ErrorScope
  retryable?: boolean
}

/** By SQLSTATE, PostgreSQL's manual, appendix A. A whole class where no code of it is listed. */
const rules: Record<string, Rule> = {
  '28P01': { code: 'DB_BAD_CREDENTIALS', scope: 'run' },
  '28000': { code: 'DB_BAD_CREDENTIALS', scope: 'run' },
  '3D000': { code: 'DB_MISSING', scope: 'run' },
  '42501': { code: 'DB_PRIVILEGE', scope: 'run' },
  '42P01': { code: 'DB_NOT_READUR', scope: 'run' },
  '42703': { code: 'DB_NOT_READUR', scope: 'run' },
  '55P03': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '40001': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '40P01': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '57014': { code: 'DB_TIMEOUT', scope: 'run', retryable: true },
  '53300': { code: 'DB_TOO_MANY_CONNECTIONS', scope: 'run', retryable: true },
  '57P01': { code: 'DB_LOST', scope: 'run', retryable: true },
  '57P02': { code: 'DB_LOST', scope: 'run', retryable: true },
  '57P03': { code: 'DB_UNREACHABLE', scope: 'run', retryable: true },
  '57P05': { code: 'DB_LOST', scope: 'run', retryable: true },
  '25P03': { code: 'DB_LOST', scope: 'run', retryable: true },
  '40003': { code: 'DB_LOST', scope: 'run', retryable: true },
  '44000': { code: 'DB_REJECTED', scope: 'item' },
  '25006': { code: 'DB_PRIVILEGE', scope: 'run' },
}
const classes: Record<string, Rule> = {
  '08': { code: 'DB_LOST', scope: 'run', retryable: true },
  '22': { code: 'DB_REJECTED', scope: 'item' },
  '23': { code: 'DB_REJECTED', scope: 'item' },
  // One row that a trigger refuses, or one that is damaged.
  P0: { code: 'DB_REJECTED', scope: 'item' },
  XX: { code: 'DB_REJECTED', scope: 'item' },
  '53': { code: 'DB_REJECTED', scope: 'run' },
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
const lost = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** pg has no code for these. */
function byMessage(message: string): Rule | null {
  if (/timeout expired|Connection terminated due to connection timeout/i.test(message)) {
    return { code: 'DB_UNREACHABLE', scope: 'run', retryable: true }
  }
  if (/Query read timeout/i.test(message)) return { code: 'DB_TIMEOUT', scope: 'run', retryable: true }
  // “SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string”, or “… a non-empty string”.
  if (/client password must be a/i.test(message)) return { code: 'DB_BAD_CREDENTIALS', scope: 'run' }
  if (/Connection terminated|not queryable|Client was closed/i.test(message)) {
    return { code: 'DB_LOST', scope: 'run', retryable: true }
  }
  return null
}

function ruleFor(code: string, message: string): Rule {
  if (unreachable.has(code)) return { code: 'DB_UNREACHABLE', scope: 'run', retryable: true }
  if (lost.has(code)) return { code: 'DB_LOST', scope: 'run', retryable: true }
  return rules[code] ?? classes[code.slice(0, 2)] ?? byMessage(message) ?? { code: 'DB_REJECTED', scope: 'run' }
}

/** The one place where an error of PostgreSQL or its driver gets its meaning. */
export function classifyPostgresError(error: unknown, subject: string): MigrateError {
  if (error instanceof MigrateError) return error
  const code = codeOf(error)
  const said = error instanceof Error ? error.message || error.name : String(error)
  const message = /client password must be a/i.test(said)
    ? 'The database asks for a password, and none was given.'
    : said
  const rule = ruleFor(code, said)
  return new MigrateError(rule.code, {
    message: code === '' ? message : `${message} (${code})`,
    subject,
    scope: rule.scope,
    retryable: rule.retryable ?? false,
    cause: error,
  })
}
