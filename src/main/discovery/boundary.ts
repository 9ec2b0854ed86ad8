import { posix, win32 } from 'node:path'

/**
 * Which files a Compose file leads to. What lies in its own folder is read with it; anything else may belong to somebody
 * else, and is read only when a person has allowed it.
 */
export class Boundary {
  readonly #allowed: Set<string>
  readonly #refused = new Set<string>()

  /** `allowed`: files outside, by their real paths or as they were named. */
  constructor(allowed: readonly string[] = []) {
    this.#allowed = new Set(allowed)
  }

  allow(file: string): void {
    this.#allowed.add(file)
  }

  /** Real paths of files outside that were asked for and not allowed. */
  get refused(): string[] {
    return [...this.#refused]
  }

  /** Throws OutsideFile. Both are real paths; `named` is the file as it was asked for. */
  assertAdmits(folder: string, file: string, named: string): void {
    const path = /^[a-zA-Z]:|^\\\\/.test(folder) ? win32 : posix
    const way = path.relative(folder, file)
    const isInside = way !== '' && way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way)
    if (isInside || this.#allowed.has(file) || this.#allowed.has(named)) return
    this.#refused.add(file)
    throw new OutsideFile()
  }
}

/** A file that nobody has allowed to be read. */
export class OutsideFile extends Error {}

/** Looks, and looks again with what was refused as long as somebody allows that. Throws what `look` throws. */
export async function withQuestions<T>(
  look: (boundary: Boundary) => Promise<T>,
  given: readonly string[],
  mayRead: (files: string[]) => Promise<boolean>,
): Promise<T> {
  const allowed = [...given]
  for (;;) {
    const boundary = new Boundary(allowed)
    const [outcome] = await Promise.allSettled([look(boundary)])
    const { refused } = boundary
    if (refused.length > 0 && (await mayRead(refused))) allowed.push(...refused)
    else if (outcome.status === 'fulfilled') return outcome.value
    else throw outcome.reason
  }
}
