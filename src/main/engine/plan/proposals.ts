import { sha256Of } from '../transfer/fingerprint.ts'
import { posix } from 'node:path'
import { isPlain } from '../../../shared/plainText.ts'
import type { DocumentRow, LeavingLink, UploadsFolder } from '../ports.ts'
import type { PathPrefix } from './paths.ts'

/** A prefix that nobody has mapped, and the file that a row’s path would lead to with it. */
interface Proposal {
  prefix: PathPrefix
  source: string
}

type Row = Pick<DocumentRow, 'filePath' | 'fileHash' | 'fileSize'>

/** Files of one prefix that are read whole; after that its other files are compared by size. A run hashes them all. */
const enoughProofs = 3
/** Larger files prove nothing that a smaller one would not, sooner. */
const largestProof = 64 * 1024 ** 2
/** Longer paths are shortened from their end alone. */
const mostSteps = 8

/**
 * Finds out what rows of another installation mean: those whose path leads nowhere here, while the same relative file
 * lies in the uploads folder. It only proposes, once files have shown by their hash that they are the rows’ own.
 */
export class MapProposals {
  readonly #uploads: Pick<UploadsFolder, 'inspect' | 'open'>
  /** By stored prefix and folder: how many files have proven it. */
  readonly #proofs = new Map<string, { prefix: PathPrefix; proofs: number }>()
  readonly #mostFailures: number
  #failures = 0

  /** `mostFailures`: rows without any success, after which others are not searched for any more. */
  constructor(uploads: Pick<UploadsFolder, 'inspect' | 'open'>, mostFailures = 200) {
    this.#uploads = uploads
    this.#mostFailures = mostFailures
  }

  /** Null where nothing fits. */
  async propose(row: Row, signal: AbortSignal): Promise<Proposal | null> {
    const { filePath } = row
    if (!posix.isAbsolute(filePath) || filePath.split('/').includes('..') || !canBeMapped(filePath)) return null
    const path = posix.normalize(filePath)
    const known = [...this.#proofs.values()].filter(({ prefix }) => path.startsWith(`${prefix.stored}/`))
    const searched = this.#failures < this.#mostFailures ? prefixesOf(path) : []
    for (const prefix of [...known.map(({ prefix }) => prefix), ...searched]) {
      const source = posix.join(prefix.folder, path.slice(prefix.stored.length + 1))
      if (await this.#fits(row, prefix, source, signal)) {
        this.#failures = 0
        return { prefix, source }
      }
    }
    this.#failures += 1
    return null
  }

  async #fits(row: Row, prefix: PathPrefix, source: string, signal: AbortSignal): Promise<boolean> {
    const key = JSON.stringify([prefix.stored, prefix.folder])
    const proofs = this.#proofs.get(key)?.proofs ?? 0
    const facts = await this.#uploads.inspect(source)
    if (facts.kind !== 'file') return false
    const { size } = facts.stamp
    if (row.fileSize !== null && row.fileSize !== size) return false
    const isReadable = row.fileHash !== null && size > 0 && size <= largestProof
    if (proofs >= enoughProofs || !isReadable) return proofs > 0
    const isOwn = (await this.#hash(source, signal)) === row.fileHash?.toLowerCase()
    // A photograph that was turned upright is another file by its hash, and says nothing against the others.
    if (!isOwn) return false
    this.#proofs.set(key, { prefix, proofs: proofs + 1 })
    return true
  }

  async #hash(path: string, signal: AbortSignal): Promise<string | null> {
    try {
      const file = await this.#uploads.open(path)
      try {
        return await sha256Of(file.read(signal))
      } finally {
        await file.close()
      }
    } catch {
      signal.throwIfAborted()
      return null
    }
  }
}

/** What rows and links say must not become two maps, or one that reads otherwise than it is. */
const canBeMapped = (path: string): boolean => !/[;=]/.test(path) && isPlain(path)

/** What a path may begin with, the shortest first; then its folder, as one whose files were moved into documents/. */
function prefixesOf(path: string): PathPrefix[] {
  const names = path.split('/').filter((name) => name !== '')
  const shortest = Math.max(1, names.length - mostSteps)
  const prefixes: PathPrefix[] = []
  for (let at = shortest; at < names.length; at += 1) {
    prefixes.push({ stored: `/${names.slice(0, at).join('/')}`, folder: '' })
  }
  const folder = posix.dirname(path)
  return folder === '/' ? prefixes : [...prefixes, { stored: folder, folder: 'documents' }]
}

/** A prefix as `--map` takes it. `place`: how the uploads folder was named. */
export const mapText = ({ stored, folder }: PathPrefix, place: string): string =>
  `${stored}=${folder === '' ? place : `${place.replace(/[/\\]$/, '')}/${folder}`}`

/** The map that allows what a link leads to. */
export function mapOfLink({ path, target }: LeavingLink, prefixes: readonly PathPrefix[]): string | undefined {
  const whole = prefixes.find(({ folder }) => folder === '')
  if (whole === undefined || !canBeMapped(path) || !canBeMapped(target)) return undefined
  return `${posix.join(whole.stored, path)}=${target}`
}
