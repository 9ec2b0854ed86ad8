import type { BucketAccess } from './bucket.ts'

/** A value as Compose reads it back, whatever it holds. */
function quoted(value: string): string {
  if (/^[\w.:/@%+=?&,-]*$/.test(value)) return value
  if (/\\('|$)/.test(value)) throw new Error(`No way to quote ${value}`)
  return `'${value.replaceAll("'", "\\'")}'`
}

/**
 * Settings for a migration of the sandbox, in Readur's own variables. UPLOAD_PATH is the folder as Readur's container
 * sees it, READUR_UPLOADS_DIR (ours) the same folder on this computer.
 */
export function envFile(databaseUrl: string, uploadsDir: string, s3: BucketAccess): string {
  const settings = {
    DATABASE_URL: databaseUrl,
    UPLOAD_PATH: '/app/uploads',
    READUR_UPLOADS_DIR: uploadsDir,
    S3_ENABLED: 'true',
    S3_BUCKET_NAME: s3.bucket,
    S3_REGION: s3.region,
    S3_ACCESS_KEY_ID: s3.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    S3_ENDPOINT_URL: s3.endpoint,
    S3_FORCE_PATH_STYLE: 'true',
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${quoted(value)}\n`)
    .join('')
}
