import type { Diagnostic, DiagnosticCode } from '../../shared/diagnostic.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import type { FieldName } from './validation.ts'

/** Errors that tell more exactly than their check which field is to blame. */
const byError: Partial<Record<ErrorCode, FieldName>> = {
  SSH_AUTH_FAILED: 'sshUser',
  SSH_UNREACHABLE: 'sshPort',
  SSH_NOT_SSH: 'sshPort',
  SSH_FORWARD_FAILED: 'dbPort',
  DB_BAD_CREDENTIALS: 'POSTGRES_PASSWORD',
  DB_NO_PASSWORD: 'POSTGRES_PASSWORD',
  DB_MISSING: 'dbName',
  DB_NOT_READUR: 'dbName',
  DB_UNREACHABLE: 'dbPort',
  DB_TLS: 'dbTls',
  S3_UNKNOWN_KEY: 'accessKey',
  S3_WRONG_SECRET: 'S3_SECRET_ACCESS_KEY',
  S3_NO_BUCKET: 'bucket',
  S3_WRONG_REGION: 'region',
  READUR_TOKEN: 'READUR_TOKEN',
}

const byCheck: Partial<Record<DiagnosticCode, FieldName>> = {
  'server.name': 'sshHost',
  'server.tcp': 'sshPort',
  'server.login': 'sshUser',
  'database.connect': 'dbHost',
  'database.tables': 'dbName',
  'uploads.folder': 'uploads',
  'uploads.mapping': 'uploadsInReadur',
  'bucket.name': 'endpoint',
  'bucket.tls': 'endpoint',
  'bucket.addressing': 'endpoint',
  'bucket.access': 'accessKey',
  'bucket.exists': 'bucket',
  'bucket.region': 'region',
  'bucket.list': 'accessKey',
  'readur.reach': 'readurUrl',
  'readur.documents': 'READUR_TOKEN',
}

/** The field of the form that a finding is about; null where it is about none. */
export function fieldOfCheck({ code, error }: Pick<Diagnostic, 'code' | 'error'>): FieldName | null {
  return (error ? byError[error.code] : undefined) ?? byCheck[code] ?? null
}
