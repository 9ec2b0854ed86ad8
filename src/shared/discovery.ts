import type { ProfileSecret, ProfileVariable } from './profile.ts'

/** What can be found about a Readur, secrets apart and then the secrets. `databaseAddress` is `host:port`. */
export const foundSettings = [
  'databaseAddress',
  'databaseName',
  'databaseUser',
  'databasePassword',
  'databaseTls',
  'databaseParameters',
  'databaseCertificate',
  'databaseTimeout',
  'uploadsHost',
  'dockerContainer',
  'uploadsContainer',
  'uploadsMap',
  's3Bucket',
  's3Endpoint',
  's3Region',
  's3PathStyle',
  's3AccessKey',
  's3SecretKey',
  's3StorageClass',
  's3Encryption',
  's3KmsKey',
  'caFile',
  'readurUrl',
  'readurToken',
  'readurVersion',
] as const
export type FoundSettingName = (typeof foundSettings)[number]

/**
 * Settings of this program’s own, by their variables: a `.env` that holds them was written for it, and they are taken as
 * they are. Readur knows none of them; what it knows is read the way Readur reads it.
 */
export const ownVariables = {
  databaseTls: 'POSTGRES_SSLMODE',
  databaseParameters: 'POSTGRES_PARAMETERS',
  databaseCertificate: 'POSTGRES_SSLROOTCERT',
  databaseTimeout: 'DATABASE_TIMEOUT',
  uploadsHost: 'READUR_UPLOADS_DIR',
  dockerContainer: 'READUR_UPLOADS_CONTAINER',
  uploadsMap: 'READUR_UPLOADS_MAP',
  s3StorageClass: 'S3_STORAGE_CLASS',
  s3Encryption: 'S3_SSE',
  s3KmsKey: 'S3_SSE_KMS_KEY_ID',
  caFile: 'S3_CA_FILE',
  readurUrl: 'READUR_URL',
  readurToken: 'READUR_TOKEN',
  readurVersion: 'READUR_VERSION',
} as const satisfies Partial<Record<FoundSettingName, ProfileVariable | ProfileSecret>>

/** `host:port`, `[address]:port`, or the folder of a Unix socket with a port. */
export function splitAddress(address: string | undefined): { host: string; port: string } | null {
  const [, host, port] = /^(.*?)(?::(\d+))?$/.exec(address ?? '') ?? []
  return host === undefined || host === '' ? null : { host: host.replace(/^\[(.*)\]$/, '$1'), port: port ?? '5432' }
}

/** `certain`: written down as it is. `likely`: follows from what is written down. `guess`: to be confirmed. */
export type FoundConfidence = 'certain' | 'likely' | 'guess'

/** A value that was found, or a secret that is held back and named by its token. */
export type FoundValue = ({ value: string } | { token: string }) & {
  /** File, line, service, variable. */
  where: string
  /** The same, short: `docker-compose.yml:25`. */
  at: string
  confidence: FoundConfidence
  /** The address holds on the server itself; elsewhere it means another computer. */
  onServer: boolean
}

export interface FoundSetting {
  setting: FoundSettingName
  chosen: FoundValue
  /** The likeliest first. */
  alternatives: FoundValue[]
}

/** What has to be asked. */
export interface MissingSetting {
  setting: FoundSettingName
  question: string
  reason: string | null
  suggestions: FoundValue[]
}

/** One Readur that was found. */
export interface FoundReadur {
  /** What was looked at. */
  source: string
  settings: FoundSetting[]
  missing: MissingSetting[]
  notes: { message: string; remedy: string | null }[]
}

/** What was found on a computer, and what is to be said of the search. */
export interface FoundOnServer {
  found: FoundReadur[]
  notes: FoundReadur['notes']
}

/** A text to look through: what was pasted, or one of the files that were dropped together. */
export interface TextToSearch {
  name: string | null
  text: string
}
