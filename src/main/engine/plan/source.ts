import type { DocumentRow, ReadurDatabase } from '../ports.ts'

/** Pages of documents by their ids, as their rows are now; those that are gone are left out. */
export async function* documentsById(
  database: Pick<ReadurDatabase, 'documentsById'>,
  ids: Iterable<string[]>,
  signal: AbortSignal,
): AsyncGenerator<DocumentRow[]> {
  for (const page of ids) yield await database.documentsById(page, signal)
}
