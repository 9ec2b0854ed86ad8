import {
  encryptions,
  type ProfileDetails,
  type ProfileDraft,
  profileSecrets,
  type ProfileSecret,
  type SecretChange,
  type SecretChanges,
} from '../../shared/profile.ts'
import { secretPlace } from '../../shared/secretPlace.ts'
import { endpointOf, serviceAt, services, type ServiceId } from './services.ts'

/**
 * A secret as the window knows it. `kept`: there is one, and it is told to nobody. `found`: the main process holds it
 * back. `forgotten`: the one that is kept goes when the connection is saved.
 */
export type SecretField =
  | { state: 'none' }
  | { state: 'kept' }
  | { state: 'typed'; value: string }
  | { state: 'found'; token: string; where: string }
  | { state: 'forgotten' }

/** Fields of text; their names are those of the inputs. */
export interface FormTexts {
  name: string
  /** Server, as ssh calls it. */
  sshHost: string
  sshPort: string
  sshUser: string
  dbHost: string
  dbPort: string
  dbName: string
  dbUser: string
  /** libpq's sslmode; empty: the default. */
  dbTls: string
  dbCertificate: string
  /** What else libpq is told, as it stands after the question mark of an address. */
  dbParameters: string
  dbTimeout: string
  /** Where the uploads lie, as this computer or the server calls the place. */
  uploads: string
  /** The container that holds them, where nothing outside of it sees them. */
  container: string
  /** What Readur calls it: UPLOAD_PATH. */
  uploadsInReadur: string
  /** Folders of Readur’s that lie elsewhere: `/path/in/readur=/path/there`, several with a semicolon between. */
  uploadsMap: string
  /** Address of the storage service, where the user names it. */
  endpoint: string
  region: string
  /** Cloudflare's account. */
  account: string
  bucket: string
  accessKey: string
  /** How the service is to store objects; empty: as the bucket has it. */
  storageClass: string
  encryption: string
  kmsKey: string
  /** Certificates of authorities of one’s own, for storage service, Readur and database. */
  caFile: string
  readurUrl: string
  /** The tag of Readur’s image, as it was found. */
  readurVersion: string
}

/** A connection as it stands in the editor, complete or not. */
export interface ConnectionForm extends FormTexts {
  /** Settings are in this file instead. */
  envFile: string | null
  place: 'here' | 'server'
  uploadsIn: 'folder' | 'container'
  keyFiles: string[]
  jumps: string[]
  /** The ProxyCommand that may be run; empty: none. */
  proxyCommand: string
  /** The server may sign with ssh-rsa. */
  allowsSshRsa: boolean
  service: ServiceId
  pathStyle: boolean
  secrets: Record<ProfileSecret, SecretField>
}

const none: SecretField = { state: 'none' }

/** Encryption with a key of the service’s key management. */
export const kmsEncryption = 'aws:kms'

/** What a new connection begins with: Readur's own defaults, and nothing that would have to be taken back. */
export const emptyForm: ConnectionForm = {
  name: '',
  envFile: null,
  place: 'here',
  sshHost: '',
  sshPort: '',
  sshUser: '',
  keyFiles: [],
  jumps: [],
  proxyCommand: '',
  allowsSshRsa: false,
  dbHost: '127.0.0.1',
  dbPort: '5432',
  dbName: 'readur',
  dbUser: 'readur',
  dbTls: '',
  dbCertificate: '',
  dbParameters: '',
  dbTimeout: '',
  uploads: '',
  uploadsIn: 'folder',
  container: '',
  uploadsInReadur: '/app/uploads',
  uploadsMap: '',
  service: 'aws',
  endpoint: '',
  region: services.aws.region,
  account: '',
  pathStyle: services.aws.pathStyle,
  bucket: '',
  accessKey: '',
  storageClass: '',
  encryption: '',
  kmsKey: '',
  caFile: '',
  readurUrl: '',
  readurVersion: '',
  secrets: {
    POSTGRES_PASSWORD: none,
    S3_SECRET_ACCESS_KEY: none,
    SSH_PASSWORD: none,
    SSH_PASSPHRASE: none,
    READUR_TOKEN: none,
  },
}

