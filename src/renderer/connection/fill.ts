import { encryptions, type ProfileSecret } from '../../shared/profile.ts'
import { type FoundReadur, type FoundSettingName, type FoundValue, splitAddress } from '../../shared/discovery.ts'
import { texts } from '../texts/texts.ts'
import type { ConnectionForm, SecretField } from './form.ts'
import { serviceAt, services } from './services.ts'

/** What is taken of a Readur that was found: a value or secret for each setting. */
export type Picks = Partial<Record<FoundSettingName, FoundValue | { typed: string }>>

/** What is taken unless somebody chooses otherwise: all that is more than a guess. */
export const defaultPicks = ({ settings }: FoundReadur): Picks =>
  Object.fromEntries(settings.map(({ setting, chosen }) => [setting, chosen]))

/** What settings are called in the window. */
export const settingWords: Record<FoundSettingName, string> = {
  databaseAddress: texts.connection.databaseAddress,
  databaseName: texts.connection.databaseName,
  databaseUser: texts.connection.databaseUser,
  databasePassword: texts.connection.databasePassword,
  databaseTls: texts.connection.databaseEncryption,
  databaseParameters: texts.connection.connectionParameters,
  databaseCertificate: texts.connection.databaseCaFile,
  databaseTimeout: texts.connection.databaseTimeout,
  uploadsHost: texts.connection.uploadsFolder,
  dockerContainer: texts.connection.containerToReadUploadsThrough,
  uploadsContainer: texts.connection.uploadsPathInsideReadur,
  uploadsMap: texts.connection.foldersInOtherPlaces,
  s3Bucket: texts.connection.bucket,
  s3Endpoint: texts.connection.storageAddress,
  s3Region: texts.connection.region,
  s3PathStyle: texts.connection.pathStyleUrls,
  s3AccessKey: texts.connection.accessKey,
  s3SecretKey: texts.connection.secretKey,
  s3StorageClass: texts.connection.storageClass,
  s3Encryption: texts.connection.encryption,
  s3KmsKey: texts.connection.encryptionKey,
  caFile: texts.connection.caFile,
  readurUrl: texts.connection.readursAddress,
  readurToken: texts.connection.readursApiKey,
  readurVersion: texts.connection.readursVersion,
}

const secretNames: Partial<Record<FoundSettingName, ProfileSecret>> = {
  databasePassword: 'POSTGRES_PASSWORD',
  s3SecretKey: 'S3_SECRET_ACCESS_KEY',
  readurToken: 'READUR_TOKEN',
}

export const isSecret = (setting: FoundSettingName): boolean => secretNames[setting] !== undefined

/** The form with what was found in it; what was not found stays as it is. */
export function fill(form: ConnectionForm, picks: Picks): ConnectionForm {
  const text = (setting: FoundSettingName): string | undefined => {
    const pick = picks[setting]
    if (pick === undefined || 'token' in pick) return undefined
    const value = ('typed' in pick ? pick.typed : pick.value).trim()
    return value === '' ? undefined : value
  }
  const address = splitAddress(text('databaseAddress'))
  const filled: ConnectionForm = {
    ...form,
    envFile: null,
    dbHost: address?.host ?? form.dbHost,
    dbPort: address?.port ?? form.dbPort,
    dbName: text('databaseName') ?? form.dbName,
    dbUser: text('databaseUser') ?? form.dbUser,
    dbTls: text('databaseTls') ?? form.dbTls,
    dbParameters: text('databaseParameters') ?? form.dbParameters,
    dbCertificate: text('databaseCertificate') ?? form.dbCertificate,
    dbTimeout: text('databaseTimeout') ?? form.dbTimeout,
    uploads: text('dockerContainer') === undefined ? (text('uploadsHost') ?? form.uploads) : '',
    uploadsIn: text('dockerContainer') === undefined ? form.uploadsIn : 'container',
    container: text('dockerContainer') ?? form.container,
    uploadsInReadur: text('uploadsContainer') ?? form.uploadsInReadur,
    uploadsMap: text('uploadsMap') ?? form.uploadsMap,
    bucket: text('s3Bucket') ?? form.bucket,
    accessKey: text('s3AccessKey') ?? form.accessKey,
    storageClass: text('s3StorageClass') ?? form.storageClass,
    encryption: encryptionNamed(text('s3Encryption')) ?? form.encryption,
    kmsKey: text('s3KmsKey') ?? form.kmsKey,
    caFile: text('caFile') ?? form.caFile,
    readurUrl: text('readurUrl') ?? form.readurUrl,
    readurVersion: text('readurVersion') ?? form.readurVersion,
    secrets: secretsWith(form.secrets, picks),
  }
  return withStorage(filled, text('s3Endpoint'), text('s3Region'), text('s3PathStyle'))
}

const encryptionNamed = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (encryptions.find((it) => it.toLowerCase() === text.toLowerCase()) ?? text)

function withStorage(
  form: ConnectionForm,
  endpoint: string | undefined,
  region: string | undefined,
  pathStyle: string | undefined,
): ConnectionForm {
  if (endpoint === undefined && region === undefined && pathStyle === undefined) return form
  const at = serviceAt(endpoint ?? '', region ?? services.aws.region)
  const isPathStyle = pathStyle === undefined ? services[at.service].pathStyle : pathStyle === 'true'
  const isUnusual = at.service !== 'aws' && isPathStyle !== services[at.service].pathStyle
  return {
    ...form,
    service: isUnusual ? 'other' : at.service,
    endpoint: endpoint ?? '',
    region: at.region,
    account: at.account,
    pathStyle: isPathStyle,
  }
}

function secretsWith(secrets: ConnectionForm['secrets'], picks: Picks): ConnectionForm['secrets'] {
  return {
    ...secrets,
    POSTGRES_PASSWORD: secretOf(picks.databasePassword) ?? secrets.POSTGRES_PASSWORD,
    S3_SECRET_ACCESS_KEY: secretOf(picks.s3SecretKey) ?? secrets.S3_SECRET_ACCESS_KEY,
    READUR_TOKEN: secretOf(picks.readurToken) ?? secrets.READUR_TOKEN,
  }
}

function secretOf(pick: Picks[FoundSettingName]): SecretField | null {
  if (pick === undefined) return null
  if ('typed' in pick) return pick.typed === '' ? null : { state: 'typed', value: pick.typed }
  return 'token' in pick ? { state: 'found', token: pick.token, where: pick.where } : null
}

/** A name for a connection that none has: nobody must think of one before it can be saved. */
export function freeName(taken: readonly string[]): string {
  const name = texts.connection.myReadur
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name} ${n}`
    if (!taken.includes(candidate)) return candidate
  }
}
