import {
  PostgresAddressError,
  readPostgresAddress,
  readPostgresParameters,
  type PostgresAddress,
} from '../../shared/postgresAddress.ts'
import { setInsteadOf } from '../../shared/readurStorage.ts'
import { MigrateError } from '../engine/errors.ts'

/** Variables as the environment or an env file has them. */
export type Variables = Readonly<Record<string, string | undefined>>

/** Throw it: what a variable holds cannot be used. */
export function invalid(name: string, message: string): MigrateError {
  return new MigrateError('SETTING_INVALID', { message: `${name}: ${message}`, subject: name })
}

/** The value without blanks around it; undefined when nothing is left. */
export function valueOf(variables: Variables, name: string): string | undefined {
  const value = variables[name]?.trim()
  return value === '' ? undefined : value
}

/** Throws SETTING_MISSING. */
export function required(variables: Variables, name: string): string {
  const value = valueOf(variables, name)
  if (value !== undefined) return value
  const [other] = setInsteadOf((it) => variables[it], name)
  const instead = other === undefined ? '' : ` ${other} is, but Readur does not read it, and nor does this program.`
  throw new MigrateError('SETTING_MISSING', { message: `${name} is not set.${instead}`, subject: name })
}

/** Null when it is not set. The text itself is not repeated in the error: it may hold a password. */
export function parseUrl(variables: Variables, name: string, protocols: string[]): URL | null {
  const text = valueOf(variables, name)
  if (text === undefined) return null
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw invalid(name, 'is not an address.')
  }
  if (url.hash !== '') throw invalid(name, 'has a # in it. In a password write %23.')
  if (protocols.includes(url.protocol)) return url
  throw invalid(name, `must begin with ${protocols.map((it) => `${it}//`).join(' or ')}`)
}

/** The address of the database in DATABASE_URL; null when it is not set. Throws SETTING_INVALID, without any of its values. */
export function databaseAddress(variables: Variables): PostgresAddress | null {
  const text = valueOf(variables, 'DATABASE_URL')
  return text === undefined ? null : named('DATABASE_URL', () => readPostgresAddress(text))
}

/** What POSTGRES_PARAMETERS says, as it would stand after the question mark of an address. Throws SETTING_INVALID. */
export const databaseParameters = (variables: Variables): PostgresAddress['parameters'] =>
  named('POSTGRES_PARAMETERS', () => readPostgresParameters(valueOf(variables, 'POSTGRES_PARAMETERS') ?? ''))

function named<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof PostgresAddressError) throw invalid(name, cause.message)
    throw cause
  }
}
