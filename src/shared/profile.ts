/** A profile as the window shows it. Holds no secret. */
export interface ProfileSummary {
  id: string
  name: string
  /** Server on which database and uploads lie, as one would type it after `ssh`; null: this computer. */
  server: string | null
  /** e.g. `127.0.0.1:5432/readur`, as the server sees it. */
  database: string
  /** Folder on the server or on this computer, with the container that holds it. */
  uploads: string
  bucket: string
  endpoint: string | null
  /** Where the settings come from. */
  source: string
  /** Set when the settings cannot be read; the profile is kept. */
  problem: string | null
  /** Set when something about them is not as it should be, and they can be used all the same. */
  warning: string | null
}

/**
 * The server that database and uploads lie on. What is null or empty is as ~/.ssh/config says, or as ssh itself would
 * have it.
 */
export interface ServerSettings {
  /** A host name, an address, or a `Host` of ~/.ssh/config. */
  host: string
  port: number | null
  user: string | null
  /** Private keys to try instead of those of the configuration. */
  keyFiles: string[]
  /** Jump hosts on the way, each `[user@]host[:port]`; none: as the configuration says. */
  jumps: string[]
  /** The command of ~/.ssh/config (ProxyCommand) that may be run to get there, word for word; any other is not run. */
  proxyCommand?: string | undefined
  /** This server may sign with ssh-rsa (SHA-1), after all that is better; its jump hosts may not. */
  allowsSshRsa?: boolean | undefined
}

/** Readur's variables that a profile may hold itself: none of them is a secret. */
export const profileVariables = [
  'POSTGRES_HOST',
  'POSTGRES_PORT',
  'POSTGRES_DB',
  'POSTGRES_USER',
  'POSTGRES_SSLMODE',
  'POSTGRES_SSLROOTCERT',
  'POSTGRES_PARAMETERS',
  'DATABASE_TIMEOUT',
  'UPLOAD_PATH',
  'READUR_UPLOADS_DIR',
  'READUR_UPLOADS_CONTAINER',
  'READUR_UPLOADS_MAP',
  'S3_BUCKET_NAME',
  'S3_REGION',
  'S3_ENDPOINT_URL',
  'S3_FORCE_PATH_STYLE',
  'S3_ACCESS_KEY_ID',
  'S3_STORAGE_CLASS',
  'S3_SSE',
  'S3_SSE_KMS_KEY_ID',
  'S3_CA_FILE',
  'READUR_URL',
  'READUR_VERSION',
] as const
export type ProfileVariable = (typeof profileVariables)[number]

/** How a storage service may encrypt what it stores (S3_SSE), as S3 names it. */
export const encryptions = ['AES256', 'aws:kms'] as const

/** How objects are to be stored; what is absent is as the bucket has it. */
export interface StoredAs {
  storageClass?: string | undefined
  encryption?: (typeof encryptions)[number] | undefined
  /** Id or ARN of the key; absent: the service’s own. */
  kmsKeyId?: string | undefined
}

/** What is kept apart from the profile, encrypted, or asked for. */
export const profileSecrets = [
  'POSTGRES_PASSWORD',
  'S3_SECRET_ACCESS_KEY',
  'SSH_PASSWORD',
  'SSH_PASSPHRASE',
  'READUR_TOKEN',
] as const
export type ProfileSecret = (typeof profileSecrets)[number]

/** What a profile is made of, as the editor has it. Holds no secret. */
export interface ProfileDraft {
  name: string
  server: ServerSettings | null
  /** A file with Readur's variables, which may hold secrets; null: the profile has its settings itself. */
  envFile: string | null
  variables: Partial<Record<ProfileVariable, string>>
}

export interface ProfileDetails extends ProfileDraft {
  id: string
  /** Secrets that are kept for it; what they are is told to nobody. */
  has: ProfileSecret[]
}

/** What becomes of a secret: it was typed, it is one that was found and is held back (its token), or it is forgotten. */
export type SecretChange = { set: string } | { take: string } | { forget: true }
export type SecretChanges = Partial<Record<ProfileSecret, SecretChange>>

/** The settings of an env file as a profile has them itself; secrets stay behind and are named by their tokens. */
export interface TakenOver {
  variables: ProfileDraft['variables']
  secrets: Partial<Record<ProfileSecret, string>>
}
