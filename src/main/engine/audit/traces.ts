import { posix } from 'node:path'
import { isImage } from '../verify/hashRule.ts'
import type { Scratch } from '../journal/scratch.ts'
import { documentOfFile, documentOfKey, isJunk } from '../keys/keyShapes.ts'

/**
 * Lists in which a document is looked for by what is known of it beside its hash. They have `object` (key, id); `unmatched`
 * (path, size, id, name, extension), files that no row names; and `live` (id), all documents.
 */
type TraceLists = Pick<Scratch, 'prepare' | 'texts'>

/** A document that is not where its row says. */
export interface Sought {
  documentId: string
  /** As the row has it. */
  path: string
  /** Where the row points at S3. */
  key: string | null
  size: number | null
  hash: string | null
  mime: string | null
}

/** What may be the document, although no hash can tell. `own` carries its id or its name, `alike` only looks like it. */
export interface Traces {
  objects: string[]
  own: string[]
  alike: string[]
}

/** By what a file is looked for, as it is listed. */
export const traceOf = (path: string): { id: string | null; name: string; extension: string } => ({
  id: documentOfFile(path),
  name: posix.basename(path).toLowerCase(),
  extension: extensionOf(path),
})

/** The document whose object a key seems to be, by whoever has made the key. */
export const traceOfKey = (key: string): string | null => documentOfKey(key) ?? documentOfFile(key)

const enough = 50

/** Made again from the document, and no document. */
const derived = /^(?:quarantine\/[^/]+\/)?(?:thumbnails|processed_images)\//

const isPossible = (path: string): boolean => !derived.test(path) && !isJunk(path)

/**
 * Everything that may be the document. A photograph that was turned upright has another hash than was recorded, and rows
 * without a hash have none: then what has the document's id, its name, or its kind may be it, and nobody can prove that it
 * is not.
 */
export function tracesOf(lists: TraceLists, row: Sought): Traces {
  const objects = lists.texts(
    `SELECT key FROM object WHERE id = ? AND key GLOB 'documents/*' AND key IS NOT ? ORDER BY key LIMIT ${enough}`,
    row.documentId,
    row.key,
  )
  const { name } = traceOf(row.path)
  const own = lists
    .texts(`SELECT path FROM unmatched WHERE id = ? OR name = ? ORDER BY path LIMIT ${enough}`, row.documentId, name)
    .filter(isPossible)
  return { objects, own, alike: alikeOf(lists, row).filter(isPossible) }
}

/** Files whose names say of no living document that they are its. */
function alikeOf(lists: TraceLists, { path, size, hash, mime }: Sought): string[] {
  if (hash !== null && !isImage(mime)) return []
  makeLoose(lists)
  // A photograph that was turned has another size, too.
  if (size !== null && size > 0 && !isImage(mime)) {
    return lists.texts(`SELECT path FROM loose WHERE size = ? LIMIT ${enough}`, size)
  }
  return lists.texts(`SELECT path FROM loose WHERE extension = ? LIMIT ${enough}`, extensionOf(path))
}

/** Once, and only when it is asked for. */
function makeLoose(lists: TraceLists): void {
  if (lists.texts(`SELECT name FROM sqlite_master WHERE name = 'loose'`).length > 0) return
  lists.prepare('CREATE TABLE loose (path TEXT PRIMARY KEY, size INTEGER, extension TEXT) WITHOUT ROWID').run()
  lists
    .prepare(
      `INSERT INTO loose SELECT path, size, extension FROM unmatched u
         WHERE NOT EXISTS (SELECT 1 FROM live l WHERE l.id = u.id)`,
    )
    .run()
  lists.prepare('CREATE INDEX loose_size ON loose (size)').run()
  lists.prepare('CREATE INDEX loose_extension ON loose (extension)').run()
}

const sameKinds: Readonly<Record<string, string>> = { jpeg: 'jpg', jpe: 'jpg', tiff: 'tif', heif: 'heic' }

function extensionOf(path: string): string {
  const extension = posix.extname(path).slice(1).toLowerCase()
  return sameKinds[extension] ?? extension
}

/** In words, for a finding: what it may be, the likeliest first; null when nothing may be it. */
export function traceWords({ objects, own, alike }: Traces): string | null {
  const [first] = [...objects.map((key) => `the object “${key}”`), ...[...own, ...alike].map((path) => `“${path}”`)]
  if (first === undefined) return null
  const others = objects.length + own.length + alike.length - 1
  return others === 0 ? first : `${first}, or one of ${others} more`
}
