import type { Stats } from 'node:fs'
import type { ErrorScope } from '../../../shared/errors.ts'
import { asMigrateError, MigrateError } from '../../engine/errors.ts'
import type { FileFacts } from '../../engine/ports.ts'

/** Facts that end the matter. */
export type Obstacle = Exclude<FileFacts, { kind: 'file' }>

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'

export function kindOf(stats: Pick<Stats, 'isDirectory' | 'isFIFO' | 'isSocket' | 'isSymbolicLink'>): string {
  if (stats.isDirectory()) return 'folder'
  if (stats.isFIFO()) return 'pipe'
  if (stats.isSocket()) return 'socket'
  return stats.isSymbolicLink() ? 'symbolic link' : 'device'
}

/** A name with a NUL byte or an overlong one can't exist. */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'])

export const meansAbsent = (error: unknown): boolean => absent.has(codeOf(error))

export function factsOf(error: unknown): Obstacle {
  if (meansAbsent(error)) return { kind: 'absent' }
  const code = codeOf(error)
  if (code === 'ELOOP') return { kind: 'special', what: 'symbolic link that leads in a circle' }
  return { kind: 'unreadable', reason: code }
}

export function refusal(path: string, facts: Obstacle): MigrateError {
  switch (facts.kind) {
    case 'absent':
      return new MigrateError('FILE_MISSING', { message: `There is nothing at “${path}” any more.`, subject: path })
    case 'special':
      return new MigrateError('FILE_NOT_REGULAR', { message: `“${path}” is a ${facts.what}.`, subject: path })
    case 'outside':
      return new MigrateError('PATH_OUTSIDE', { message: `“${path}” ${facts.reason}.`, subject: path })
    case 'unreadable':
      return new MigrateError('FILE_UNREADABLE', {
        message: `“${path}” cannot be read: ${facts.reason}.`,
        subject: path,
      })
  }
}

/** What went wrong while a file was read. */
export function asFileError(error: unknown, path: string): MigrateError {
  if (error instanceof MigrateError) return error
  const known = refusal(path, factsOf(error))
  return new MigrateError(known.code, { message: known.message, subject: path, cause: error })
}

export const taken = (path: string): MigrateError =>
  new MigrateError('FILE_TAKEN', { message: `Something lies at “${path}” already.`, subject: path })

export const noFolder = (path: string): MigrateError =>
  new MigrateError('FILE_TAKEN', {
    message: `Something other than a folder is where the folder of “${path}” belongs.`,
    subject: path,
  })

export const passesLink = (path: string): MigrateError =>
  refusal(path, { kind: 'outside', reason: 'passes a link that leaves the uploads folder' })

export const replacedInMove = (path: string): MigrateError =>
  new MigrateError('SOURCE_CHANGED', {
    message: `Another file took the place of “${path}” while it was moved. Both were kept.`,
    subject: path,
  })

/** The folders and the name of a path. Writing climbs nowhere: past a link, `..` leads elsewhere than its letters say. */
export function namesOf(path: string, isOdd: (name: string) => boolean): { names: string[]; last: string } {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  const climbs = names.some((name) => name === '..' || isOdd(name))
  const last = names.pop()
  if (last !== undefined && !climbs) return { names, last }
  throw refusal(path, { kind: 'outside', reason: 'isn’t the path of a file in the uploads folder' })
}

/** Why something cannot be written, and whether that is so for every file. */
const reasons: Record<string, { words: string; scope?: ErrorScope }> = {
  ENOSPC: { words: 'the disk is full', scope: 'run' },
  EDQUOT: { words: 'the disk quota is used up', scope: 'run' },
  EROFS: { words: 'the disk may only be read', scope: 'run' },
  EACCES: { words: 'permission is missing' },
  EPERM: { words: 'it is not allowed' },
  EFBIG: { words: 'the file is larger than it may be' },
  EXDEV: { words: 'it would have to go to another disk' },
  ENAMETOOLONG: { words: 'its name is too long' },
  ELOOP: { words: 'links lead in a circle' },
  EIO: { words: 'the disk reports an error' },
  ENOENT: { words: 'it or its folder is gone' },
}

/** What went wrong while a file was written, renamed or deleted. */
export function asWriteError(error: unknown, path: string): MigrateError {
  const code = codeOf(error)
  if (error instanceof MigrateError || code === 'unknown') return asMigrateError(error)
  const reason = reasons[code]
  return new MigrateError('FILE_UNWRITABLE', {
    message: `“${path}” cannot be written: ${reason ? `${reason.words} (${code})` : code}.`,
    subject: path,
    scope: reason?.scope ?? 'item',
    cause: error,
  })
}
