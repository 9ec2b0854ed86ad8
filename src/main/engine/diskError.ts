import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, resolve } from 'node:path'
import { MigrateError } from './errors.ts'

const full = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])
const readOnly = new Set(['EROFS', 'EACCES', 'EPERM'])

/** With less than this SQLite cannot write a page and its log. */
export const nothingLeft = 64 * 1024

/** The folder that a file lies in, or the nearest above it that there is. */
function folderOf(path: string): string {
  let folder = dirname(resolve(path))
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

interface Room {
  folder: string
  free: number
  size: number
}

export function roomIn(folder: string): Room | null {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder)
    return { folder, free: bavail * bsize, size: blocks * bsize }
  } catch {
    return null
  }
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB']

export function sizeText(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  return `${Math.round((bytes / 1000 ** power) * 10) / 10} ${units[power] ?? ''}`
}

/** DISK_FULL, with the disk that is full and how much is free on it. */
export function fullDisk(path: string, cause: unknown): MigrateError {
  const here = roomIn(folderOf(path))
  const temporary = roomIn(tmpdir())
  // SQLite sorts in the temporary folder, and says of no disk which it was.
  const isTemporary = here !== null && here.free > nothingLeft && temporary !== null && temporary.free <= nothingLeft
  const room = isTemporary ? temporary : here
  const folder = room?.folder ?? folderOf(path)
  const message = room
    ? `The disk of “${folder}” is full: ${sizeText(room.free)} of ${sizeText(room.size)} are free.`
    : `The disk of “${folder}” is full.`
  return new MigrateError('DISK_FULL', { message, subject: folder, cause })
}

function unwritable(path: string, cause: unknown): MigrateError {
  const folder = folderOf(path)
  const message = `“${folder}” cannot be written to: ${whyNot(folder) ?? 'it is read-only'}.`
  return new MigrateError('DATA_FOLDER_UNWRITABLE', { message, subject: folder, cause })
}

/** DATA_FOLDER_UNWRITABLE where a file of ours could not be made at `path`; null where it could. */
export const unwritableFolder = (path: string): MigrateError | null =>
  whyNot(folderOf(path)) === null ? null : unwritable(path, undefined)

/** Why a folder cannot be written to, in words; null when it can. */
export function whyNot(folder: string): string | null {
  try {
    accessSync(folder, constants.W_OK)
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EROFS') return 'its disk is mounted read-only'
    return code === 'ENOENT' ? 'it is not there' : 'this account has no permission'
  }
}

function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let at = error; at instanceof Error && codes.length < 5; at = at.cause) {
    codes.push('code' in at && typeof at.code === 'string' ? at.code : '')
  }
  return codes
}

export const isFull = (cause: unknown): boolean => codesOf(cause).some((code) => full.has(code))

/** An error of one of our own files that a full or read-only disk has made, named as that; null for any other. */
export function diskError(cause: unknown, path: string): MigrateError | null {
  if (cause instanceof MigrateError) return null
  const codes = codesOf(cause)
  if (codes.some((code) => full.has(code))) return fullDisk(path, cause)
  if (codes.some((code) => readOnly.has(code) || code.startsWith('SQLITE_READONLY'))) return unwritable(path, cause)
  // SQLite only says that it could not open or write: the disk knows why.
  const isOfDisk = codes.some((code) => code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR'))
  const isUnopened = cause instanceof Error && cause.message.startsWith('ConnectionFailed')
  if (!isOfDisk && !isUnopened) return null
  const folder = folderOf(path)
  if (whyNot(folder) !== null) return unwritable(path, cause)
  const room = roomIn(folder)
  return room !== null && room.free <= nothingLeft ? fullDisk(path, cause) : null
}