/** The form of a profile. */
export function formOf({ name, server, envFile, variables, has }: ProfileDetails): ConnectionForm {
  const kept = (secret: ProfileSecret): SecretField => (has.includes(secret) ? { state: 'kept' } : none)
  const about: ConnectionForm = {
    ...emptyForm,
    name,
    envFile,
    place: server === null ? 'here' : 'server',
    sshHost: server?.host ?? '',
    sshPort: server?.port?.toString() ?? '',
    sshUser: server?.user ?? '',
    keyFiles: server?.keyFiles ?? [],
    jumps: server?.jumps ?? [],
    proxyCommand: server?.proxyCommand ?? '',
    allowsSshRsa: server?.allowsSshRsa ?? false,
    secrets: {
      POSTGRES_PASSWORD: kept('POSTGRES_PASSWORD'),
      S3_SECRET_ACCESS_KEY: kept('S3_SECRET_ACCESS_KEY'),
      SSH_PASSWORD: kept('SSH_PASSWORD'),
      SSH_PASSPHRASE: kept('SSH_PASSPHRASE'),
      READUR_TOKEN: kept('READUR_TOKEN'),
    },
  }
  return withVariables(about, variables)
}

/** The form with settings in it; what they do not name is at its default. */
export function withVariables(form: ConnectionForm, variables: ProfileDraft['variables']): ConnectionForm {
  const endpoint = variables.S3_ENDPOINT_URL ?? ''
  const { service, region, account } = serviceAt(endpoint, variables.S3_REGION ?? emptyForm.region)
  const pathStyle = variables.S3_FORCE_PATH_STYLE?.toLowerCase()
  const isPathStyle = pathStyle === undefined ? endpoint !== '' : pathStyle === 'true'
  // A service that is known, addressed in another way than it would be by itself: the way has to be seen.
  const isUnusual = service !== 'aws' && isPathStyle !== services[service].pathStyle
  return {
    ...form,
    dbHost: variables.POSTGRES_HOST ?? '',
    dbPort: variables.POSTGRES_PORT ?? emptyForm.dbPort,
    dbName: variables.POSTGRES_DB ?? emptyForm.dbName,
    dbUser: variables.POSTGRES_USER ?? emptyForm.dbUser,
    dbTls: variables.POSTGRES_SSLMODE ?? '',
    dbCertificate: variables.POSTGRES_SSLROOTCERT ?? '',
    dbParameters: variables.POSTGRES_PARAMETERS ?? '',
    dbTimeout: variables.DATABASE_TIMEOUT ?? '',
    uploads: variables.READUR_UPLOADS_DIR ?? '',
    uploadsIn: variables.READUR_UPLOADS_CONTAINER === undefined ? 'folder' : 'container',
    container: variables.READUR_UPLOADS_CONTAINER ?? '',
    uploadsMap: variables.READUR_UPLOADS_MAP ?? '',
    uploadsInReadur: variables.UPLOAD_PATH ?? emptyForm.uploadsInReadur,
    service: isUnusual ? 'other' : service,
    endpoint,
    region,
    account,
    pathStyle: isPathStyle,
    bucket: variables.S3_BUCKET_NAME ?? '',
    accessKey: variables.S3_ACCESS_KEY_ID ?? '',
    storageClass: variables.S3_STORAGE_CLASS ?? '',
    encryption: encryptions.find((it) => it.toLowerCase() === variables.S3_SSE?.toLowerCase()) ?? '',
    kmsKey: variables.S3_SSE_KMS_KEY_ID ?? '',
    caFile: variables.S3_CA_FILE ?? '',
    readurUrl: variables.READUR_URL ?? '',
    readurVersion: variables.READUR_VERSION ?? '',
  }
}

/** The address of the storage service that the form comes to; empty for Amazon's own. */
export const endpointIn = (form: ConnectionForm): string =>
  services[form.service].asks === 'address' ? form.endpoint.trim() : endpointOf(form.service, form)

