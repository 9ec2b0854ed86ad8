import { createHash, randomUUID } from 'node:crypto'
import { pacedObjectStore } from '../../src/main/adapters/pace.ts'
import { retryObjectStore, type RetryPolicy } from '../../src/main/adapters/retry.ts'
import type { RunHeader } from '../../src/main/engine/journal/header.ts'
import type { RunStore } from '../../src/main/engine/journal/runStore.ts'
import { executeRun, planRun } from '../../src/main/engine/migrate.ts'
import type { RunContext } from '../../src/main/engine/session.ts'
import { claimFolder } from '../../src/main/engine/ownership/claim.ts'
import { documentKey, pathOfKey, processedImageKey } from '../../src/main/engine/keys/readurKeys.ts'
import type { DocumentRow, ReadurServer } from '../../src/main/engine/ports.ts'
import { nullProgress, type Progress } from '../../src/main/engine/progress.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { Bandwidth } from '../../src/main/engine/transfer/bandwidth.ts'
import { AdaptiveLimit } from '../../src/main/engine/transfer/concurrency.ts'
import { defaultMigrateOptions, type MigrateOptions, type RunReport } from '../../src/shared/run.ts'
import { FaultyStore } from './faultyStore.ts'
import { MemoryDatabase } from './memoryDatabase.ts'
import { MemoryObjectStore } from './memoryObjectStore.ts'
import { MemoryUploads } from './memoryUploads.ts'
import { openStoreFolder, type StoreFolder } from './runStores.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Three more tries, at once. */
const noPauses: RetryPolicy = { retries: 3, firstDelayMs: 0, longestDelayMs: 0 }

interface Planted {
  column: 'documents.file_path' | 'processed_images.processed_image_path'
  rowId: string
  path: string
  key: string
  source: string
  bytes: Buffer
}

export interface PlantedDocument {
  id: string
  key: string
  path: string
  source: string
}

export const userId = '11111111-2222-4333-8444-555555555555'

/** A Readur in memory with faults to order, and runs on it that do all that real ones do. */
export class World {
  readonly uploads = new MemoryUploads()
  readonly bucket = new MemoryObjectStore()
  readonly faults = new FaultyStore(this.bucket)
  readonly database = new MemoryDatabase()
  stop = new StopControl()
  limit = new AdaptiveLimit(4)
  bandwidth = new Bandwidth(null)
  /** Requests with a body that are under way. */
  moving = 0
  progress: Progress = nullProgress
  readur: ReadurServer | null = null
  /** Called when the plan is made and nothing is started. */
  onPlanned: () => unknown = () => undefined
  /** The store of the latest run. */
  store: RunStore | null = null
  readonly #folder: StoreFolder
  readonly #planted: Planted[] = []
  /** Objects that lay in the bucket before. */
  readonly #foreign = new Map<string, Buffer>()

  private constructor(folder: StoreFolder) {
    this.#folder = folder
  }

  static async open(): Promise<World> {
    return new World(await openStoreFolder())
  }

  close(): Promise<void> {
    return this.#folder.remove()
  }

  get stateFolder(): string {
    return this.#folder.dir
  }

  /** A document as a user uploaded it. */
  addDocument(content: string | Buffer = randomUUID(), row: Partial<DocumentRow> = {}): PlantedDocument {
    const bytes = Buffer.from(content)
    const id = row.id ?? randomUUID()
    const document = {
      id,
      userId,
      filename: `${id}.txt`,
      filePath: `/app/uploads/documents/${id}.txt`,
      fileSize: bytes.byteLength,
      fileHash: sha256(bytes),
      mimeType: 'text/plain',
      createdAt: Date.UTC(2024, 4, 1),
      ...row,
    }
    const source = `documents/${id}.txt`
    const key = documentKey(document, userId)
    this.uploads.write(source, bytes)
    this.database.documentRows.set(id, document)
    this.#planted.push({ column: 'documents.file_path', rowId: id, path: document.filePath, key, source, bytes })
    return { id, key, path: document.filePath, source }
  }

