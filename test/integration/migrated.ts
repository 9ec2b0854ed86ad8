import { join } from 'node:path'
import { Client } from 'pg'
import { expect } from 'vitest'
import type { Snapshot } from '../../src/sandbox/snapshot.ts'
import { idOf, Outside } from './outside.ts'
import { World } from './world.ts'

type Check = Awaited<ReturnType<World['verify']>>

/** A Readur whose documents are all on S3, and ways to meddle with it from outside. */
export class Migrated {
  readonly readur: World
  readonly run: string
  readonly bucket: Outside
  /** Of the documents and of their objects, in the same order. */
  readonly ids: string[]
  readonly keys: string[]

  private constructor(readur: World, run: string) {
    this.readur = readur
    this.run = run
    this.bucket = new Outside(readur.s3)
    this.ids = readur.expectations.map(({ rowId }) => rowId)
    this.keys = readur.expectations.map(({ key = '' }) => key)
  }

  /** `prepare` comes before the migration. */
  static async of(
    documents: number,
    prepare: (readur: World) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Migrated> {
    const readur = await World.bulk(documents)
    await prepare(readur)
    return new Migrated(readur, idOf(await readur.run('migrate')))
  }

  async close(): Promise<void> {
    this.bucket[Symbol.dispose]()
    await this.readur.close()
  }

  id(at: number): string {
    return this.ids[at] ?? ''
  }

  key(at: number): string {
    return this.keys[at] ?? ''
  }

  /** Below the uploads folder. */
  place(at: number): string {
    return `documents/${this.id(at)}.txt`
  }

  file(at: number): string {
    return join(this.readur.uploadsDir, this.place(at))
  }

  async setPath(at: number, path: string): Promise<void> {
    await this.readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [this.id(at), path])
  }

  goLocal(at: number): Promise<void> {
    return this.setPath(at, `/app/uploads/${this.place(at)}`)
  }

  async deleteRow(at: number): Promise<void> {
    await this.readur.query('DELETE FROM documents WHERE id = $1', [this.id(at)])
  }

  /** Runs the SQL that puts the rows back, and looks at no file: as a restored backup of the database does. */
  async putRowsBack(): Promise<void> {
    const { out } = await this.readur.call('runs', 'paths', this.run)
    const client = new Client({ connectionString: this.readur.databaseUrl })
    await client.connect()
    await client.query(out.join('\n'))
    await client.end()
  }

  async awaitOcr(at: number, status = 'pending'): Promise<void> {
    await this.readur.query('INSERT INTO ocr_queue (document_id, priority, status) VALUES ($1, 5, $2)', [
      this.id(at),
      status,
    ])
  }

  /** Puts other bytes of the same size into an object. */
  async replace(at: number, metadata: Record<string, string> = {}): Promise<void> {
    await this.bucket.remove(this.key(at))
    await this.bucket.put(this.key(at), '#'.repeat(64), metadata)
  }

  /** Compares the run with the world, and makes sure that nothing was changed for it. */
  async check(...options: string[]): Promise<Check & { code: number }> {
    const { readur, run } = this
    const before = await readur.snapshot()
    const found = await readur.verify(run, ...options)
    const { code } = await readur.call('verify-state', run, ...options, '--env-file', readur.envFile)
    expect(await readur.snapshot()).toEqual(before)
    return { ...found, code }
  }
}

/** `CODE repair count`, notes in brackets. */
export const driftOf = ({ drift }: Check): string[] =>
  drift
    .map(({ code, repair, note, count }) => (note ? `(${code} ${repair} ${count})` : `${code} ${repair} ${count}`))
    .sort()

/** Files by their path with what is in them; folders do not count. */
export const filesOf = ({ files }: Snapshot): Record<string, string> =>
  Object.fromEntries(
    Object.entries(files).flatMap(([path, { kind, sha256 = '' }]) => (kind === 'file' ? [[path, sha256]] : [])),
  )

/** The same files as a run has put them aside. */
export const aside = (files: Record<string, string>, run: string): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, sha256]) => [`quarantine/${run}/${path}`, sha256]))
