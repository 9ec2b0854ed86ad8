/** A source of numbers that is the same for the same seed, on every machine. Not for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** In [min, max], both included. */
  integer(min: number, max: number): number
  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T
  bytes(length: number): Buffer
  /** A version 4 UUID. */
  uuid(): string
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193)
  return value >>> 0
}

/** Numbers from `seed` by the sfc32 generator. */
export function createRandom(seed: string): Random {
  let a = hash(`a${seed}`)
  let b = hash(`b${seed}`)
  let c = hash(`c${seed}`)
  let counter = 1

  const word = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let round = 0; round < 15; round++) word()

  const next = (): number => word() / 2 ** 32
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  const bytes = (length: number): Buffer => {
    const padded = Buffer.alloc(Math.ceil(length / 4) * 4)
    for (let offset = 0; offset < padded.length; offset += 4) padded.writeUInt32LE(word(), offset)
    return padded.subarray(0, length)
  }

  return {
    next,
    integer,
    bytes,
    pick(items) {
      const item = items[integer(0, items.length - 1)]
      if (item === undefined) throw new Error('pick needs at least one item')
      return item
    },
    uuid() {
      const raw = bytes(16)
      raw.writeUInt8((raw.readUInt8(6) & 0x0f) | 0x40, 6)
      raw.writeUInt8((raw.readUInt8(8) & 0x3f) | 0x80, 8)
      return raw.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  }
}
