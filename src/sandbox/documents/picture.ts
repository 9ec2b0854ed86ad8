import type { Random } from './random.ts'

/** A grey picture: one byte a pixel, rows from the top. */
export interface Picture {
  width: number
  height: number
  pixels: Buffer
}

/** Soft gradients with noise, so that two pictures never look or compress alike. */
export function randomPicture(random: Random, width: number, height: number): Picture {
  const pixels = Buffer.alloc(width * height)
  const [base, slopeX, slopeY] = [random.integer(60, 160), random.next() * 2 - 1, random.next() * 2 - 1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = base + (slopeX * x * 120) / width + (slopeY * y * 120) / height + random.integer(-12, 12)
      pixels.writeUInt8(Math.max(0, Math.min(255, Math.round(grey))), y * width + x)
    }
  }
  return { width, height, pixels }
}

/** The picture turned by 90 degrees clockwise: what EXIF orientation 6 asks a viewer to do. */
export function turned(picture: Picture): Picture {
  const { width, height } = picture
  const pixels = Buffer.alloc(picture.pixels.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      pixels.writeUInt8(picture.pixels.readUInt8(y * width + x), x * height + (height - 1 - y))
    }
  }
  return { width: height, height: width, pixels }
}
