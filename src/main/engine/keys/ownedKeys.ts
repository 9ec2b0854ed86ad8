import { posix } from 'node:path'
import { keyFits } from './readurKeys.ts'

export interface Owner {
  documentId: string
  userId: string
}

/** No extension that Rust's `Path::extension` gives holds a dot or a slash. */
const extension = /^\.[^./\p{Cc}\p{Surrogate}]+$/u

/** Readur gives this key to this document, in whatever month: `documents/{user}/{YYYY}/{MM}/{document}.{ext}`. */
export function isDocumentKey(key: string, { documentId, userId }: Owner): boolean {
  const [root, user, year = '', month = '', name = '', ...more] = key.split('/')
  if (root !== 'documents' || user !== userId || more.length > 0 || !keyFits(key)) return false
  if (!/^\d{4}$/.test(year) || !/^(0[1-9]|1[0-2])$/.test(month) || !name.startsWith(documentId)) return false
  const rest = name.slice(documentId.length)
  return rest === '' || extension.test(rest)
}

export const isThumbnailKey = (key: string, { documentId, userId }: Owner): boolean =>
  key === `thumbnails/${userId}/${documentId}_thumb.jpg`

/** Readur gives this key to the processed image that lies at `path`: its own file name below the user. */
export function isProcessedImageKey(key: string, { userId }: Owner, path: string): boolean {
  const name = posix.basename(path)
  return !['', '.', '..'].includes(name) && key === `processed_images/${userId}/${name}` && keyFits(key)
}
