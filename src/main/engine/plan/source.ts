import type { DocumentRow, ReadurDatabase } from '../ports.ts'

/** Pages of documents by their ids, as their rows are now; those that are gone are left out, and those of other users. */
export async function* documentsById(
  database: Pick<ReadurDatabase, 'documentsById'>,
  ids: Iterable<string[]>,
  userId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<DocumentRow[]> {
  for (const page of ids) {
    const rows = await database.documentsById(page, signal)
    yield userId === undefined ? rows : rows.filter((row) => row.userId === userId)
  }
}
