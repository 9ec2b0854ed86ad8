import { createHash, randomUUID } from 'node:crypto'
import { posix } from 'node:path'

/**
 * The name under which a file is written before it gets its own. The same for the same place, so that the next try finds what
 * a crash has left. Readur takes `*.part` for no document.
 */
export const partNameOf = (target: string): string =>
  `${createHash('sha256').update(target).digest('hex').slice(0, 32)}.part`

export interface PartName {
  name: string
  /** To be called when it is written no more. */
  free: () => void
}

/** Names that this process writes under now, in the folders of one computer. */
export class PartNames {
  readonly #inUse = new Set<string>()

  /** A name in `folder` for what is to be `target`; one of its own for a second writer beside the first. */
  take(folder: string, target: string): PartName {
    const name = this.unused(folder, target) ?? `${randomUUID()}.part`
    const full = posix.join(folder, name)
    this.#inUse.add(full)
    return { name, free: () => void this.#inUse.delete(full) }
  }

  /** The usual name; null while somebody writes under it. */
  unused(folder: string, target: string): string | null {
    const usual = partNameOf(target)
    return this.#inUse.has(posix.join(folder, usual)) ? null : usual
  }
}
