import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** Keeps documents as Readur's source does it, set to S3 or not. */
export class ReadurStandIn implements ReadurBacking {
  /** Whether it was started with S3. */
  isOnS3 = false
  readonly #ground: ReadurGround
  readonly #bucket: S3Client
  readonly #database: Client

  private constructor(ground: ReadurGround, database: Client) {
    const { endpoint, region, accessKeyId, secretAccessKey } = ground.s3
    this.#ground = ground
    this.#database = database
    this.#bucket = new S3Client({
      endpoint,
      region,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
    })
  }

  static async over(ground: ReadurGround): Promise<ReadurStandIn> {
    const database = new Client({ connectionString: ground.databaseUrl })
    await database.connect()
    return new ReadurStandIn(ground, database)
  }

  async close(): Promise<void> {
    this.#bucket.destroy()
    await this.#database.end()
  }

  async store(filename: string, bytes: Buffer): Promise<string> {
    const id = randomUUID()
    const key = `documents/user/2026/11/${id}.txt`
    const path = this.isOnS3 ? `s3://${key}` : `/app/uploads/documents/${id}.txt`
    if (this.isOnS3) await this.#bucket.send(new PutObjectCommand({ ...this.#at(key), Body: bytes }))
    else await writeFile(this.#fileOf(path), bytes)
    await this.#database.query(
      `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type, user_id)
       SELECT $1, $2, $2, $3, $4, 'text/plain', id FROM users LIMIT 1`,
      [id, filename, path, bytes.byteLength],
    )
    return id
  }

  async remove(documentId: string): Promise<void> {
    const path = (await this.#pathOf(documentId)) ?? ''
    await this.#database.query('DELETE FROM documents WHERE id = $1', [documentId])
    if (path.startsWith('s3://')) await this.#bucket.send(new DeleteObjectCommand(this.#at(path.slice('s3://'.length))))
    else await rm(this.#fileOf(path))
  }

  async read(documentId: string): Promise<Uint8Array | null> {
    const path = await this.#pathOf(documentId)
    if (path === null) return null
    try {
      return await (path.startsWith('s3://') ? this.#object(path.slice('s3://'.length)) : readFile(this.#fileOf(path)))
    } catch {
      return null
    }
  }

  /** Those of the documents that a user cannot open now. */
  async unreachable(documentIds: readonly string[]): Promise<string[]> {
    const missing: string[] = []
    for (const id of documentIds) if ((await this.read(id)) === null) missing.push(id)
    return missing
  }

  /** Local, it looks for the object's key below the uploads folder. */
  async #object(key: string): Promise<Uint8Array> {
    if (!this.isOnS3) return readFile(join(this.#ground.uploadsDir, key))
    const { Body } = await this.#bucket.send(new GetObjectCommand(this.#at(key)))
    if (Body === undefined) throw new Error('The object has no body.')
    return Body.transformToByteArray()
  }

  /** Set to S3, it falls back to the path as it stands; its container calls the uploads folder /app/uploads. */
  #fileOf(path: string): string {
    return join(this.#ground.uploadsDir, path.replace(/^\/app\/uploads\//, ''))
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#ground.s3.bucket, Key: key }
  }

  async #pathOf(documentId: string): Promise<string | null> {
    const { rows } = await this.#database.query<{ path: string }>(
      'SELECT file_path AS path FROM documents WHERE id = $1',
      [documentId],
    )
    return rows[0]?.path ?? null
  }
}
