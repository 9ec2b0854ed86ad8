import { createHash } from 'node:crypto'

/**
 * The name under which a file is written before it gets its own. The same for the same place, so that the next try finds what
 * a crash has left. Readur takes `*.part` for no document.
 */
export const partNameOf = (target: string): string =>
  `${createHash('sha256').update(target).digest('hex').slice(0, 32)}.part`
