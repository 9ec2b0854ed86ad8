import type { ClientBase } from 'pg'

/** A document as a user uploads it. Times as ISO 8601. */
export interface DocumentRow {
  id: string
  userId: string | null
  filename: string
  path: string
  size: number
  sha256: string | null
  mimeType: string
  createdAt: string | null
  sourceId?: string | undefined
  ocrText: string
  ocrFailed?: boolean | undefined
}

export interface ImageRow {
  id: string
  documentId: string
  userId: string
  originalPath: string
  path: string
  width: number
  height: number
  size: number
  createdAt: string
}

/** Inserts uploads as Readur does: without text, and queued for OCR. One transaction. */
export async function insertUploads(client: ClientBase, rows: readonly DocumentRow[]): Promise<void> {
  await client.query('BEGIN')
  await client.query(
    `INSERT INTO documents (id, filename, original_filename, file_path, file_size, mime_type, ocr_status, tags,
                            created_at, updated_at, user_id, file_hash, source_id, source_type)
     SELECT id, filename, filename, path, size, "mimeType", 'pending', '{}',
            "createdAt", "createdAt", "userId", sha256, "sourceId", "sourceType"
     FROM jsonb_to_recordset($1) AS row (id uuid, filename text, path text, size bigint, "mimeType" text,
          "createdAt" timestamptz, "userId" uuid, sha256 text, "sourceId" uuid, "sourceType" text)`,
    [JSON.stringify(rows.map((row) => ({ ...row, sourceType: row.sourceId ? 'local_folder' : 'web_upload' })))],
  )
  await client.query(
    `INSERT INTO ocr_queue (document_id, priority, file_size)
     SELECT id, 5, size FROM jsonb_to_recordset($1) AS row (id uuid, size bigint)`,
    [JSON.stringify(rows)],
  )
  await client.query('COMMIT')
}

/**
 * Lets OCR do its two updates of each document: under way, then the result. They leave a heap like that of a database
 * in use, and the trigger takes finished documents off the queue.
 */
export async function finishOcr(client: ClientBase, rows: readonly DocumentRow[]): Promise<void> {
  await client.query(`UPDATE documents SET ocr_status = 'processing', updated_at = now() WHERE id = ANY($1)`, [
    rows.map(({ id }) => id),
  ])
  const results = rows.map(({ id, ocrText, ocrFailed = false }) => {
    const count = ocrText.split(/\s+/).length
    return { id, text: ocrFailed ? null : ocrText, words: count, milliseconds: count * 7, failed: ocrFailed }
  })
  await client.query(
    `UPDATE documents AS d
     SET ocr_text = row.text,
         ocr_confidence = CASE WHEN row.failed THEN NULL ELSE 90 + row.words % 10 END,
         ocr_word_count = CASE WHEN row.failed THEN NULL ELSE row.words END,
         ocr_processing_time_ms = row.milliseconds,
         ocr_status = CASE WHEN row.failed THEN 'failed' ELSE 'completed' END,
         ocr_error = CASE WHEN row.failed THEN 'No text found' END,
         ocr_failure_reason = CASE WHEN row.failed THEN 'low_ocr_confidence' END,
         updated_at = now()
     FROM jsonb_to_recordset($1) AS row (id uuid, text text, words integer, milliseconds integer, failed boolean)
     WHERE d.id = row.id`,
    [JSON.stringify(results)],
  )
  await client.query(
    `UPDATE ocr_queue SET status = 'failed', attempts = 1, completed_at = now(), error_message = 'No text found'
     WHERE document_id = ANY($1)`,
    [rows.filter(({ ocrFailed }) => ocrFailed).map(({ id }) => id)],
  )
}

export async function insertImages(client: ClientBase, rows: readonly ImageRow[]): Promise<void> {
  await client.query(
    `INSERT INTO processed_images (id, document_id, user_id, original_image_path, processed_image_path,
                                   processing_parameters, processing_steps, image_width, image_height, file_size,
                                   created_at)
     SELECT id, "documentId", "userId", "originalPath", path, '{"contrast": 1.2}', '{deskew,contrast}',
            width, height, size, "createdAt"
     FROM jsonb_to_recordset($1) AS row (id uuid, "documentId" uuid, "userId" uuid, "originalPath" text, path text,
          width integer, height integer, size bigint, "createdAt" timestamptz)`,
    [JSON.stringify(rows)],
  )
}

/** Users with a password login; the first one is the administrator. */
export async function insertUsers(
  client: ClientBase,
  users: readonly { id: string; username: string }[],
): Promise<void> {
  await client.query(
    `INSERT INTO users (id, username, email, password_hash, role)
     SELECT id, username, username || '@example.org', '$2b$12$sandbox', role
     FROM jsonb_to_recordset($1) AS row (id uuid, username text, role text)`,
    [JSON.stringify(users.map((user, index) => ({ ...user, role: index === 0 ? 'admin' : 'user' })))],
  )
}
