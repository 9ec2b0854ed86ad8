import { randomUUID } from 'node:crypto'
import { createWriteStream, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ErrorCode } from '../../shared/errors.ts'
import { diskError, fullDisk, isFull, whyNot } from './diskError.ts'
import { MigrateError } from './errors.ts'

type Content = Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

/** Why a file that somebody has asked for cannot be written: DISK_FULL, or `code` for any other reason. */
export function unwritable(path: string, code: ErrorCode, cause: unknown): MigrateError {
  if (isFull(cause)) return fullDisk(path, cause)
  const folder = dirname(path)
  const reason = whyNot(folder)
  const said = cause instanceof Error ? cause.message : String(cause)
  const message = `“${path}” could not be written: ${reason === null ? said : `“${folder}”: ${reason}`}.`
  return new MigrateError(code, { message, subject: path, scope: 'run', cause })
}

/** Gives a complete file its name, in the place of what has it now. */
export const replace =
  (path: string) =>
  async (partial: string): Promise<string> => {
    await rename(partial, path)
    return path
  }

/**
 * Writes a file that appears under its name only when it is complete, readable for its owner alone; returns that name.
 * Throws DISK_FULL, or `code`; and what the content itself throws.
 */
export async function writeWhole(
  path: string,
  content: Content,
  code: ErrorCode,
  place: (partial: string) => Promise<string> = replace(path),
): Promise<string> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.part`
  try {
    // wx: whoever may write to a shared folder can have laid a link there.
    await pipeline(Readable.from(content), createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true }))
    return await place(partial)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw unwritable(path, code, cause)
  }
}

/** A small file of ours, like `writeWhole`. Throws DISK_FULL and the like, else what the system says. */
export function writeWholeNow(path: string, text: string): void {
  const partial = `${path}.${randomUUID()}.part`
  try {
    writeFileSync(partial, text, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(partial, path)
  } catch (cause) {
    throw diskError(cause, path) ?? cause
  } finally {
    rmSync(partial, { force: true })
  }
}
