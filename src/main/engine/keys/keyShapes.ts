import { posix } from 'node:path'

/** Where Readur puts objects; nothing else of a bucket is looked at. */
export const readurFolders = ['documents/', 'thumbnails/', 'processed_images/'] as const

const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const documentShape = new RegExp(`^documents/${uuid}/\\d{4}/(?:0[1-9]|1[0-2])/(${uuid})(?:\\.[^./\\p{Cc}]+)?$`, 'u')
const thumbnailShape = new RegExp(`^thumbnails/${uuid}/(${uuid})_thumb\\.jpg$`)
const imageShape = new RegExp(`^processed_images/${uuid}/(${uuid})_processed[^/]*$`)
const leadingId = new RegExp(`^(${uuid})(?![0-9a-fA-F-])`)

/** The document that an object belongs to, by a key of one of Readur's shapes; null for any other key. */
export function documentOfKey(key: string): string | null {
  const found = documentShape.exec(key) ?? thumbnailShape.exec(key) ?? imageShape.exec(key)
  return found?.[1]?.toLowerCase() ?? null
}

export const isThumbnailKey = (key: string): boolean => thumbnailShape.test(key)

/** The document that a local file seems to belong to, by its name; null when its name says nothing. */
export const documentOfFile = (path: string): string | null =>
  leadingId.exec(posix.basename(path))?.[1]?.toLowerCase() ?? null

/** What lies beside documents: made again, temporary, or somebody's backup. */
const asideFolders = ['thumbnails/', 'temp/', 'backups/'] as const
export const liesAside = (path: string): boolean => asideFolders.some((folder) => path.startsWith(folder))

const junkNames = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.gitkeep'])

/** Left by operating systems, network drives and copies that were not finished. Readur takes none of them for a document. */
export function isJunk(path: string): boolean {
  const names = path.split('/')
  const last = names.at(-1)?.toLowerCase() ?? ''
  return junkNames.has(last) || last.endsWith('.part') || last.startsWith('._') || names.includes('@eaDir')
}

/** Below the uploads folder, never in its root: Readur moves files from there. */
export const quarantine = 'quarantine'

/** Where a run puts files aside. The run's id begins with its date. */
export const quarantineOf = (runId: string, source: string): string => posix.join(quarantine, runId, source)
