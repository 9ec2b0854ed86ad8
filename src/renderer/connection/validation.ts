import type { ProfileSecret } from '../../shared/profile.ts'
import { howContainersAreWritten, parseContainer } from '../../shared/container.ts'
import { wrongInParameters } from '../../shared/postgresAddress.ts'
import { texts } from '../texts/texts.ts'
import { formerPlace, kmsEncryption, type ConnectionForm, type FormTexts } from './form.ts'
import { services } from './services.ts'

export type FieldName = keyof FormTexts | ProfileSecret | 'jumps'
export type FieldErrors = Partial<Record<FieldName, string>>

type Check = (value: string) => string | null

const port: Check = (value) =>
  /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535 ? null : texts.connection.portInvalid

const hostPattern = /^[^\s@-][^\s@]*$/

const dbHost: Check = (value) => {
  if (/^postgres(ql)?:/i.test(value)) return texts.connection.hostIsUrl
  if (/\s/.test(value)) return texts.connection.hostHasSpaces
  // An IPv6 address has more than one colon.
  return /^[^:[\]]+:\d+$/.test(value) ? texts.connection.hostHasPort : null
}

const webAddress: Check = (value) => {
  if (!/^https?:\/\//i.test(value)) return texts.connection.schemeMissing
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null) return texts.connection.addressInvalid
  if (url.username + url.password !== '') return texts.connection.addressHasLogin
  return url.search + url.hash === '' ? null : texts.connection.addressHasQuery
}

const bucket: Check = (value) => {
  if (/^s3:/i.test(value) || /[/\\]/.test(value)) return texts.connection.bucketInvalid
  return /\s/.test(value) ? texts.connection.bucketHasSpaces : null
}

const oneWord: Check = (value) => (/\s/.test(value) ? texts.connection.hasSpaces : null)

const seconds: Check = (value) =>
  /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 86_400 ? null : texts.connection.timeoutInvalid

const pathHere: Check = (value) => (/^([a-zA-Z]:[\\/]|\\\\|\/)/.test(value) ? null : texts.connection.pathNotAbsolute)
const folderThere: Check = (value) => (/^(\/|~\/)/.test(value) ? null : texts.connection.serverPathNotAbsolute)

const checks: Partial<Record<keyof FormTexts, Check>> = {
  dbHost,
  dbPort: port,
  dbTimeout: seconds,
  dbParameters: (value) => {
    const wrong = wrongInParameters(value)
    return wrong === null ? null : texts.connection.thisAddress(wrong)
  },
  dbName: (value) => (value.length > 63 ? texts.connection.bucketTooLong : null),
  endpoint: webAddress,
  region: oneWord,
  account: oneWord,
  bucket,
  accessKey: oneWord,
  storageClass: (value) => {
    if (/^(glacier|deep_archive)$/i.test(value)) return texts.connection.archiveClass
    return /^[\w-]{1,64}$/.test(value) ? null : texts.connection.storageClassInvalid
  },
  kmsKey: oneWord,
  caFile: pathHere,
  container: (value) => (parseContainer(value) ? null : howContainersAreWritten),
  readurUrl: webAddress,
}

const serverChecks: Partial<Record<keyof FormTexts, Check>> = {
  sshHost: (value) => (hostPattern.test(value) ? null : texts.connection.sshHostInvalid),
  sshPort: port,
  sshUser: oneWord,
}

const isJump = (value: string): boolean =>
  /^([^\s@]+@)?(\[[0-9a-fA-F:.%\w]+\]|[^\s@:[\]-][^\s@:[\]]*)(:\d{1,5})?$/.test(value)

