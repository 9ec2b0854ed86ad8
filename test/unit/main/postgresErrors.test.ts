import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/main/adapters/postgres/connection.ts'
import { classifyPostgresError } from '../../../src/main/adapters/postgres/postgresErrors.ts'
import { MigrateError } from '../../../src/main/engine/errors.ts'

const withCode = (code: string): Error => Object.assign(new Error('what the server said'), { code })

describe('what an error of the database means for a run', () => {
  it.each([
    ['28P01', 'DB_BAD_CREDENTIALS', 'run', false],
    ['28000', 'DB_BAD_CREDENTIALS', 'run', false],
    ['3D000', 'DB_MISSING', 'run', false],
    ['42501', 'DB_PRIVILEGE', 'run', false],
    ['25006', 'DB_PRIVILEGE', 'run', false],
    ['42P01', 'DB_NOT_READUR', 'run', false],
    ['42703', 'DB_NOT_READUR', 'run', false],
    ['55P03', 'ROW_LOCKED', 'item', true],
    ['40P01', 'ROW_LOCKED', 'item', true],
    ['40001', 'ROW_LOCKED', 'item', true],
    ['57014', 'DB_TIMEOUT', 'run', true],
    ['53300', 'DB_TOO_MANY_CONNECTIONS', 'run', true],
    ['57P01', 'DB_LOST', 'run', true],
    ['57P03', 'DB_UNREACHABLE', 'run', true],
    ['08006', 'DB_LOST', 'run', true],
    ['22001', 'DB_REJECTED', 'item', false],
    ['23505', 'DB_REJECTED', 'item', false],
    ['53100', 'DB_REJECTED', 'run', false],
    ['P0001', 'DB_REJECTED', 'item', false],
    ['42601', 'DB_REJECTED', 'run', false],
    ['ECONNREFUSED', 'DB_UNREACHABLE', 'run', true],
    ['ENOTFOUND', 'DB_UNREACHABLE', 'run', true],
    ['ECONNRESET', 'DB_LOST', 'run', true],
  ])('%s: %s, %s', (code, known, scope, retryable) => {
    expect(classifyPostgresError(withCode(code), 'db:5432/readur')).toMatchObject({
      code: known,
      scope,
      retryable,
      subject: 'db:5432/readur',
      message: `what the server said (${code})`,
    })
  })

  it.each([
    ['timeout expired', 'DB_UNREACHABLE'],
    ['Connection terminated due to connection timeout', 'DB_UNREACHABLE'],
    ['Connection terminated unexpectedly', 'DB_LOST'],
    ['Client has encountered a connection error and is not queryable', 'DB_LOST'],
    // Whatever the server does meanwhile: nobody knows.
    ['Query read timeout', 'DB_LOST'],
  ])('“%s”, which has no code: %s', (message, known) => {
    expect(classifyPostgresError(new Error(message), 'db')).toMatchObject({
      code: known,
      scope: 'run',
      retryable: true,
    })
  })

  it.each([
    ['unsupported startup parameter: statement_timeout', 'DB_POOLER', false],
    ['transaction blocks not allowed in statement pooling mode', 'DB_POOL_MODE', false],
    ['no such database: readur', 'DB_MISSING', false],
    ['SASL authentication failed', 'DB_BAD_CREDENTIALS', false],
    ['query_wait_timeout', 'DB_TOO_MANY_CONNECTIONS', true],
    ['no more connections allowed (max_client_conn)', 'DB_TOO_MANY_CONNECTIONS', true],
    ['pgbouncer cannot connect to server', 'DB_UNREACHABLE', true],
    ['client_login_timeout (server down)', 'DB_UNREACHABLE', true],
    ['client_idle_timeout', 'DB_LOST', true],
    ['server conn crashed?', 'DB_LOST', true],
    ['something that a pooler of another kind says', 'DB_POOLER', true],
  ])('“%s”, said by a pooler: %s', (message, code, retryable) => {
    const said = Object.assign(new Error(message), { code: '08P01' })
    expect(classifyPostgresError(said, 'db')).toMatchObject({ code, scope: 'run', retryable })
  })

  it('a password that was not given is not said to be a wrong one', () => {
    const said = new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string')
    expect(classifyPostgresError(said, 'db')).toMatchObject({ code: 'DB_NO_PASSWORD', scope: 'run' })
  })

  it('a lock that only a reader waits for is one of a table, and concerns the run', () => {
    const settings = { url: '', label: 'db:5432/readur', timeoutMs: 1 }
    expect(classify(withCode('55P03'), settings, new AbortController().signal)).toMatchObject({
      code: 'DB_TIMEOUT',
      scope: 'run',
      retryable: true,
      subject: 'db:5432/readur',
      message: expect.stringContaining('A table of Readur is locked by another session') as string,
    })
  })

  it('what was classified before stays as it is', () => {
    const known = new MigrateError('INTERRUPTED', { message: 'The run was stopped.', scope: 'run' })
    expect(classifyPostgresError(known, 'db')).toBe(known)
  })
})
