import { MigrateError } from '../engine/errors.ts'

/** `why` names a place and a kind of mistake, and holds nothing of the text: that may be a secret. */
export function unreadable(what: string, why: string): MigrateError {
  return new MigrateError('DISCOVERY_UNREADABLE', {
    message: `${what} cannot be read: ${why}`,
    subject: what,
  })
}

export function notFound(where: string): MigrateError {
  return new MigrateError('READUR_NOT_FOUND', {
    message: `There is no Readur in ${where}.`,
    subject: where,
  })
}
