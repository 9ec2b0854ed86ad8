import { encodeJpeg } from './jpeg.ts'
import { randomPicture, turned } from './picture.ts'
import type { Random } from './random.ts'

/** A photograph as it was uploaded, and as Readur stores it after turning it upright: other bytes, same document. */
interface Photograph {
  uploaded: Buffer
  stored: Buffer
}

/** A photograph that a camera held sideways took (EXIF orientation 6). */
export function sidewaysPhotograph(random: Random): Photograph {
  const picture = randomPicture(random, 8 * random.integer(24, 60), 8 * random.integer(18, 44))
  return { uploaded: encodeJpeg(picture, 6), stored: encodeJpeg(turned(picture)) }
}

/** A photograph taken upright: stored as it was uploaded. */
export function uprightPhotograph(random: Random): Buffer {
  return encodeJpeg(randomPicture(random, 8 * random.integer(24, 60), 8 * random.integer(18, 44)), 1)
}
