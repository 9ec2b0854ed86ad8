import { describe, expect, it } from 'vitest'
import { fingerprintOf, Hasher, partSizeFor } from '../../../src/main/engine/transfer/fingerprint.ts'

const mebibyte = 1024 ** 2

/** Hashes `size` bytes of zero in chunks of `chunk`. */
function hashZeros(size: number, chunk: number) {
  const hasher = new Hasher(size)
  const zeros = Buffer.alloc(chunk)
  for (let left = size; left > 0; left -= chunk) hasher.update(zeros.subarray(0, Math.min(chunk, left)))
  return hasher.digest()
}

describe('the fingerprint of bytes', () => {
  it('of nothing', () => {
    expect(new Hasher(0).digest()).toEqual({
      size: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      compositeEtag: null,
    })
  })

  it('of “abc”, in one piece or in three', () => {
    const known = {
      size: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      md5: '900150983cd24fb0d6963f7d28e17f72',
      compositeEtag: null,
    }
    const [whole, pieces] = [new Hasher(3), new Hasher(3)]
    whole.update(Buffer.from('abc'))
    for (const letter of 'abc') pieces.update(Buffer.from(letter))
    expect(whole.digest()).toEqual(known)
    expect(pieces.digest()).toEqual(known)
  })

  // Known from outside: head -c N /dev/zero | split -b 16M --filter=md5sum, and the MD5 of those sums.
  it.each([
    [16 * mebibyte + 1, '3634692d7c02f945fd9b699255153e7f-2'],
    [32 * mebibyte, '3a17becef13179050f8669d3728f8ace-2'],
    [40 * mebibyte, '38e79a6a14473aeff10955d19b318456-3'],
  ])('of %i zeros has the ETag that S3 gives to parts of 16 MiB', (size, etag) => {
    for (const chunk of [mebibyte, 700_001]) expect(hashZeros(size, chunk).compositeEtag).toBe(etag)
  })

  it('of what fits into one part has no ETag of parts', () => {
    expect(hashZeros(16 * mebibyte, mebibyte).compositeEtag).toBeNull()
  })
})

describe('the size of parts', () => {
  it('is 16 MiB as long as ten thousand are enough', () => {
    expect(partSizeFor(1)).toBe(16 * mebibyte)
    expect(partSizeFor(160_000 * mebibyte)).toBe(16 * mebibyte)
  })

  it('grows by whole mebibytes beyond that, up to the 5 TiB of S3', () => {
    for (const size of [160_001 * mebibyte, 5 * 1024 ** 4]) {
      const part = partSizeFor(size)
      expect(part % mebibyte).toBe(0)
      expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000)
    }
  })
})

it('reads no further than is needed to tell that there is more than expected', async () => {
  let given = 0
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      given += 1_000
      yield await Promise.resolve(Buffer.alloc(1_000))
    }
  }
  expect((await fingerprintOf(endless(), 10_500)).size).toBeGreaterThan(10_500)
  expect(given).toBe(11_000)
})
