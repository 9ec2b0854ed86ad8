import type { RunStore } from '../journal/runStore.ts'
import { openScratch } from '../journal/scratch.ts'
import { isOnS3 } from '../plan/keys.ts'
import { candidatesFor, type PathPrefix } from '../plan/paths.ts'
import type { ReadurDatabase } from '../ports.ts'

/** The local files that rows still name, in whatever spelling. Kept on disk: there may be millions. */
export interface LocalReferences {
  has: (source: string) => boolean
  close: () => void
}

/** Reads all rows and notes every place where Readur would look for the file of a row that is not on S3. */
export async function readLocalReferences(
  run: RunStore,
  database: Pick<ReadurDatabase, 'documents'>,
  prefixes: readonly PathPrefix[],
  signal: AbortSignal,
): Promise<LocalReferences> {
  const { database: store, close } = openScratch(run, 'references')
  try {
    store.exec('CREATE TABLE named (source TEXT PRIMARY KEY) WITHOUT ROWID')
    const insert = store.prepare('INSERT OR IGNORE INTO named VALUES (?)')
    for await (const page of database.documents({}, signal)) {
      const paths = page.flatMap((row) => [
        row.filePath,
        ...row.images.flatMap((image) => [image.processedPath, image.originalPath]),
      ])
      store.transaction(() => {
        for (const stored of paths) {
          if (isOnS3(stored)) continue
          const candidates = candidatesFor(stored, prefixes)
          if (candidates.kind !== 'inside') continue
          for (const source of candidates.exact) insert.run(source)
          if (candidates.recoverable !== null) insert.run(candidates.recoverable)
        }
      })
    }
    const find = store.prepare('SELECT 1 FROM named WHERE source = ?')
    return { has: (source) => find.get(source) !== undefined, close }
  } catch (error) {
    close()
    throw error
  }
}
