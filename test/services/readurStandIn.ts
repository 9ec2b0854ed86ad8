import { randomUUID } from 'node:crypto'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Client } from 'pg'
import type { BucketAccess } from '../../src/sandbox/bucket.ts'
import type { ReadurBacking } from './readur.ts'

/** What a Readur reads documents from. */
export interface ReadurGround {
  databaseUrl: string
  uploadsDir: string
  s3: BucketAccess
}

/**
 * What it was started with: without S3 settings, or with some that its version does not read or whose keys were refused
 * then (`local`); with those of the bucket; with those of another bucket or service; with keys that are refused since; with
 * keys that open only what they have stored (`own objects`).
 */
export type Storing = 'local' | 'bucket' | 'another bucket' | 'refused keys' | 'own objects'

const uploadPath = '/app/uploads'
const scheme = 's3://'
/** No user that was planted has such an id. */
const ownFolder = 'documents/user/2026/11/'

/** Keeps documents as Readur's source does it (file_service.rs, storage/), over the ground of the real one. */
export class ReadurStandIn implements ReadurBacking {
  storing: Storing = 'local'
  /** Documents that were uploaded to it, deleted since or not. */
  readonly stored = new Set<string>()
  readonly #ground: ReadurGround
  readonly #bucket: S3Client
  readonly #anotherBucket = new Map<string, Uint8Array>()
  readonly #underWay = new Set<Promise<unknown>>()

  constructor(ground: ReadurGround) {
    const { endpoint, region, accessKeyId, secretAccessKey } = ground.s3
    this.#ground = ground
    this.#bucket = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    })
  }

  close(): void {
    this.#bucket.destroy()
  }

  /** Nothing is being stored or deleted for a client that may be gone. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay)
  }

  store(filename: string, bytes: Buffer): Promise<string> {
    return this.#working(async () => {
      const id = randomUUID()
      this.stored.add(id)
      const key = `${ownFolder}${id}.txt`
      const path = this.storing === 'local' ? `${uploadPath}/documents/${id}.txt` : `${scheme}${key}`
      if (this.storing === 'local') await writeFile(this.#onDisk(path), bytes)
      else await this.#put(key, bytes)
      await this.#query(
        `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type, user_id)
         SELECT $1, $2, $2, $3, $4, 'text/plain', id FROM users ORDER BY id LIMIT 1`,
        [id, filename, path, bytes.byteLength],
      )
      return id
    })
  }

  remove(documentId: string): Promise<void> {
    return this.#working(async () => {
      const path = (await this.#paths([documentId])).get(documentId) ?? ''
      await this.#query('DELETE FROM documents WHERE id = $1', [documentId])
      if (path.startsWith(scheme)) await this.#delete(path.slice(scheme.length))
      else await rm(this.#onDisk(path))
    })
  }

  async read(documentId: string): Promise<Uint8Array | null> {
    const path = (await this.#paths([documentId])).get(documentId)
    return path === undefined ? null : this.#serve(path)
  }

  /** Those of the documents that a user cannot open now. */
  async unreachable(documentIds: readonly string[]): Promise<string[]> {
    const paths = await this.#paths(documentIds)
    const answers = await Promise.all(documentIds.map(async (id) => (await this.#serve(paths.get(id) ?? '')) === null))
    return documentIds.filter((_, at) => answers[at])
  }

  /** Those that were uploaded to it and not deleted again. */
  async left(): Promise<string[]> {
    return [...(await this.#paths([...this.stored])).keys()]
  }

  async #serve(path: string): Promise<Uint8Array | null> {
    if (path.startsWith(scheme)) return this.#object(path.slice(scheme.length)).catch(() => null)
    for (const candidate of this.#candidates(path)) {
      const bytes = await regularFile(this.#onDisk(candidate))
      if (bytes !== null) return bytes
    }
    return null
  }

  /** Where it looks for a local row: on S3, below UPLOAD_PATH no longer. */
  #candidates(path: string): string[] {
    const asItStands = [path, path.replace(/^(\.\/)?uploads\//, '$&documents/')]
    const below = [`${uploadPath}/${path}`, `${uploadPath}/documents/${path}`]
    return this.storing === 'local' ? [...asItStands, ...below] : asItStands
  }

  /** Its container calls the uploads folder /app/uploads, and works in /app. */
  #onDisk(path: string): string {
    const below = posix.relative(uploadPath, posix.resolve('/app', path))
    return below.startsWith('..') ? '/nowhere' : join(this.#ground.uploadsDir, below)
  }

  async #object(key: string): Promise<Uint8Array | null> {
    switch (this.storing) {
      case 'local':
        // A bucket that was mirrored into the uploads folder is served.
        return regularFile(join(this.#ground.uploadsDir, key))
      case 'another bucket':
        return this.#anotherBucket.get(key) ?? null
      case 'refused keys':
        return null
      case 'own objects':
        return key.startsWith(ownFolder) ? this.#stored(key) : null
      case 'bucket':
        return this.#stored(key)
    }
  }

  async #stored(key: string): Promise<Uint8Array | null> {
    const { Body } = await this.#bucket.send(new GetObjectCommand(this.#at(key)))
    return (await Body?.transformToByteArray()) ?? null
  }

  async #put(key: string, bytes: Buffer): Promise<void> {
    if (this.storing === 'refused keys') throw new Error('InvalidAccessKeyId')
    if (this.storing === 'another bucket') this.#anotherBucket.set(key, bytes)
    else await this.#bucket.send(new PutObjectCommand({ ...this.#at(key), Body: bytes }))
  }

  async #delete(key: string): Promise<void> {
    if (this.storing === 'another bucket') this.#anotherBucket.delete(key)
    else await this.#bucket.send(new DeleteObjectCommand(this.#at(key)))
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#ground.s3.bucket, Key: key }
  }

  async #paths(documentIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.#query<{ id: string; path: string }>(
      'SELECT id::text, file_path AS path FROM documents WHERE id = ANY($1::uuid[])',
      [documentIds],
    )
    return new Map(rows.map(({ id, path }) => [id, path]))
  }

  /** In a session of its own, so that the database is left alone between two of them. */
  async #query<Row extends object>(statement: string, values: unknown[]): Promise<Row[]> {
    const client = new Client({ connectionString: this.#ground.databaseUrl })
    await client.connect()
    try {
      return (await client.query<Row>(statement, values)).rows
    } finally {
      await client.end()
    }
  }

  async #working<T>(work: () => Promise<T>): Promise<T> {
    const working = work()
    this.#underWay.add(working)
    try {
      return await working
    } finally {
      this.#underWay.delete(working)
    }
  }
}

/** Reading a pipe would never end. */
async function regularFile(path: string): Promise<Uint8Array | null> {
  try {
    return (await stat(path)).isFile() ? await readFile(path) : null
  } catch {
    return null
  }
}
