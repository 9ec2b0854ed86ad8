import type { ErrorCode, ErrorScope } from '../../../shared/errors.ts'
import { MigrateError } from '../../engine/errors.ts'

interface Rule {
  code: ErrorCode
  /** Where the catalogue leaves it open. */
  scope?: ErrorScope
  retryable?: boolean
}

/** By SQLSTATE, PostgreSQL's manual, appendix A. A whole class where no code of it is listed. */
const rules: Record<string, Rule> = {
  '28P01': { code: 'DB_BAD_CREDENTIALS' },
  '28000': { code: 'DB_BAD_CREDENTIALS' },
  '3D000': { code: 'DB_MISSING' },
  '42501': { code: 'DB_PRIVILEGE' },
  '42P01': { code: 'DB_NOT_READUR' },
  '42703': { code: 'DB_NOT_READUR' },
  '55P03': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '40001': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '40P01': { code: 'ROW_LOCKED', scope: 'item', retryable: true },
  '57014': { code: 'DB_TIMEOUT', retryable: true },
  '53300': { code: 'DB_TOO_MANY_CONNECTIONS', retryable: true },
  '57P01': { code: 'DB_LOST', retryable: true },
  '57P02': { code: 'DB_LOST', retryable: true },
  '57P03': { code: 'DB_UNREACHABLE', retryable: true },
  '57P05': { code: 'DB_LOST', retryable: true },
  '25P03': { code: 'DB_LOST', retryable: true },
  '40003': { code: 'DB_LOST', retryable: true },
  '44000': { code: 'DB_REJECTED', scope: 'item' },
  '25006': { code: 'DB_PRIVILEGE' },
}
const classes: Record<string, Rule> = {
  '08': { code: 'DB_LOST', retryable: true },
  '22': { code: 'DB_REJECTED', scope: 'item' },
  '23': { code: 'DB_REJECTED', scope: 'item' },
  // One row that a trigger refuses, or one that is damaged.
  P0: { code: 'DB_REJECTED', scope: 'item' },
  XX: { code: 'DB_REJECTED', scope: 'item' },
  '53': { code: 'DB_REJECTED', scope: 'run' },
}

const noAnswer = /Query read timeout/i

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'])
const lost = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

/** SQLSTATE, or the name that Node gives. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/**
 * A pooler has one SQLSTATE for nearly all that it has to say, a violation of the protocol; PostgreSQL itself has no
 * other use for it that could happen here. By the words of PgBouncer.
 */
const poolerRules: [words: RegExp, rule: Rule][] = [
  [/unsupported startup parameter/i, { code: 'DB_POOLER' }],
  [/not allowed in statement pooling mode/i, { code: 'DB_POOL_MODE' }],
  [/no such database|bouncer config error/i, { code: 'DB_MISSING' }],
  [/no such user|authentication failed|SSL required/i, { code: 'DB_BAD_CREDENTIALS' }],
  [/query_wait_timeout|max_client_conn/i, { code: 'DB_TOO_MANY_CONNECTIONS', retryable: true }],
  [/cannot connect|connect.?timeout|login.?timeout|login failed|DNS/i, { code: 'DB_UNREACHABLE', retryable: true }],
  [/timeout|connection closed|conn crashed|shutting? ?down/i, { code: 'DB_LOST', retryable: true }],
]
const pooler: Rule = { code: 'DB_POOLER', retryable: true }
const protocolViolation = '08P01'

/** pg has no code for these. */
function byMessage(message: string): Rule | null {
  if (/timeout expired|Connection terminated due to connection timeout/i.test(message)) {
    return { code: 'DB_UNREACHABLE', retryable: true }
  }
  // The server's own limit comes first: one that does not keep to it is gone, and what it has done nobody knows.
  if (noAnswer.test(message)) return { code: 'DB_LOST', retryable: true }
  // “SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string”, or “… a non-empty string”.
  if (/client password must be a/i.test(message)) return { code: 'DB_NO_PASSWORD' }
  if (/Connection terminated|not queryable|Client was closed/i.test(message)) {
    return { code: 'DB_LOST', retryable: true }
  }
  return null
}

function ruleFor(code: string, message: string): Rule {
  if (unreachable.has(code)) return { code: 'DB_UNREACHABLE', retryable: true }
  if (lost.has(code)) return { code: 'DB_LOST', retryable: true }
  if (code === protocolViolation) return poolerRules.find(([words]) => words.test(message))?.[1] ?? pooler
  return rules[code] ?? classes[code.slice(0, 2)] ?? byMessage(message) ?? { code: 'DB_REJECTED', scope: 'run' }
}

/** What the driver says of itself, in words that mean something to people. */
const meanings: [words: RegExp, meaning: string][] = [
  [/client password must be a/i, 'The database asks for a password, and none was given.'],
  [noAnswer, 'The database did not answer within the time limit.'],
]

/** The one place where an error of PostgreSQL or its driver gets its meaning. */
export function classifyPostgresError(error: unknown, subject: string): MigrateError {
  if (error instanceof MigrateError) return error
  const code = codeOf(error)
  const said = error instanceof Error ? error.message || error.name : String(error)
  const message = meanings.find(([words]) => words.test(said))?.[1] ?? said
  const rule = ruleFor(code, said)
  return new MigrateError(rule.code, {
    message: code === '' ? message : `${message} (${code})`,
    subject,
    scope: rule.scope,
    retryable: rule.retryable ?? false,
    cause: error,
  })
}
