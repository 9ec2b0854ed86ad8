import { createHash, type Hash } from 'node:crypto'

/** What identifies content. Hashes are lowercase hex. */
export interface Fingerprint {
  size: number
  sha256: string
  md5: string
  /** ETag that S3 gives to the same bytes sent in parts of `partSizeFor(size)`; null when they fit into one. */
  compositeEtag: string | null
}

const mebibyte = 1024 ** 2
/** Bytes of a part, unless there would be too many. */
export const usualPartSize = 16 * mebibyte
/** S3 takes 10,000 parts of an object at most. */
const maxParts = 10_000

/** Bytes of each part but the last, for a file of `size` bytes: 16 MiB, more only where there would be too many. */
export function partSizeFor(size: number): number {
  return Math.max(usualPartSize, Math.ceil(size / maxParts / mebibyte) * mebibyte)
}

/** The ETag of an object that was sent in parts with these MD5 sums. */
function compositeEtagOf(partMd5s: readonly Buffer[]): string {
  return `${createHash('md5').update(Buffer.concat(partMd5s)).digest('hex')}-${partMd5s.length}`
}

/** Hashes bytes as they pass, all sums in one pass. */
export class Hasher {
  readonly #sha256 = createHash('sha256')
  readonly #md5 = createHash('md5')
  readonly #partSize: number
  readonly #partMd5s: Buffer[] = []
  /** Null where the file fits into one part, which needs no sum of its own. */
  #part: Hash | null = null
  #partFill = 0
  #size = 0

  /** `size`: bytes expected in all; it sets the size of the parts. */
  constructor(size: number) {
    this.#partSize = partSizeFor(size)
    if (size > this.#partSize) this.#part = createHash('md5')
  }

  update(chunk: Uint8Array): void {
    this.#sha256.update(chunk)
    this.#md5.update(chunk)
    this.#size += chunk.byteLength
    for (let at = 0; this.#part && at < chunk.byteLength;) {
      const taken = chunk.subarray(at, at + this.#partSize - this.#partFill)
      this.#part.update(taken)
      this.#partFill += taken.byteLength
      at += taken.byteLength
      if (this.#partFill === this.#partSize) this.#endPart()
    }
  }

  #endPart(): void {
    if (this.#part) this.#partMd5s.push(this.#part.digest())
    this.#part = createHash('md5')
    this.#partFill = 0
  }

  /** Call once, after the last byte. */
  digest(): Fingerprint {
    if (this.#partFill > 0) this.#endPart()
    return {
      size: this.#size,
      sha256: this.#sha256.digest('hex'),
      md5: this.#md5.digest('hex'),
      compositeEtag: this.#partMd5s.length > 1 ? compositeEtagOf(this.#partMd5s) : null,
    }
  }
}

/** The MD5 as a header has it. */
export const md5Header = ({ md5 }: Pick<Fingerprint, 'md5'>): string => Buffer.from(md5, 'hex').toString('base64')

/** Reads `bytes` and returns what they are. `size`: bytes expected; what is longer is read no further than to tell so. */
export async function fingerprintOf(bytes: AsyncIterable<Uint8Array>, size: number): Promise<Fingerprint> {
  const hasher = new Hasher(size)
  let read = 0
  for await (const chunk of bytes) {
    hasher.update(chunk)
    read += chunk.byteLength
    if (read > size) break
  }
  return hasher.digest()
}

/** Reads `bytes`, however many, and returns their SHA-256. */
export async function sha256Of(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytes) hash.update(chunk)
  return hash.digest('hex')
}
