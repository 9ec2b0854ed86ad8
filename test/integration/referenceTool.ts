import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outside } from './outside.ts'
import type { World } from './world.ts'

/** An entry of `completed_migrations`, as the reference tool writes it. */
export interface Entry {
  document_id: string
  user_id: string
  original_path: string
  s3_key: string
  migrated_at: string
  associated_files: { file_type: 'thumbnail' | 'processed_image'; original_path: string; s3_key: string }[]
}

const at = '2026-02-03T10:20:30Z'

export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** What the reference tool makes of a document: filed by the month of the migration, no dot without an extension. */
export function entryOf(id: string, userId: string): Entry {
  return {
    document_id: id,
    user_id: userId,
    original_path: `/app/uploads/documents/${id}.txt`,
    s3_key: `documents/${userId}/2026/02/${id}.txt`,
    migrated_at: at,
    associated_files: [],
  }
}

/** All documents of a Readur, as the reference tool would move them. */
export async function entriesOf(readur: World): Promise<Entry[]> {
  const rows = (await readur.query('SELECT id, user_id FROM documents ORDER BY id')) as {
    id: string
    user_id: string
  }[]
  return rows.map(({ id, user_id }) => entryOf(id, user_id))
}

/** A thumbnail and a processed image for a document that is still local. */
export async function addImages(readur: World, entry: Entry): Promise<void> {
  const { document_id: id, user_id: user, original_path: original } = entry
  const image = `${id}_processed_1700000000.png`
  for (const folder of ['thumbnails', 'processed_images']) {
    await mkdir(join(readur.uploadsDir, folder), { recursive: true })
  }
  await writeFile(join(readur.uploadsDir, 'thumbnails', `${id}_thumb.jpg`), 'thumbnail')
  await writeFile(join(readur.uploadsDir, 'processed_images', image), 'processed image')
  await readur.query(
    `INSERT INTO processed_images (id, document_id, user_id, original_image_path, processed_image_path,
       processing_parameters, processing_steps, image_width, image_height, file_size)
     VALUES ($1, $2, $3, $4, $5, '{}', '{}', 1, 1, 15)`,
    [randomUUID(), id, user, original, `/app/uploads/processed_images/${image}`],
  )
  entry.associated_files = [
    {
      file_type: 'thumbnail',
      original_path: `/app/uploads/thumbnails/${id}_thumb.jpg`,
      s3_key: `thumbnails/${user}/${id}_thumb.jpg`,
    },
    {
      file_type: 'processed_image',
      original_path: `/app/uploads/processed_images/${image}`,
      s3_key: `processed_images/${user}/${image}`,
    },
  ]
}

/** Moves documents as the reference tool does: objects without metadata, then the rows. */
export async function move(readur: World, bucket: Outside, entries: readonly Entry[]): Promise<void> {
  for (const { document_id: id, original_path: original, s3_key: key, associated_files: files } of entries) {
    for (const each of [{ original_path: original, s3_key: key }, ...files]) {
      await bucket.put(
        each.s3_key,
        await readFile(join(readur.uploadsDir, each.original_path.slice('/app/uploads/'.length))),
      )
    }
    await readur.query('UPDATE documents SET file_path = $2 WHERE id = $1', [id, `s3://${key}`])
    await readur.query('UPDATE processed_images SET original_image_path = $2 WHERE document_id = $1', [
      id,
      `s3://${key}`,
    ])
    for (const file of files.filter(({ file_type }) => file_type === 'processed_image')) {
      await readur.query('UPDATE processed_images SET processed_image_path = $2 WHERE document_id = $1', [
        id,
        `s3://${file.s3_key}`,
      ])
    }
  }
}

/** The reference tool's own record. */
export const stateOf = (completed: readonly unknown[]): object => ({
  started_at: at,
  completed_migrations: completed,
  failed_migrations: [
    { document_id: randomUUID(), original_path: './uploads/gone.pdf', error: 'File not found', failed_at: at },
  ],
  total_files: completed.length + 1,
  processed_files: completed.length + 1,
})

/** Writes a state file where a user would find one. */
export async function writeState(
  readur: World,
  state: object | string,
  name = 'migration_state.json',
): Promise<string> {
  const path = join(readur.home, name)
  await mkdir(readur.home, { recursive: true })
  await writeFile(path, typeof state === 'string' ? state : JSON.stringify(state, null, 2))
  return path
}