/** What is wrong with what was typed; what is empty is not wrong. `others`: names of the other connections. */
export function wrongIn(form: ConnectionForm, others: readonly string[]): FieldErrors {
  const errors: FieldErrors = {}
  const name = form.name.trim()
  if (name === '') errors.name = texts.connection.nameMissing
  else if (name.length > 100) errors.name = texts.connection.nameTooLong
  else if (others.includes(name)) errors.name = texts.connection.nameTaken

  if (form.place === 'server') {
    apply(serverChecks, form, errors)
    const jump = form.jumps.find((it) => it.trim() !== '' && !isJump(it.trim()))
    if (jump !== undefined) errors.jumps = texts.connection.jumpHostInvalid(jump)
  }
  if (form.envFile !== null) return errors
  apply(checks, form, errors)
  apply({ uploads: form.place === 'server' ? folderThere : pathHere }, form, errors)
  return errors
}

function apply(all: Partial<Record<keyof FormTexts, Check>>, form: ConnectionForm, errors: FieldErrors): void {
  for (const field of asked(form)) {
    const value = form[field].trim()
    const error = value === '' ? null : all[field]?.(value)
    if (error) errors[field] = error
  }
}

/** Texts that the form shows for its service, from top to bottom. */
function asked(form: ConnectionForm): (keyof FormTexts)[] {
  const { asks } = services[form.service]
  const isShown: Partial<Record<keyof FormTexts, boolean>> = {
    endpoint: asks === 'address',
    account: asks === 'account',
    uploads: form.uploadsIn === 'folder',
    container: form.uploadsIn === 'container',
    kmsKey: form.encryption === kmsEncryption,
  }
  return textsInOrder.filter((field) => isShown[field] ?? true)
}

const needed: Partial<Record<keyof FormTexts, string>> = {
  dbHost: texts.connection.databaseHostMissing,
  uploads: texts.connection.uploadsMissing,
  container: texts.connection.containerMissing,
  endpoint: texts.connection.storageAddressMissing,
  region: texts.connection.regionMissing,
  account: texts.connection.accountIdMissing,
  bucket: texts.connection.bucketMissing,
  accessKey: texts.connection.accessKeyMissing,
}

/** What a test and a plan cannot do without and is not there yet; the form was `saved` before. */
export function missingIn(form: ConnectionForm, saved: ConnectionForm = form): FieldErrors {
  const errors: FieldErrors = {}
  if (form.place === 'server' && form.sshHost.trim() === '') errors.sshHost = texts.connection.serverMissing
  if (form.envFile !== null) return errors
  for (const field of asked(form)) {
    const words = form[field].trim() === '' ? needed[field] : undefined
    if (words !== undefined) errors[field] = words
  }
  if (formerPlace('POSTGRES_PASSWORD', form, saved) !== null) {
    errors.POSTGRES_PASSWORD = texts.connection.passwordForNewAddress
  }
  const key = form.secrets.S3_SECRET_ACCESS_KEY
  const isKept = key.state === 'kept' && formerPlace('S3_SECRET_ACCESS_KEY', form, saved) === null
  const hasKey = isKept || key.state === 'found' || (key.state === 'typed' && key.value !== '')
  if (!hasKey) errors.S3_SECRET_ACCESS_KEY = texts.connection.secretKeyMissing
  return errors
}

const textsInOrder: readonly (keyof FormTexts)[] = [
  'name',
  'sshHost',
  'sshUser',
  'sshPort',
  'dbHost',
  'dbPort',
  'dbName',
  'dbUser',
  'dbTls',
  'dbCertificate',
  'dbParameters',
  'dbTimeout',
  'uploads',
  'container',
  'uploadsInReadur',
  'account',
  'endpoint',
  'region',
  'bucket',
  'accessKey',
  'storageClass',
  'kmsKey',
  'caFile',
  'readurUrl',
]

/** The first field from the top that something is said of: it gets the focus. */
export function firstOf(errors: FieldErrors): FieldName | null {
  const above = ['name', 'sshHost', 'sshUser', 'sshPort'] as const
  const order: FieldName[] = [
    ...above,
    'jumps',
    ...textsInOrder.filter((field) => !above.some((it) => it === field) && field !== 'readurUrl'),
    'POSTGRES_PASSWORD',
    'S3_SECRET_ACCESS_KEY',
    'readurUrl',
    'READUR_TOKEN',
  ]
  return order.find((field) => errors[field] !== undefined) ?? null
}
