/**
 * The keys that Readur expects, worked out from its contract and on purpose not with the product's code: the sandbox
 * is to notice when that code is wrong.
 */

/** What follows the last dot of a name that does not begin with it; case kept. Empty where there is none. */
export function extension(filename: string): string {
  const name = filename.slice(filename.lastIndexOf('/') + 1)
  if (name === '..') return ''
  return /^.+\.([^.]*)$/su.exec(name)?.[1] ?? ''
}

/** `documents/{user}/{YYYY}/{MM}/{id}.{ext}`: month of `createdAt` (ISO 8601) in UTC, 1970/01 where it is null. */
export function documentKey(document: {
  id: string
  userId: string
  filename: string
  createdAt: string | null
}): string {
  const at = new Date(document.createdAt ?? '1970-01-01T00:00:00Z')
  const month = String(at.getUTCMonth() + 1).padStart(2, '0')
  const end = extension(document.filename)
  const name = end === '' ? document.id : `${document.id}.${end}`
  return ['documents', document.userId, at.getUTCFullYear(), month, name].join('/')
}

/** `processed_images/{user}/` and the file's own name. */
export function processedImageKey(userId: string, path: string): string {
  return `processed_images/${userId}/${path.slice(path.lastIndexOf('/') + 1)}`
}
