import { posix } from 'node:path'

/** A prefix of stored paths that means a folder at or below the uploads folder. */
export interface PathPrefix {
  /** As rows have it: `/app/uploads`, `./uploads`. */
  stored: string
  /** Relative to the uploads folder; empty for the folder itself. */
  folder: string
}

type PathCandidates =
  | {
      kind: 'inside'
      /** Places where Readur itself would find the file, in its order. Relative to the uploads folder. */
      exact: string[]
      /** Where a start of Readur moves files of the root to without telling their rows. */
      recoverable: string | null
    }
  | { kind: 'outside' }
  | { kind: 'empty' }

const strip = (path: string): string => posix.normalize(path).replace(/\/$/, '')
const climbs = (path: string): boolean => path === '..' || path.startsWith('../')

/** `path` relative to `prefix`, or null when it does not lie below it. */
function below(path: string, prefix: string): string | null {
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length + 1) : null
}

/**
 * Relative folders whose paths lead somewhere as they stand, since Readur is started where they lie. With S3 as its
 * backend it looks for local files in no other way (file_service.rs): a bare name is found by its local backend alone.
 */
export const foldersAsTheyStand = (prefixes: readonly PathPrefix[]): string[] => [
  ...new Set(['uploads', ...prefixes.map(({ stored }) => strip(stored)).filter((it) => !posix.isAbsolute(it))]),
]

/**
 * Every way in which a row may name the file at `source`, as far as Readur has ever written paths. The reverse of
 * `candidatesFor`: what it yields here leads there.
 */
export function spellingsOf(source: string, prefixes: readonly PathPrefix[]): string[] {
  const rests = [source]
  if (source.startsWith('documents/')) rests.push(source.slice('documents/'.length))
  const relative = rests.flatMap((rest) => [rest, `uploads/${rest}`])
  const absolute = prefixes.flatMap(({ stored, folder }) =>
    rests.flatMap((rest) => {
      const inFolder = folder === '' ? rest : below(rest, folder)
      return inFolder === null ? [] : [posix.join(strip(stored), inFolder)]
    }),
  )
  const plain = [...relative, ...absolute]
  return [...new Set([...plain, ...plain.flatMap((path) => (posix.isAbsolute(path) ? [] : [`./${path}`]))])]
}

/**
 * Where the file of a stored path may lie, for all forms that Readur has ever written (storage/local.rs): absolute in
 * the container, relative with and without `./`, from before the sub-folders, a bare name.
 */
export function candidatesFor(stored: string, prefixes: readonly PathPrefix[]): PathCandidates {
  if (stored.trim() === '') return { kind: 'empty' }
  const path = strip(stored)
  if (climbs(path)) return { kind: 'outside' }

  const exact: string[] = []
  const add = (candidate: string | null): void => {
    if (candidate && !climbs(candidate) && !exact.includes(candidate)) exact.push(candidate)
  }
  for (const prefix of [...prefixes, { stored: 'uploads', folder: '' }]) {
    const rest = below(path, strip(prefix.stored))
    if (rest === null) continue
    add(posix.join(prefix.folder, rest))
    if (!posix.isAbsolute(path) && !path.includes('/documents/')) add(posix.join(prefix.folder, 'documents', rest))
  }
  // A path that climbs means something only below a prefix: elsewhere it would start from Readur's own folder.
  if (!posix.isAbsolute(path) && !stored.split('/').includes('..')) {
    add(path)
    add(posix.join('documents', path))
  }
  if (exact.length === 0) return { kind: 'outside' }
  const moved = posix.join('documents', posix.basename(path))
  return { kind: 'inside', exact, recoverable: exact.includes(moved) ? null : moved }
}
