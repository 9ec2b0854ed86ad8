import { randomUUID } from 'node:crypto'
import { MigrateError } from '../../src/main/engine/errors.ts'
import { pathOfKey } from '../../src/main/engine/keys/readurKeys.ts'
import type { ReadurServer } from '../../src/main/engine/ports.ts'
import type { World } from './world.ts'
import { sha256 } from './world.ts'

/** Where it stores what is uploaded; `refused`: nowhere, its keys are wrong. */
export type Storage = 's3' | 'local' | 'another bucket' | 'another database' | 'refused'

/** Readur over a world in memory: it serves a document from where its row and its own settings say (file_service.rs). */
export class MemoryReadur implements ReadurServer {
  readonly label = 'http://readur'
  readonly hasToken = true
  /** Whose token it is; others than administrators get 404 for documents that they have not uploaded. */
  role: 'admin' | 'user' = 'admin'
  version: string | null = null
  storage: Storage = 's3'
  /** What was downloaded, and what of it could not be. */
  readonly served: { id: string; isFound: boolean }[] = []
  /** Called before a document is handed out; its bytes may be others. */
  onDownload: (id: string, bytes: Buffer) => Buffer = (_, bytes) => bytes
  readonly #world: World
  readonly #uploaded = new Set<string>()

  constructor(world: World) {
    this.#world = world
  }

  health = (): Promise<{ version: string | null }> => Promise.resolve({ version: null })
  whoAmI = (): Promise<{ name: string; isAdmin: boolean }> =>
    Promise.resolve({ name: 'ada', isAdmin: this.role === 'admin' })

  async *download(id: string): AsyncGenerator<Uint8Array> {
    if (this.role === 'user' && !this.#uploaded.has(id)) {
      throw new MigrateError('READUR_NO_DOCUMENT', { message: 'It answers 404.', subject: id })
    }
    const bytes = await Promise.resolve(this.bytesOf(id))
    this.served.push({ id, isFound: bytes !== null })
    if (bytes === null) throw new MigrateError('READUR_NO_DOCUMENT', { message: 'It answers 500.', subject: id })
    yield this.onDownload(id, bytes)
  }

  /** What a user gets; null for an error. */
  bytesOf(id: string): Buffer | null {
    const { database, bucket, uploads } = this.#world
    const path = database.documentRows.get(id)?.filePath ?? ''
    if (path.startsWith('s3://')) {
      return this.storage === 's3' ? (bucket.objects.get(path.slice('s3://'.length))?.bytes ?? null) : null
    }
    const file = uploads.entries.get(path.replace('/app/uploads/', ''))
    return file?.kind === 'file' ? file.bytes : null
  }

  upload(filename: string, bytes: Uint8Array): Promise<string | null> {
    const { database, bucket, uploads } = this.#world
    if (this.storage === 'refused') return Promise.resolve(null)
    const id = randomUUID()
    this.#uploaded.add(id)
    const key = `documents/user/2026/11/${id}.txt`
    const onS3 = this.storage !== 'local'
    if (!onS3) uploads.write(`documents/${id}.txt`, Buffer.from(bytes))
    if (this.storage === 's3') {
      bucket.objects.set(key, { bytes: Buffer.from(bytes), contentType: 'text/plain', metadata: {}, etag: id })
    }
    if (this.storage === 'another database') return Promise.resolve(id)
    database.documentRows.set(id, {
      ...{ id, userId: 'user', filename, mimeType: 'text/plain', createdAt: 0 },
      ...{ fileSize: bytes.byteLength, fileHash: sha256(Buffer.from(bytes)) },
      filePath: onS3 ? pathOfKey(key) : `/app/uploads/documents/${id}.txt`,
    })
    return Promise.resolve(id)
  }

  remove(id: string): Promise<void> {
    const { database, bucket, uploads } = this.#world
    database.documentRows.delete(id)
    bucket.objects.delete(`documents/user/2026/11/${id}.txt`)
    uploads.entries.delete(`documents/${id}.txt`)
    return Promise.resolve()
  }
}
