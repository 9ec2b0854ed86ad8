import { existsSync, mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { retryObjectStore } from '../../src/main/adapters/retry.ts'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { claimFolder } from '../../src/main/engine/ownership/claim.ts'
import { documentKey } from '../../src/main/engine/keys/readurKeys.ts'
import { nullProgress } from '../../src/main/engine/progress.ts'
import { StopControl } from '../../src/main/engine/stop.ts'
import { Bandwidth } from '../../src/main/engine/transfer/bandwidth.ts'
import { AdaptiveLimit } from '../../src/main/engine/transfer/concurrency.ts'
import type { Workplace } from '../../src/main/runs/workplace.ts'
import type { RunKind } from '../../src/shared/runKind.ts'
import { watchedSite, WatchedRuns } from '../crash/watched.ts'
import { MemoryDatabase } from './memoryDatabase.ts'
import { MemoryObjectStore } from './memoryObjectStore.ts'
import { MemoryUploads } from './memoryUploads.ts'
import { sha256, userId } from './world.ts'

/** What a process dies of. Nothing that it does afterwards has any effect. */
const death = (): MigrateError => new MigrateError('INTERNAL', { message: 'The process was killed.', scope: 'run' })

/** A step and how often it was reached: `put after 2`. */
type Moment = string

/**
 * A Readur in memory, and the product at work on it in processes that die at exactly the step that they are told. Beside
 * that all is as on the command line: the records are files, and what one process has left the next one finds.
 */
export class MortalWorld {
  readonly uploads = new MemoryUploads()
  readonly bucket = new MemoryObjectStore()
  readonly database = new MemoryDatabase()
  readonly #dir: string

  private constructor(dir: string) {
    this.#dir = dir
    mkdirSync(this.#runsDir)
  }

  static async open(): Promise<MortalWorld> {
    // A process of the tests alone dies, and no computer: records in memory last as long.
    const memory = '/dev/shm'
    return new MortalWorld(await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'readur-mortal-')))
  }

  close(): Promise<void> {
    return rm(this.#dir, { recursive: true, force: true })
  }

  get #runsDir(): string {
    return join(this.#dir, 'runs')
  }

  get runs(): WatchedRuns {
    return new WatchedRuns(this.#runsDir, () => undefined)
  }

  /** A document as a user uploaded it. */
  addDocument(number: number): { id: string; key: string; source: string } {
    const content = `document ${number}`
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
    const source = `documents/${id}.txt`
    const filePath = `/app/uploads/${source}`
    const bytes = Buffer.from(content)
    const createdAt = Date.UTC(2024, 4, 1)
    const row = { id, userId, filename: `${id}.txt`, filePath, fileSize: bytes.byteLength, createdAt }
    this.uploads.write(source, bytes)
    this.database.documentRows.set(id, { ...row, fileHash: sha256(bytes), mimeType: 'text/plain' })
    return { id, key: documentKey({ ...row }, userId), source }
  }

  /** An image that OCR made of a document. */
  addImage(documentId: string): void {
    const id = documentId.replace(/^0/, '1')
    const processedPath = `/app/uploads/processed_images/${id}.png`
    const originalPath = this.database.documentRows.get(documentId)?.filePath ?? ''
    this.uploads.write(processedPath.replace('/app/uploads/', ''), Buffer.from(`image of ${documentId}`))
    this.database.imageRows.set(id, { id, documentId, processedPath, originalPath })
  }

  /**
   * Lets a process do something, until it dies at this moment if that comes. Returns all moments that it has lived
   * through; what it was to say is lost with it.
   */
  async process(work: (place: Workplace) => Promise<unknown>, dies: Moment | null = null): Promise<Moment[]> {
    const moments: Moment[] = []
    const times = new Map<string, number>()
    const process = { isDead: false }
    const reached = (at: string): void => {
      if (process.isDead) throw death()
      const time = (times.get(at) ?? 0) + 1
      times.set(at, time)
      moments.push(`${at} ${time}`)
      if (`${at} ${time}` !== dies) return
      process.isDead = true
      throw death()
    }
    this.uploads.onNamed = () => {
      reached('place named')
    }
    const stop = new StopControl()
    const limit = new AdaptiveLimit(1)
    const site = {
      database: this.database,
      uploads: this.uploads,
      objects: retryObjectStore(this.bucket, { retries: 0, firstDelayMs: 0, longestDelayMs: 0 }, () => undefined),
      prefixes: [{ stored: '/app/uploads', folder: '' }],
    }
    const place: Workplace = {
      runs: new WatchedRuns(this.#runsDir, reached),
      states: this.#dir,
      profile: { id: 'memory', name: 'memory' },
      context: { site: watchedSite(site, reached), progress: nullProgress, stop, limit, clock: Date, readur: null },
      readurState: () => Promise.resolve({ at: 'bucket', source: 'the test' }),
      storage: { ofConnection: {}, use: () => undefined },
      pace: { limit, bandwidth: new Bandwidth(null), isMoving: () => false },
      close: () => Promise.resolve(),
    }
    try {
      await work(place)
    } catch (error) {
      if (!process.isDead) throw error
    }
    return moments
  }

  /** Keys of the bucket, without what says whose it is. */
  keys(): string[] {
    return [...this.bucket.objects.keys()].filter((key) => !key.startsWith(claimFolder))
  }

  /** Does something that nobody dies of, and tells what it came to. */
  async does<T>(work: (place: Workplace) => Promise<T>): Promise<T> {
    const answers: T[] = []
    await this.process(async (place) => answers.push(await work(place)))
    const [answer] = answers
    if (answer === undefined) throw new Error('It said nothing.')
    return answer
  }

  /** The newest run of a kind. */
  latest(kind: RunKind): string {
    for (const run of this.runs.summaries()) if (run.kind === kind) return run.runId
    throw new Error(`There is no run of the kind ${kind}.`)
  }

  /** Rows, files, objects and open uploads, without what lies aside. */
  snapshot(): Record<string, unknown> {
    const { documentRows, imageRows } = this.database
    const files = [...this.uploads.entries].flatMap(([path, entry]) =>
      entry.kind === 'file' && !path.startsWith('quarantine/20') ? [[path, sha256(entry.bytes)]] : [],
    )
    return {
      rows: Object.fromEntries([...documentRows, ...imageRows].map(([id, row]) => [id, { ...row }])),
      files: Object.fromEntries(files),
      objects: Object.fromEntries(
        this.keys().map((key) => [key, sha256(this.bucket.objects.get(key)?.bytes ?? Buffer.of())]),
      ),
      uploads: [...this.bucket.uploads.values()].map(({ head }) => head.key),
    }
  }
}
