import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, inflateSync } from 'node:zlib'
import { PDFDocument } from 'pdf-lib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeJpeg } from '../../../src/sandbox/documents/jpeg.ts'
import { writeLargeFile } from '../../../src/sandbox/documents/large.ts'
import { pdfDocument } from '../../../src/sandbox/documents/pdf.ts'
import { sidewaysPhotograph, uprightPhotograph } from '../../../src/sandbox/documents/photograph.ts'
import { randomPicture, turned } from '../../../src/sandbox/documents/picture.ts'
import { encodePng } from '../../../src/sandbox/documents/png.ts'
import { createRandom } from '../../../src/sandbox/documents/random.ts'
import { textDocument, words } from '../../../src/sandbox/documents/text.ts'

const random = (seed = 'test') => createRandom(seed)

describe('every generator', () => {
  it.each<[string, () => Buffer | Promise<Buffer>]>([
    ['text', () => textDocument(random(), 100)],
    ['PDF', () => pdfDocument(random(), 'Title', 2)],
    ['PNG', () => encodePng(randomPicture(random(), 20, 30))],
    ['photograph', () => sidewaysPhotograph(random()).stored],
  ])('makes the same %s each time', async (_, make) => {
    expect(await make()).toEqual(await make())
  })
})

it('writes as many words as asked for', () => {
  expect(words(random(), 50).split(/\s+/)).toHaveLength(50)
})

it('makes PDFs that can be opened', async () => {
  const document = await PDFDocument.load(await pdfDocument(random(), 'Lease', 3))
  expect(document.getPageCount()).toBe(3)
  expect(document.getTitle()).toBe('Lease')
})

it('makes PNGs with valid chunks that hold the pixels', () => {
  const picture = randomPicture(random(), 7, 5)
  const png = encodePng(picture)
  const chunks = new Map<string, Buffer>()
  for (let offset = 8; offset < png.length;) {
    const length = png.readUInt32BE(offset)
    const body = png.subarray(offset + 4, offset + 8 + length)
    expect(png.readUInt32BE(offset + 8 + length)).toBe(crc32(body))
    chunks.set(body.toString('latin1', 0, 4), body.subarray(4))
    offset += 12 + length
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND'])
  const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  expect(lines).toHaveLength(5 * 8)
  expect(lines.subarray(1, 8)).toEqual(picture.pixels.subarray(0, 7))
})

describe('a JPEG', () => {
  /** Segments by marker, up to the picture itself. */
  function segments(jpeg: Buffer): Map<number, Buffer> {
    const found = new Map<number, Buffer>()
    expect(jpeg.readUInt16BE(0)).toBe(0xffd8)
    expect(jpeg.readUInt16BE(jpeg.length - 2)).toBe(0xffd9)
    for (let offset = 2; !found.has(0xda);) {
      expect(jpeg.readUInt8(offset)).toBe(0xff)
      const length = jpeg.readUInt16BE(offset + 2)
      found.set(jpeg.readUInt8(offset + 1), jpeg.subarray(offset + 4, offset + 2 + length))
      offset += 2 + length
    }
    return found
  }
  const size = (jpeg: Buffer) => {
    const frame = segments(jpeg).get(0xc0)
    return [frame?.readUInt16BE(3), frame?.readUInt16BE(1)]
  }

  it('has the size of its picture, and no EXIF unless asked for', () => {
    const jpeg = encodeJpeg(randomPicture(random(), 24, 16))
    expect(size(jpeg)).toEqual([24, 16])
    expect(segments(jpeg).has(0xe1)).toBe(false)
  })

  it('never holds a bare marker byte in its picture', () => {
    for (let seed = 0; seed < 20; seed++) {
      const jpeg = encodeJpeg(randomPicture(random(String(seed)), 64, 64))
      const scan = jpeg.subarray(jpeg.indexOf(Buffer.from([0xff, 0xda])) + 10, -2)
      for (let at = scan.indexOf(0xff); at >= 0; at = scan.indexOf(0xff, at + 1)) expect(scan[at + 1]).toBe(0)
    }
  })

  it('carries the orientation tag of a camera', () => {
    const exif = segments(uprightPhotograph(random())).get(0xe1)
    expect(exif?.toString('latin1', 0, 8)).toBe('Exif\0\0MM')
    expect(exif?.readUInt16BE(16)).toBe(0x0112)
    expect(exif?.readUInt16BE(24)).toBe(1)
  })

  it('of a sideways photograph is stored turned, without the tag', () => {
    const { uploaded, stored } = sidewaysPhotograph(random())
    expect(segments(uploaded).get(0xe1)?.readUInt16BE(24)).toBe(6)
    expect(segments(stored).has(0xe1)).toBe(false)
    expect(size(stored)).toEqual(size(uploaded).reverse())
    expect(stored).not.toEqual(uploaded)
  })

  it('is turned clockwise', () => {
    const picture = { width: 3, height: 2, pixels: Buffer.from([1, 2, 3, 4, 5, 6]) }
    expect(turned(picture)).toEqual({ width: 2, height: 3, pixels: Buffer.from([4, 1, 5, 2, 6, 3]) })
  })
})

describe('writeLargeFile', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readur-large-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('writes exactly the bytes whose hash it returns, no block like another', async () => {
    const path = join(folder, 'large.bin')
    const sha256 = await writeLargeFile(path, 'seed', 3_500_001)
    const content = await readFile(path)
    expect(content).toHaveLength(3_500_001)
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
    const block = 1 << 20
    expect(content.subarray(0, block).equals(content.subarray(block, 2 * block))).toBe(false)
  })

  it('never writes over a file', async () => {
    const path = join(folder, 'large.bin')
    await writeLargeFile(path, 'seed', 10)
    await expect(writeLargeFile(path, 'seed', 10)).rejects.toThrow('EEXIST')
  })
})