/** What is saved of a form. It may be incomplete. */
export function draftOf(form: ConnectionForm): ProfileDraft {
  const name = form.name.trim()
  const server = form.place === 'here' ? null : serverOf(form)
  if (form.envFile !== null) return { name, server, envFile: form.envFile, variables: {} }
  const all: ProfileDraft['variables'] = {
    POSTGRES_HOST: form.dbHost,
    POSTGRES_PORT: form.dbPort,
    POSTGRES_DB: form.dbName,
    POSTGRES_USER: form.dbUser,
    POSTGRES_SSLMODE: form.dbTls,
    POSTGRES_SSLROOTCERT: form.dbCertificate,
    POSTGRES_PARAMETERS: form.dbParameters,
    DATABASE_TIMEOUT: form.dbTimeout,
    READUR_UPLOADS_DIR: form.uploadsIn === 'folder' ? form.uploads : '',
    READUR_UPLOADS_CONTAINER: form.uploadsIn === 'container' ? form.container : '',
    READUR_UPLOADS_MAP: form.uploadsMap,
    UPLOAD_PATH: form.uploadsInReadur,
    S3_BUCKET_NAME: form.bucket,
    S3_REGION: form.region,
    S3_ENDPOINT_URL: endpointIn(form),
    S3_FORCE_PATH_STYLE: form.pathStyle ? 'true' : 'false',
    S3_ACCESS_KEY_ID: form.accessKey,
    S3_STORAGE_CLASS: form.storageClass,
    S3_SSE: form.encryption,
    S3_SSE_KMS_KEY_ID: form.encryption === kmsEncryption ? form.kmsKey : '',
    S3_CA_FILE: form.caFile,
    READUR_URL: form.readurUrl,
    READUR_VERSION: form.readurVersion,
  }
  const variables = Object.fromEntries(
    Object.entries(all).flatMap(([variable, value]) => (value.trim() === '' ? [] : [[variable, value.trim()]])),
  )
  return { name, server, envFile: null, variables }
}

function serverOf({
  sshHost,
  sshPort,
  sshUser,
  keyFiles,
  jumps,
  proxyCommand,
  allowsSshRsa,
}: ConnectionForm): NonNullable<ProfileDraft['server']> {
  const filled = (list: string[]): string[] => list.map((it) => it.trim()).filter((it) => it !== '')
  return {
    host: sshHost.trim(),
    port: sshPort.trim() === '' ? null : Number(sshPort),
    user: sshUser.trim() === '' ? null : sshUser.trim(),
    keyFiles: filled(keyFiles),
    jumps: filled(jumps),
    ...(proxyCommand !== '' && { proxyCommand }),
    ...(allowsSshRsa && { allowsSshRsa }),
  }
}

/**
 * The place that a kept secret was saved for, where the form leads to another one now: there it is as good as not there.
 * Null for one that still fits.
 */
export function formerPlace(name: ProfileSecret, form: ConnectionForm, saved: ConnectionForm): string | null {
  if (form.secrets[name].state !== 'kept') return null
  const place = secretPlace(name, draftOf(saved))
  return place === secretPlace(name, draftOf(form)) ? null : place
}

/** What becomes of the secrets when the form is saved, which was `saved` before. One for another place is forgotten. */
export function secretChangesOf(form: ConnectionForm, saved: ConnectionForm = form): SecretChanges {
  const changes: SecretChanges = {}
  for (const name of profileSecrets) {
    const change = formerPlace(name, form, saved) === null ? changeOf(form.secrets[name]) : { forget: true as const }
    if (change) changes[name] = change
  }
  return changes
}

function changeOf(field: SecretField): SecretChange | null {
  switch (field.state) {
    case 'none':
    case 'kept':
      return null
    case 'typed':
      return field.value === '' ? null : { set: field.value }
    case 'found':
      return { take: field.token }
    case 'forgotten':
      return { forget: true }
  }
}

/** Two forms that would be saved as the same. */
export const isSame = (one: ConnectionForm, other: ConnectionForm): boolean =>
  JSON.stringify([draftOf(one), secretChangesOf(one)]) === JSON.stringify([draftOf(other), secretChangesOf(other)])
