import { SqliteFile, type Statement } from '../journal/sqliteFile.ts'

/** Tells what stands in a file twice, however many documents it has. */
export class SeenItems {
  readonly #database = SqliteFile.temporary(
    `CREATE TABLE seen (document_id TEXT NOT NULL, path TEXT NOT NULL, is_document INTEGER NOT NULL,
       PRIMARY KEY (document_id, path)) WITHOUT ROWID`,
  )
  readonly #addDocument: Statement
  readonly #addFile: Statement

  constructor() {
    this.#addDocument = this.#database.prepare(
      `INSERT INTO seen SELECT ?, ?, 1
       WHERE NOT EXISTS (SELECT 1 FROM seen WHERE document_id = ? AND (is_document OR path = ?))`,
    )
    this.#addFile = this.#database.prepare('INSERT OR IGNORE INTO seen VALUES (?, ?, 0)')
  }

  /** False when this document, or something else at its path, was there before. */
  addDocument(documentId: string, path: string): boolean {
    return this.#addDocument.run(documentId, path, documentId, path).changes > 0
  }

  /** False when this document had something at that path before. */
  addFile(documentId: string, path: string): boolean {
    return this.#addFile.run(documentId, path).changes > 0
  }

  close(): void {
    this.#database.close()
  }
}
