import { resolve } from 'node:path'

/** The state file that the program was asked to open, by a file manager or on a command line, until the page takes it. */
export class OpenedFile {
  readonly #tell: () => void
  #path: string | null

  /** `tell` calls the page, if there is one yet; `path` is what the program was started with. */
  constructor(path: string | null, tell: () => void) {
    this.#path = path
    this.#tell = tell
  }

  offer(path: string | null): void {
    if (path === null) return
    this.#path = path
    this.#tell()
  }

  take(): string | null {
    const path = this.#path
    this.#path = null
    return path
  }
}

/** The state file among a program’s arguments; what else may be there are switches, and the path of an unpackaged app. */
export function stateFileIn(argv: readonly string[], folder: string): string | null {
  const named = argv.slice(1).findLast((arg) => !arg.startsWith('-') && arg.toLowerCase().endsWith('.json'))
  return named === undefined ? null : resolve(folder, named)
}
