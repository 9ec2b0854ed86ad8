import { readdir, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { Client } from 'pg'
import type { Snapshot } from '../../src/sandbox/snapshot.ts'
import type { Sandbox } from '../../src/sandbox/index.ts'

/** A document on S3, as its row and the disk know it. */
export interface MovedDocument {
  id: string
  filename: string
  key: string
}

/** Documents that were local when they were planted and whose rows point at S3 now, by name. */
export async function movedDocuments(sandbox: Sandbox): Promise<MovedDocument[]> {
  const client = new Client({ connectionString: sandbox.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<MovedDocument>(
      `SELECT id::text AS id, filename, substr(file_path, 6) AS key FROM documents
       WHERE file_path LIKE 's3://%' ORDER BY filename, id`,
    )
    const { documents } = sandbox.before.rows
    return rows.filter(({ id, key }) => documents[id]?.columns.file_path !== `s3://${key}`)
  } finally {
    await client.end()
  }
}

/** Deletes a document as Readur does it when the month of its key has passed: its object stays. So does no local file. */
export async function deleteDocument({ databaseUrl, uploadsDir }: Sandbox, id: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('DELETE FROM documents WHERE id = $1', [id])
  } finally {
    await client.end()
  }
  const folder = join(uploadsDir, 'documents')
  for (const name of await readdir(folder)) if (name.startsWith(id)) await rm(join(folder, name))
}

/** What is young may be under way: makes an object look as old as it has to be. */
export function ageObject({ dir, s3 }: Sandbox, key: string, at: Date): Promise<void> {
  return utimes(join(dir, 's3', s3.bucket, `${key}._S3rver_object`), at, at)
}

/** Loses an object, as a careless hand in the bucket would. */
export async function loseObject({ s3 }: Sandbox, key: string): Promise<void> {
  const { bucket, accessKeyId, secretAccessKey, ...place } = s3
  const client = new S3Client({ ...place, credentials: { accessKeyId, secretAccessKey }, forcePathStyle: true })
  try {
    await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
  } finally {
    client.destroy()
  }
}

/** Loses the local files of some documents that were moved; gives their ids. */
export async function loseFiles(
  { uploadsDir, expectations }: Pick<Sandbox, 'uploadsDir' | 'expectations'>,
  count: number,
): Promise<string[]> {
  const lost = expectations
    .flatMap(({ kind, outcome, documentId, originalPath }) => {
      const name = /^\/app\/uploads\/documents\/([^/]+)$/.exec(originalPath)?.[1]
      return kind === 'document' && outcome === 'committed' && name !== undefined ? [{ documentId, name }] : []
    })
    .slice(0, count)
  for (const { name } of lost) await rm(join(uploadsDir, 'documents', name))
  return lost.map(({ documentId }) => documentId)
}

/** Rows by their values, files and objects: a row that went there and back was written twice, a fetched file is newer. */
export function contentOf({ rows, files: all, objects }: Snapshot) {
  const values = Object.entries(rows).map(([table, all]) => [
    table,
    Object.fromEntries(Object.entries(all).map(([id, { columns }]) => [id, columns])),
  ])
  const files = Object.entries(all).map(([path, { kind, size, sha256, target }]) => [path, kind, size, sha256, target])
  return { rows: values, files: files.sort(), objects }
}

/** Deletes all documents but those that can be moved with all that belongs to them: then everything can agree in the end. */
export async function keepOnlyMovable({ databaseUrl, expectations }: Sandbox): Promise<void> {
  const faulty = new Set(expectations.flatMap((it) => (it.outcome === 'committed' ? [] : [it.documentId])))
  const ids = expectations.flatMap(({ documentId }) => (faulty.has(documentId) ? [] : [documentId]))
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('DELETE FROM documents WHERE id <> ALL($1::uuid[])', [ids])
  } finally {
    await client.end()
  }
}
