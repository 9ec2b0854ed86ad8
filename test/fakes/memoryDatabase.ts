import { isDeepStrictEqual } from 'node:util'
import { maxPathLength } from '../../src/main/engine/keys/readurKeys.ts'
import { asMigrateError, MigrateError } from '../../src/main/engine/errors.ts'
import type { DocumentCounts } from '../../src/shared/documentCounts.ts'
import type {
  DatabaseFacts,
  DatabaseInstance,
  DatabaseMark,
  DocumentRow,
  Mention,
  PathChange,
  PathColumn,
  PathOutcome,
  ProcessedImageRow,
  ReadurDatabase,
  RunLock,
  SavedDocument,
} from '../../src/main/engine/ports.ts'

type Change = Omit<PathChange, 'followers'>

/** The server of a MemoryDatabase. */
export const memoryInstance: DatabaseInstance = {
  identity: 'memory/1',
  address: 'memory',
  startedAt: '1',
  filesSince: null,
}

/** Readur's rows in memory. */
export class MemoryDatabase implements ReadurDatabase {
  readonly documentRows = new Map<string, Omit<DocumentRow, 'images'>>()
  readonly imageRows = new Map<string, ProcessedImageRow & { documentId: string }>()
  /** Paths that other tables hold. */
  readonly otherPaths = new Set<string>()
  /** Documents whose OCR is pending or under way. */
  readonly waitingForOcr = new Set<string>()
  readonly known: DatabaseFacts
  constructor(facts: Partial<DatabaseFacts> = {}) {
    const { identity = 'memory/1', label = 'memory' } = facts
    this.known = {
      label,
      identity,
      version: 'memory',
      missing: [],
      notUpdatable: [],
      s3Sources: [],
      ocrPending: 0,
      instance: { ...memoryInstance, identity, address: label, startedAt: identity },
      mark: null,
      mayMark: true,
      ...facts,
    }
  }

  /** Called before each transaction; throwing makes it fail. Sessions of others may work here too. */
  beforeChange: (changes: readonly PathChange[]) => unknown = () => undefined
  /** Called when a transaction is committed; throwing loses its answer. */
  afterChange: (changes: readonly PathChange[]) => unknown = () => undefined
  pageSize = 100
  mark: DatabaseMark | null = null
  #locked = false

