import type { Readable } from 'node:stream'

const mostBytes = 8 * 1024

/** Keeps the end of what a stream says, and lets the rest go. */
export class OutputTail {
  #kept = Buffer.alloc(0)

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      const all = Buffer.concat([this.#kept, chunk])
      this.#kept = all.subarray(Math.max(0, all.length - mostBytes))
    })
    // Its end, however it comes, is told by the program's.
    stream.on('error', () => undefined)
  }

  toString(): string {
    return this.#kept.toString('utf8')
  }
}
