import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createRandom } from './random.ts'

const blockBytes = 1 << 20

/** Incompressible blocks, each different: random bytes made once, with the number of the block written over them. */
function* blocks(seed: string, size: number): Generator<Buffer> {
  const base = createRandom(seed).bytes(blockBytes)
  for (let start = 0, number = 0; start < size; start += blockBytes, number++) {
    const block = Buffer.from(base.subarray(0, Math.min(blockBytes, size - start)))
    for (let offset = 0; offset + 4 <= block.length; offset += 4096) block.writeUInt32BE(number, offset)
    yield block
  }
}

/** Writes a file of `size` bytes, never sparse, a block at a time in memory. Returns its SHA-256 in lowercase hex. */
export async function writeLargeFile(path: string, seed: string, size: number): Promise<string> {
  const hash = createHash('sha256')
  const source = Readable.from(
    (function* () {
      for (const block of blocks(seed, size)) {
        hash.update(block)
        yield block
      }
    })(),
    { objectMode: false },
  )
  await pipeline(source, createWriteStream(path, { flags: 'wx' }))
  return hash.digest('hex')
}