  /** An image that OCR made of a document. */
  addImage({ id: documentId, path: originalPath }: PlantedDocument): { id: string; key: string } {
    const id = randomUUID()
    const bytes = Buffer.from(`image ${id}`)
    const source = `processed_images/${id}.png`
    const path = `/app/uploads/${source}`
    const key = processedImageKey(path, userId)
    this.uploads.write(source, bytes)
    this.database.imageRows.set(id, { id, documentId, processedPath: path, originalPath })
    this.#planted.push({ column: 'processed_images.processed_image_path', rowId: id, path, key, source, bytes })
    return { id, key }
  }

  /** An object that somebody else put there. */
  addObject(key: string, content: string | Buffer): void {
    const bytes = Buffer.from(content)
    const etag = createHash('md5').update(bytes).digest('hex')
    this.bucket.objects.set(key, { bytes, etag, contentType: 'text/plain', metadata: {} })
    this.#foreign.set(key, bytes)
  }

  /** Plans and carries out, as the command line does. */
  async migrate(change: Partial<MigrateOptions> = {}): Promise<RunReport> {
    const options = { ...defaultMigrateOptions, parallelUploads: 4, ...change }
    this.limit = new AdaptiveLimit(options.parallelUploads)
    const context = this.context()
    const store = await planRun(context, {
      options: {},
      createStore: () => (this.store = this.#folder.create()),
      rates: () => null,
    })
    await this.onPlanned()
    return executeRun(context, store, options, this.#folder.dir)
  }

  /** Goes on with the latest run. */
  resume(change: Partial<MigrateOptions> = {}): Promise<RunReport> {
    if (this.store === null) throw new Error('Nothing was migrated yet.')
    this.limit = new AdaptiveLimit(4)
    this.stop = new StopControl()
    const options = { ...defaultMigrateOptions, ...change }
    return executeRun(this.context(), this.store, options, this.#folder.dir)
  }

  /** A store for a run over another one. */
  createStore(change: Partial<RunHeader>): RunStore {
    return this.#folder.create(Date, change)
  }

  /** What a run of any kind works with. */
  context(): RunContext {
    const { limit, bandwidth, stop, progress } = this
    return {
      site: {
        database: this.database,
        uploads: this.uploads,
        objects: retryObjectStore(
          pacedObjectStore(this.faults, { limit, bandwidth, onMoving: (change) => (this.moving += change) }),
          noPauses,
          () => limit.slowDown(),
        ),
        prefixes: [{ stored: '/app/uploads', folder: '' }],
      },
      readur: this.readur,
      stop,
      limit,
      progress,
      clock: Date,
    }
  }

  /** What lies there now, as text. */
  contentOf(source: string): string | null {
    const entry = this.uploads.entries.get(source)
    return entry?.kind === 'file' ? entry.bytes.toString() : null
  }

  pathOf(rowId: string): string | undefined {
    return (
      this.database.pathOf('documents.file_path', rowId) ??
      this.database.pathOf('processed_images.processed_image_path', rowId)
    )
  }

  /**
   * What must hold at every instant: each row points at its old path, where its file lies, or at an object with its
   * bytes; and nobody else's object was touched. One line for each that does not.
   */
  broken(): string[] {
    const rows = this.#planted.flatMap(({ column, rowId, path, key, source, bytes }) => {
      const now = this.database.pathOf(column, rowId)
      if (now === undefined) return []
      if (now === path) return this.uploads.entries.has(source) ? [] : [`${rowId}: its local file is gone`]
      if (now !== pathOfKey(key)) return [`${rowId}: points at ${now}`]
      return this.bucket.objects.get(key)?.bytes.equals(bytes) ? [] : [`${rowId}: its object is missing or wrong`]
    })
    const foreign = [...this.#foreign].flatMap(([key, bytes]) =>
      this.bucket.objects.get(key)?.bytes.equals(bytes) ? [] : [`${key}: somebody else's object was touched`],
    )
    return [...rows, ...foreign]
  }

  /** Keys of the bucket, without what says whose it is. */
  keys(): string[] {
    return [...this.bucket.objects.keys()].filter((key) => !key.startsWith(claimFolder))
  }

  /** Objects and uploads in parts that no row needs and that were not there before. */
  leftOver(): string[] {
    const needed = new Set(this.#planted.map(({ column, rowId }) => this.database.pathOf(column, rowId)))
    const objects = this.keys().filter((key) => !needed.has(pathOfKey(key)) && !this.#foreign.has(key))
    return [...objects, ...[...this.bucket.uploads.values()].map(({ head }) => `parts of ${head.key}`)]
  }
}
