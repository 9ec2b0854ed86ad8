import { posix } from 'node:path'
import { asMigrateError, MigrateError } from '../../../engine/errors.ts'
import { refusal } from '../fileErrors.ts'
import { refused, status, type DiskFacts, type FileChannel } from './channel.ts'
import { factsOf } from './paths.ts'

/** What went wrong while a file was read: what the server refuses concerns the file, all else the connection. */
export function remoteFileError(error: unknown, path: string): MigrateError {
  if (!refused(error)) return asMigrateError(error)
  const known = refusal(path, factsOf(error))
  return new MigrateError(known.code, { message: known.message, subject: path, cause: error })
}

/** ST_RDONLY of statvfs. */
const readOnly = 1
/** Less than this is free of a full disk: the write that did not fit was larger. */
const little = 256 * 1024

/**
 * What went wrong while a file was written, renamed or deleted. SFTP has one word for a full disk, one that may only be
 * read, and much else; so the disk of `folder` is asked.
 */
export async function remoteWriteError(
  error: unknown,
  path: string,
  channel: FileChannel,
  folder: string,
): Promise<MigrateError> {
  if (!refused(error)) return asMigrateError(error)
  const { words, scope } = await reasonFor(error, channel, folder)
  const message = `“${path}” cannot be written: ${words}.`
  return new MigrateError('FILE_UNWRITABLE', { message, subject: path, scope, cause: error })
}

async function reasonFor(
  error: unknown,
  channel: FileChannel,
  folder: string,
): Promise<{ words: string; scope: 'item' | 'run' }> {
  if (refused(error, status.permissionDenied)) return { words: 'permission is missing', scope: 'item' }
  if (refused(error, status.noSuchFile)) return { words: 'it or its folder is gone', scope: 'item' }
  if (refused(error, status.badMessage)) return { words: 'its name is too long', scope: 'item' }
  // A shell tells what SFTP does not.
  const said = error instanceof Error ? error.message : ''
  if (/read-only file system/i.test(said)) return { words: 'the disk may only be read', scope: 'run' }
  if (/no space left|quota/i.test(said)) return { words: 'the disk is full', scope: 'run' }
  const disk = await diskOf(channel, folder)
  if (disk && (disk.f_flag & readOnly) !== 0) return { words: 'the disk may only be read', scope: 'run' }
  if (disk && disk.f_bavail * disk.f_frsize < little) return { words: 'the disk is full', scope: 'run' }
  return { words: `the server refuses (${error instanceof Error ? error.message : 'no reason given'})`, scope: 'item' }
}

/** Of the folder, or of the one above where there is none. */
async function diskOf(channel: FileChannel, folder: string): Promise<DiskFacts | null> {
  const disk = await channel.disk(folder).catch(() => null)
  return disk || folder === '/' ? disk : diskOf(channel, posix.dirname(folder))
}
