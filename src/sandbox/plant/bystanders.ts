import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ClientBase } from 'pg'
import type { BucketAccess } from '../bucket.ts'
import { textDocument } from '../documents/text.ts'
import { sha256, uploadPath, writeUpload, type PlantSite } from './plantSite.ts'

/** Files in the uploads folder that belong to no row: leftovers, and what computers leave lying about. */
export async function plantStrayFiles(site: PlantSite): Promise<void> {
  const { random, documents } = site
  await writeUpload(site, `documents/${random.uuid()}.txt`, textDocument(random, 120))
  // A duplicate upload that Readur refused after it had written the file: equal to a live document.
  const live = documents.find(({ filename, path }) => filename === 'LICENSE' && path.startsWith(uploadPath))
  if (!live) throw new Error('Plant the documents first')
  const bytes = await readFile(join(site.uploads, 'documents', basename(live.path)))
  await writeUpload(site, `documents/${random.uuid()}.txt`, bytes)
  await writeUpload(site, 'documents/.DS_Store', random.bytes(6148))
  await writeUpload(site, 'documents/Thumbs.db', random.bytes(5120))
  await writeUpload(site, `documents/${random.uuid()}.pdf.part`, random.bytes(20_000))
  await writeUpload(site, 'documents/@eaDir/invoice.pdf@SynoEAStream', random.bytes(200))
  await writeUpload(site, `temp/${random.uuid()}.tmp`, random.bytes(3000))
  await writeUpload(site, 'backups/readur-2024-05-01.sql', textDocument(random, 300))
}

/**
 * Sources that must not stop a migration: a local folder with the id `folderId`, an S3 source that watches another
 * part of our bucket, and one that would watch all of it but is switched off.
 */
export async function insertSources(
  client: ClientBase,
  site: PlantSite,
  access: BucketAccess,
  folderId: string,
): Promise<void> {
  const { random, users } = site
  const common = { file_extensions: ['pdf', 'txt'], auto_sync: true, sync_interval_minutes: 60 }
  const s3 = {
    bucket_name: access.bucket,
    region: access.region,
    access_key_id: access.accessKeyId,
    secret_access_key: access.secretAccessKey,
    endpoint_url: access.endpoint,
    force_path_style: true,
    prefix: null,
    ...common,
  }
  const folder = { watch_folders: ['/data/scans'], recursive: true, follow_symlinks: false, ...common }
  const rows = [
    { id: folderId, type: 'local_folder', name: 'Scanner', enabled: true, config: folder },
    { id: random.uuid(), type: 's3', name: 'Inbox', enabled: true, config: { ...s3, watch_folders: ['incoming/'] } },
    { id: random.uuid(), type: 's3', name: 'Off', enabled: false, config: { ...s3, watch_folders: ['documents/'] } },
  ].map((row) => ({ ...row, user: users[0] }))
  await client.query(
    `INSERT INTO sources (id, user_id, name, source_type, enabled, config)
     SELECT id, "user", name, type, enabled, config
     FROM jsonb_to_recordset($1) AS row (id uuid, "user" uuid, name text, type text, enabled boolean, config jsonb)`,
    [JSON.stringify(rows)],
  )
}

/** Rows of other tables that hold paths or name documents: a migration leaves all of them as they are. */
export async function insertBystanders(client: ClientBase, site: PlantSite): Promise<void> {
  const { random, users, documents } = site
  const failed = [null, `${uploadPath}/documents/${random.uuid()}.pdf`, `s3://documents/${users[0]}/2025/01/gone.pdf`]
  for (const path of failed) {
    await client.query(
      `INSERT INTO failed_documents (id, user_id, filename, file_path, file_size, file_hash, mime_type, failure_reason,
                                     failure_stage, ingestion_source, error_message)
       VALUES ($1, $2, 'Failed.pdf', $3, 1024, $4, 'application/pdf', 'ocr_timeout', 'ocr', 'upload', 'Timed out')`,
      [random.uuid(), users[1], path, sha256(random.bytes(8))],
    )
  }
  await client.query(
    `INSERT INTO ignored_files (id, file_hash, filename, original_filename, file_path, file_size, mime_type,
                                source_type, ignored_by, reason)
     VALUES ($1, $2, 'Deleted.pdf', 'Deleted.pdf', $3, 2048, 'application/pdf', 'upload', $4, 'deleted by user')`,
    [random.uuid(), sha256(random.bytes(8)), `${uploadPath}/documents/${random.uuid()}.pdf`, users[2]],
  )
  for (const { id, size } of documents.slice(0, 5)) {
    await client.query(
      `INSERT INTO ocr_queue (id, document_id, status, attempts, started_at, completed_at, worker_id, file_size)
       VALUES ($1, $2, 'completed', 1, now(), now(), 'worker-1', $3)`,
      [random.uuid(), id, size],
    )
  }
}
