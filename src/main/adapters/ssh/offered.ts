import type { Readable } from 'node:stream'
import { readFields } from './fields.ts'

const keyExchangeInit = 20
const cookieBytes = 16
/** A greeting and the lists of algorithms are far shorter. */
const mostBytes = 64 * 1024

/** Watches the beginning of what a server says, for the algorithms that it offers: ssh2 does not tell them. */
export class OfferedAlgorithms {
  #said = Buffer.alloc(0)
  readonly #stream: Readable
  readonly #take = (chunk: Buffer): void => {
    this.#said = Buffer.concat([this.#said, chunk])
    if (this.#said.length > mostBytes) this.stop()
  }

  constructor(stream: Readable) {
    this.#stream = stream
    stream.on('data', this.#take)
  }

  stop(): void {
    this.#stream.off('data', this.#take)
  }

  /** Those for host keys; empty where the server has not said them. */
  get hostKeys(): string[] {
    // Lines may come before the greeting; then packets, each with its length and that of its padding.
    const greeting = /(^|\n)SSH-[^\n]*\n/.exec(this.#said.toString('latin1'))
    if (!greeting) return []
    const packet = this.#said.subarray(greeting.index + greeting[0].length)
    if (packet[5] !== keyExchangeInit) return []
    return (
      readFields(packet.subarray(6 + cookieBytes))[1]
        ?.toString('latin1')
        .split(',') ?? []
    )
  }
}
