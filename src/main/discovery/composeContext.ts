import { posix, win32 } from 'node:path'
import type { Origin } from './discovered.ts'
import { variable, type Variable } from './environment.ts'
import { interpolate, type LookUp } from './interpolate.ts'
import type { Text } from './yamlTree.ts'

/** What a Compose file is read with: where it lies, what its project is called, and the variables that are put in. */
export class ComposeContext {
  readonly #path: string
  readonly #paths: typeof posix
  /** Name of the project; null when neither file nor folder says it. */
  readonly project: string | null
  readonly lookUp: LookUp

  constructor(path: string, project: string | null, lookUp: LookUp) {
    this.#path = path
    this.#paths = isWindows(path) ? win32 : posix
    this.project = project
    this.lookUp = lookUp
  }

  /** A text of the file with variables put in. One that is not of Compose's form is taken as it is. */
  fill(text: Text, place: Origin = {}): Variable {
    const source = text.text ?? ''
    const origin = { file: text.file, line: text.line, ...place }
    const filled = interpolate(source, this.lookUp)
    if (filled === null) return variable(source, origin)
    const { via, ...rest } = filled
    return { ...rest, origin: via.length === 0 ? origin : { ...origin, via }, rewritten: text.rewritten }
  }

  /** A path of the file, from the root; null with the reason when it is meant from a folder that is not known. */
  absolute(path: string): { path: string } | { why: string } {
    if (path.startsWith('~')) {
      const home = this.#home()
      return home === null
        ? { why: `“${path}” is in the home folder of the account that starts Compose.` }
        : { path: this.#paths.join(home, path.slice(1)) }
    }
    if (isWindows(path)) return { path }
    if (posix.isAbsolute(path)) return { path }
    if (!this.#paths.isAbsolute(this.#path)) {
      return { why: `“${path}” is relative to the folder that holds ${this.#path}. Enter the full path.` }
    }
    return { path: this.#paths.resolve(this.#paths.dirname(this.#path), path) }
  }

  /** A file that this one names, as it is asked for: from the root, or from the folder of this file. */
  neighbour(path: string): string {
    const absolute = this.absolute(path)
    return 'path' in absolute ? absolute.path : path
  }

  /** The home folder that the file lies in. */
  #home(): string | null {
    return /^(\/root|\/home\/[^/]+|\/Users\/[^/]+|[a-zA-Z]:\\Users\\[^\\]+)(?=[\\/])/.exec(this.#path)?.[0] ?? null
  }
}

const isWindows = (path: string): boolean => /^([a-zA-Z]:[\\/]|\\\\)/.test(path)

/** The folder name as Compose turns it into the name of the project; null when there is no folder, or nothing is left. */
export function projectOf(path: string): string | null {
  const paths = isWindows(path) ? win32 : posix
  const folder = paths.isAbsolute(path) ? paths.basename(paths.dirname(path)) : ''
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
  return name === '' ? null : name
}
