import { createHash } from 'node:crypto'
import { asMigrateError, MigrateError } from '../../engine/errors.ts'
import type { Content } from '../../engine/ports.ts'

/** The bytes of a file that is placed, as long as they can be its content and nobody stops. */
export async function* checked(
  path: string,
  bytes: AsyncIterable<Uint8Array>,
  content: Content,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const check = new ContentCheck(path, content)
  signal.throwIfAborted()
  for await (const chunk of withItsErrors(bytes)) {
    signal.throwIfAborted()
    check.update(chunk)
    yield chunk
  }
  signal.throwIfAborted()
  check.end()
}

/** Throws VERIFY_FAILED as soon as it is certain that other bytes came. */
export class ContentCheck {
  readonly #path: string
  readonly #content: Content
  readonly #hash = createHash('sha256')
  #size = 0

  constructor(path: string, content: Content) {
    this.#path = path
    this.#content = content
  }

  update(chunk: Uint8Array): void {
    this.#size += chunk.byteLength
    const { size } = this.#content
    if (this.#size > size) this.#refuse(`More than the ${size} bytes of “${this.#path}” came.`)
    this.#hash.update(chunk)
  }

  end(): void {
    const { size, sha256 } = this.#content
    if (this.#size < size) this.#refuse(`Only ${this.#size} of the ${size} bytes of “${this.#path}” came.`)
    if (this.#hash.digest('hex') !== sha256) this.#refuse(`What came for “${this.#path}” has another SHA-256.`)
  }

  #refuse(message: string): never {
    throw new MigrateError('VERIFY_FAILED', { message, subject: this.#path })
  }
}

/** What the giver of the bytes throws is not taken for an error of this folder. */
async function* withItsErrors(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw asMigrateError(error)
  }
}