  async facts(signal: AbortSignal): Promise<DatabaseFacts> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    return { ...this.known, mark: this.mark }
  }

  async counts(signal: AbortSignal): Promise<DocumentCounts> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    const rows = [...this.documentRows.values()]
    const local = rows.filter(({ filePath }) => !filePath.startsWith('s3://'))
    return {
      local: local.length,
      onS3: rows.length - local.length,
      stuck: local.filter(({ userId, filePath }) => userId === null || filePath === '').length,
      localBytes: local.reduce((sum, { fileSize }) => sum + (fileSize ?? 0), 0),
    }
  }

  async *documents(filter: { userId?: string | undefined }, signal: AbortSignal): AsyncGenerator<DocumentRow[]> {
    const wanted = [...this.documentRows.values()].filter(
      ({ userId }) => filter.userId === undefined || userId === filter.userId,
    )
    for (let at = 0; at < wanted.length; at += this.pageSize) {
      await new Promise(setImmediate)
      signal.throwIfAborted()
      yield wanted.slice(at, at + this.pageSize).map((row) => ({ ...row, images: this.#imagesOf(row.id) }))
    }
  }

  async documentsById(ids: readonly string[], signal: AbortSignal): Promise<DocumentRow[]> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    return [...new Set(ids)].flatMap((id) => {
      const row = this.documentRows.get(id)
      return row ? [{ ...row, images: this.#imagesOf(id) }] : []
    })
  }

  async randomDocuments(count: number, signal: AbortSignal): Promise<DocumentRow[]> {
    const ids = [...this.documentRows.keys()].sort(() => Math.random() - 0.5)
    return this.documentsById(ids.slice(0, count), signal)
  }

  readonly names = new Map<string, string>()

  async userNames(ids: readonly string[], signal: AbortSignal): Promise<Map<string, string>> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    return new Map([...this.names].filter(([id]) => ids.includes(id)))
  }

  async awaitingOcr(ids: readonly string[], signal: AbortSignal): Promise<Set<string>> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    return new Set(ids.filter((id) => this.waitingForOcr.has(id)))
  }

  async *mentions(signal: AbortSignal): AsyncGenerator<Mention[]> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    yield [...this.otherPaths].map((path) => ({ table: 'failed_documents', path }))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  lock(signal: AbortSignal): Promise<RunLock> {
    if (signal.aborted) return Promise.reject(asMigrateError(signal.reason))
    if (this.#locked) {
      return Promise.reject(new MigrateError('DB_BUSY', { message: 'Another run holds the lock.', scope: 'run' }))
    }
    this.#locked = true
    return Promise.resolve({
      epoch: 1,
      changePaths: (changes, _epoch, signal) => this.#changePaths(changes, signal),
      look: (changes) => Promise.resolve(changes.map((change) => this.#look(change))),
      referenced: (paths) => Promise.resolve(new Set(paths.filter((path) => this.#holds(path)))),
      saveDocument: (id) => Promise.resolve(this.#saved(id)),
      deleteDocument: (saved) => {
        const now = this.#saved(saved.documentId)
        if (now === null) return Promise.resolve('gone')
        if (now.rows !== saved.rows) return Promise.resolve('differs')
        this.remove(saved.documentId)
        return Promise.resolve('deleted')
      },
      restoreDocument: ({ documentId, rows }) => {
        if (this.documentRows.has(documentId)) return Promise.resolve('there')
        const { images, ...document } = JSON.parse(rows) as DocumentRow
        this.documentRows.set(documentId, document)
        for (const image of images) this.imageRows.set(image.id, { ...image, documentId })
        return Promise.resolve('restored')
      },
      prove: ({ nonce }, paths) => {
        if (nonce !== null && nonce !== this.mark?.nonce && nonce !== this.mark?.nextNonce) {
          return Promise.reject(new MigrateError('OBJECT_NOT_OURS', { message: 'The mark is another one.' }))
        }
        return Promise.resolve(new Set(paths.filter((path) => this.#holds(path))))
      },
      leaseLeft: () => Promise.resolve(0),
      readMark: () => Promise.resolve(this.mark),
      writeMark: (mark, was) => {
        if (!isDeepStrictEqual(this.mark, was)) return Promise.resolve('changed')
        this.mark = mark
        return Promise.resolve('written')
      },
      release: () => {
        this.#locked = false
        return Promise.resolve()
      },
    })
  }

  /** Deletes a document as Readur does, with its images. */
  remove(id: string): void {
    this.documentRows.delete(id)
    this.waitingForOcr.delete(id)
    for (const [imageId, image] of this.imageRows) if (image.documentId === id) this.imageRows.delete(imageId)
  }

  pathOf(column: PathColumn, id: string): string | undefined {
    switch (column) {
      case 'documents.file_path':
        return this.documentRows.get(id)?.filePath
      case 'processed_images.processed_image_path':
        return this.imageRows.get(id)?.processedPath
      case 'processed_images.original_image_path':
        return this.imageRows.get(id)?.originalPath
    }
  }

  setPath(column: PathColumn, id: string, path: string): void {
    const document = this.documentRows.get(id)
    const image = this.imageRows.get(id)
    if (column === 'documents.file_path' && document) document.filePath = path
    if (column === 'processed_images.processed_image_path' && image) image.processedPath = path
    if (column === 'processed_images.original_image_path' && image) image.originalPath = path
  }

  async #changePaths(changes: readonly PathChange[], signal: AbortSignal): Promise<PathOutcome[]> {
    await new Promise(setImmediate)
    signal.throwIfAborted()
    await this.beforeChange(changes)
    const undo: (() => void)[] = []
    try {
      const outcomes = changes.map((change) => this.#change(change, undo))
      changes.forEach(({ followers }, at) => {
        if (!['changed', 'already'].includes(outcomes[at]?.result ?? '')) return
        for (const follower of followers) this.#change(follower, undo)
      })
      await this.afterChange(changes)
      return outcomes
    } catch (error) {
      if (error instanceof MigrateError && error.code === 'DB_REJECTED') for (const step of undo.reverse()) step()
      throw error
    }
  }

  #look({ column, id, to }: Change): PathOutcome {
    const current = this.pathOf(column, id)
    if (current === undefined) return { result: 'gone' }
    return current === to ? { result: 'already' } : { result: 'differs', current }
  }

  #change({ column, id, from, to }: Change, undo: (() => void)[]): PathOutcome {
    const current = this.pathOf(column, id)
    if (current === undefined) return { result: 'gone' }
    if (current === from) {
      if (column === 'documents.file_path' && to.length > maxPathLength) {
        throw new MigrateError('DB_REJECTED', { message: 'The path is too long.', subject: id })
      }
      this.setPath(column, id, to)
      undo.push(() => this.setPath(column, id, from))
      return { result: 'changed' }
    }
    return current === to ? { result: 'already' } : { result: 'differs', current }
  }

  #holds(path: string): boolean {
    return (
      this.otherPaths.has(path) ||
      [...this.documentRows.values()].some(({ filePath }) => filePath === path) ||
      [...this.imageRows.values()].some((image) => image.processedPath === path || image.originalPath === path)
    )
  }

  #saved(id: string): SavedDocument | null {
    const row = this.documentRows.get(id)
    if (!row) return null
    return { documentId: id, filePath: row.filePath, rows: JSON.stringify({ ...row, images: this.#imagesOf(id) }) }
  }

  #imagesOf(documentId: string): ProcessedImageRow[] {
    return [...this.imageRows.values()]
      .filter((image) => image.documentId === documentId)
      .map(({ id, processedPath, originalPath }) => ({ id, processedPath, originalPath }))
  }
}
