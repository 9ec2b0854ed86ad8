import { z } from 'zod'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import type { ListedFile } from '../ports.ts'
import type { Scratch } from '../journal/scratch.ts'

/** As many as Linux follows. */
const mostLinks = 40

/**
 * What a link leads to, for Readur: a link that was made in its container has a path of the container in it, which means
 * nothing here, or something else.
 */
export function targetOf(
  { target, written }: Pick<Extract<ListedFile, { kind: 'link' }>, 'target' | 'written'>,
  prefixes: readonly PathPrefix[],
): string | null {
  if (target !== null || !written.startsWith('/')) return target
  const candidates = candidatesFor(written, prefixes)
  return candidates.kind === 'inside' ? (candidates.exact[0] ?? null) : null
}

/** The path with the links on the way followed, as far as they were listed. */
export function resolveLinks(lists: Pick<Scratch, 'prepare'>, path: string): string {
  const find = lists.prepare('SELECT target FROM link WHERE path = ?')
  let names = path.split('/')
  for (let links = 0; links < mostLinks; links += 1) {
    const at = names.findIndex((_, end) => find.get(names.slice(0, end + 1).join('/')) !== undefined)
    if (at === -1) return names.join('/')
    const { target } = z.object({ target: z.string() }).parse(find.get(names.slice(0, at + 1).join('/')))
    names = [...target.split('/'), ...names.slice(at + 1)]
  }
  return path
}
