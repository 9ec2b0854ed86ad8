import { z } from 'zod'
import type { AuditLists } from './lists.ts'

/** As many as Linux follows. */
const mostLinks = 40

/** The path with the links on the way followed, as far as they were listed. */
export function resolveLinks(lists: Pick<AuditLists, 'prepare'>, path: string): string {
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
