import type { Picture } from './picture.ts'

const side = 8
/** Codes of the standard table for differences of mean values (ITU T.81, table K.3), by number of bits. */
const lengthCodes = ['00', '010', '011', '100', '101', '110', '1110', '11110', '111110']

function segment(marker: number, data: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, data])
}

/** Mean grey value of a block of 8 × 8 pixels; the last row and column are repeated beyond the edge. */
function mean({ width, height, pixels }: Picture, left: number, top: number): number {
  let sum = 0
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++) {
      sum += pixels.readUInt8(Math.min(y, height - 1) * width + Math.min(x, width - 1))
    }
  }
  return Math.round(sum / side ** 2)
}

/** One code for the difference to the block before, then the one-bit code for "nothing else in this block". */
function blockBits(difference: number): string {
  const magnitude = Math.abs(difference)
  const length = magnitude === 0 ? 0 : Math.floor(Math.log2(magnitude)) + 1
  const value = difference < 0 ? difference + 2 ** length - 1 : difference
  return (lengthCodes[length] ?? '') + (length === 0 ? '' : value.toString(2).padStart(length, '0')) + '0'
}

function packed(bits: string): Buffer {
  const bytes: number[] = []
  for (let index = 0; index < bits.length; index += 8) {
    const byte = Number.parseInt(bits.slice(index, index + 8).padEnd(8, '1'), 2)
    bytes.push(byte)
    if (byte === 0xff) bytes.push(0)
  }
  return Buffer.from(bytes)
}

function exif(orientation: number): Buffer {
  const data = Buffer.alloc(32)
  data.write('Exif\0\0MM', 0, 'latin1')
  data.writeUInt16BE(42, 8)
  data.writeUInt32BE(8, 10)
  data.writeUInt16BE(1, 14)
  // Tag 0x0112 (orientation), type 3 (16 bits), one value.
  data.writeUInt16BE(0x0112, 16)
  data.writeUInt16BE(3, 18)
  data.writeUInt32BE(1, 20)
  data.writeUInt16BE(orientation, 24)
  return segment(0xe1, data)
}

/**
 * The picture as a baseline greyscale JPEG with one grey value for every block of 8 × 8 pixels: coarse, but a real
 * picture. `orientation` (1 to 8) adds an EXIF segment as cameras write it.
 */
export function encodeJpeg(picture: Picture, orientation?: number): Buffer {
  const bits: string[] = []
  let before = 128
  for (let top = 0; top < picture.height; top += side) {
    for (let left = 0; left < picture.width; left += side) {
      const value = mean(picture, left, top)
      bits.push(blockBits(value - before))
      before = value
    }
  }
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  frame.writeUInt16BE(picture.height, 1)
  frame.writeUInt16BE(picture.width, 3)
  const meanTable = Buffer.from([0, 0, 1, 5, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
  const restTable = Buffer.from([0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    orientation === undefined ? Buffer.alloc(0) : exif(orientation),
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, side)])),
    segment(0xc0, frame),
    segment(0xc4, meanTable),
    segment(0xc4, restTable),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    packed(bits.join('')),
    Buffer.from([0xff, 0xd9]),
  ])
}
