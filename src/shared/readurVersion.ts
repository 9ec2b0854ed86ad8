/**
 * What tells a Readur's version: the tag of its image, else the label that its builds bear. It calls itself 2.9.0 in all
 * of 2.9.
 */

/** From here on it reads all that `readurStorage` knows, and does OCR and thumbnails of documents on S3. */
const first = [2, 9, 2] as const

/** Whether it is 2.9.2 or later; null where that cannot be told, as of `latest`, `main` or `2.9`. */
export function isCurrentReadur(version: string): boolean | null {
  const [, ...numbers] = /^v?(\d{1,2})(?:\.(\d+))?(?:\.(\d+))?(?:[-+].*)?$/i.exec(version.trim()) ?? []
  for (const [at, least] of first.entries()) {
    const text = numbers[at]
    if (text === undefined) return null
    if (Number(text) !== least) return Number(text) > least
  }
  return true
}

/** Of an image as a Compose file or Docker has it, and the label `org.opencontainers.image.version` where it is known. */
export function versionOfImage(image: string, label: string | undefined): string {
  const [name = '', digest] = image.trim().split('@', 2)
  const tag = /:([^/:]+)$/.exec(name)?.[1] ?? digest ?? 'latest'
  const tells = [tag, label].find((it) => it !== undefined && isCurrentReadur(it) !== null)
  return tells ?? tag
}

/** What people miss on a Readur before 2.9.2 once documents are on S3. */
export const missingBefore292 =
  'Before 2.9.2 Readur does no OCR and makes no new thumbnails for documents on S3. It reads S3_ENABLED and S3_ENDPOINT_URL, but not STORAGE_BACKEND, S3_ENDPOINT or S3_FORCE_PATH_STYLE.'
