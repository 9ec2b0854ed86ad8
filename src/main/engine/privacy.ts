import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { quoted } from '../../shared/shellWord.ts'

/** Modes and owners as POSIX has them; Windows has neither. */
const account = process.getuid?.()

/**
 * Whether other accounts of this computer can read a file: its mode lets them, and they can get to it. False where that
 * cannot be told.
 */
export async function othersCanRead(path: string): Promise<boolean> {
  if (account === undefined) return false
  try {
    if (((await stat(path)).mode & 0o044) === 0) return false
    for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
      if (((await stat(folder)).mode & 0o011) === 0) return false
      if (folder === dirname(folder)) return true
    }
  } catch {
    return false
  }
}

/** Whether ssh itself would use no private key from this file: it is our own, and others may do anything with it. */
export async function isOpenKey(path: string): Promise<boolean> {
  if (account === undefined) return false
  const { uid, mode } = await stat(path)
  return uid === account && (mode & 0o077) !== 0
}

/** Closes a file to everyone but its owner. */
export const closeCommand = (path: string): string => `chmod 600 ${quoted(path)}`

/** What is said of a file with passwords or keys that others can read. */
export const openFileText = (path: string): string =>
  `Other accounts on this computer can read “${path}”, which holds passwords or keys.`
