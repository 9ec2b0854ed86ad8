import type { ErrorCode } from '../../../shared/errors.ts'
import { copyable } from '../../../shared/shellWord.ts'
import type { FileStamp, LeavingLink, UploadsFolder } from '../ports.ts'
import { candidatesFor, type PathPrefix } from './paths.ts'
import { mapOfLink } from './proposals.ts'

/** Where a row's file is, or why it cannot be used. */
export type Location =
  | { found: true; source: string; stamp: FileStamp }
  | { found: false; source: string | null; code: ErrorCode; message: string; map?: string }

const problem = (code: ErrorCode, message: string, source: string | null = null): Location => ({
  found: false,
  source,
  code,
  message,
})

/** A link that leads out is followed only where its target was allowed: by a map. */
function outside(
  path: string,
  { reason, link }: { reason: string; link?: LeavingLink | undefined },
  prefixes: readonly PathPrefix[],
): Location {
  const refused = problem('PATH_OUTSIDE', `“${path}” ${reason}.`, path)
  const map = link && mapOfLink(link, prefixes)
  if (refused.found || link === undefined || map === undefined) return refused
  const message = `${refused.message} “${link.path}” leads to “${link.target}”. If that belongs to Readur, allow it with the map ${copyable(map)}`
  return { ...refused, message, map }
}

/** Tries the places where Readur would look, in its order; the first that holds anything decides. */
export async function locate(
  uploads: Pick<UploadsFolder, 'inspect'>,
  stored: string,
  prefixes: readonly PathPrefix[],
): Promise<Location> {
  const candidates = candidatesFor(stored, prefixes)
  if (candidates.kind === 'empty') return problem('PATH_EMPTY', 'The row holds an empty path.')
  if (candidates.kind === 'outside') {
    return problem('PATH_OUTSIDE', `“${stored}” is not inside the uploads folder.`)
  }
  for (const path of candidates.exact) {
    const facts = await uploads.inspect(path)
    switch (facts.kind) {
      case 'file':
        return { found: true, source: path, stamp: facts.stamp }
      case 'special':
        return problem('FILE_NOT_REGULAR', `“${path}” is a ${facts.what}.`, path)
      case 'outside':
        return outside(path, facts, prefixes)
      case 'unreadable':
        return problem('FILE_UNREADABLE', `“${path}” cannot be read: ${facts.reason}.`, path)
      case 'absent':
    }
  }
  if (candidates.recoverable !== null) {
    const moved = await uploads.inspect(candidates.recoverable)
    if (moved.kind === 'file') {
      return problem('FILE_RECOVERABLE', `The file is at “${candidates.recoverable}”.`, candidates.recoverable)
    }
  }
  return problem('FILE_MISSING', `There is nothing at ${candidates.exact.map((path) => `“${path}”`).join(' or ')}.`)
}

/**
 * Why a row that holds `stored` would not find the file that lies, or is to lie, at `source`: a sentence; null when it would.
 */
export async function doubtOfPath(
  uploads: Pick<UploadsFolder, 'inspect'>,
  stored: string,
  source: string,
  prefixes: readonly PathPrefix[],
): Promise<string | null> {
  const candidates = candidatesFor(stored, prefixes)
  if (candidates.kind === 'inside') {
    for (const path of candidates.exact) {
      if (path === source) return null
      const [there, meant] = [await uploads.inspect(path), await uploads.inspect(source)]
      if (there.kind === 'absent') continue
      const isMeant = there.kind === 'file' && meant.kind === 'file' && isOneFile(there.stamp, meant.stamp)
      return isMeant ? null : `The path “${stored}” leads to “${path}”, not to “${source}”.`
    }
  }
  return `The path “${stored}” does not lead to “${source}”. If the run was made with a map, use the same one here.`
}

const isOneFile = (one: FileStamp, other: FileStamp): boolean =>
  one.identity !== null && one.identity === other.identity
