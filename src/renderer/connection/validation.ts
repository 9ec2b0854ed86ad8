import type { ProfileSecret } from '../../shared/profile.ts'
import { howContainersAreWritten, parseContainer } from '../../shared/container.ts'
import { wrongInParameters } from '../../shared/postgresAddress.ts'
import { formerPlace, kmsEncryption, type ConnectionForm, type FormTexts } from './form.ts'
import { services } from './services.ts'

export type FieldName = keyof FormTexts | ProfileSecret | 'jumps'
export type FieldErrors = Partial<Record<FieldName, string>>

type Check = (value: string) => string | null

const port: Check = (value) =>
  /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535 ? null : 'A number from 1 to 65535.'

const hostPattern = /^[^\s@-][^\s@]*$/

const dbHost: Check = (value) => {
  if (/^postgres(ql)?:/i.test(value)) return 'Only the host. To take a whole DATABASE_URL, paste it above.'
  if (/\s/.test(value)) return 'A host name or an address has no blanks.'
  // An IPv6 address has more than one colon.
  return /^[^:[\]]+:\d+$/.test(value) ? 'Only the host; the port has a field of its own.' : null
}

const webAddress: Check = (value) => {
  if (!/^https?:\/\//i.test(value)) return 'Begin with https:// or http://.'
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null) return 'This is not an address.'
  if (url.username + url.password !== '') return 'Leave user and password out of the address.'
  return url.search + url.hash === '' ? null : 'Leave out what follows the ? or #.'
}

const bucket: Check = (value) =>
  /^s3:/i.test(value) || /[\s/\\]/.test(value)
    ? 'Only the name of the bucket, without s3:// and without folders.'
    : null

const oneWord: Check = (value) => (/\s/.test(value) ? 'There is a blank in it.' : null)

const seconds: Check = (value) =>
  /^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= 86_400 ? null : 'Seconds, from 1 to 86400.'

const pathHere: Check = (value) =>
  /^([a-zA-Z]:[\\/]|\\\\|\/)/.test(value) ? null : 'Write the whole path, from / or a drive on.'
const folderThere: Check = (value) =>
  /^(\/|~\/)/.test(value) ? null : 'Write the whole path on the server, beginning with /.'

const checks: Partial<Record<keyof FormTexts, Check>> = {
  dbHost,
  dbPort: port,
  dbTimeout: seconds,
  dbParameters: (value) => {
    const wrong = wrongInParameters(value)
    return wrong === null ? null : `This ${wrong}`
  },
  dbName: (value) => (value.length > 63 ? 'At most 63 characters.' : null),
  endpoint: webAddress,
  region: oneWord,
  account: oneWord,
  bucket,
  accessKey: oneWord,
  storageClass: (value) => {
    if (/^(glacier|deep_archive)$/i.test(value)) return 'Readur can’t open documents in an archive.'
    return /^[\w-]{1,64}$/.test(value) ? null : 'Enter the name of a storage class, such as STANDARD_IA.'
  },
  kmsKey: oneWord,
  caFile: pathHere,
  container: (value) => (parseContainer(value) ? null : howContainersAreWritten),
  readurUrl: webAddress,
}

const serverChecks: Partial<Record<keyof FormTexts, Check>> = {
  sshHost: (value) =>
    hostPattern.test(value) ? null : 'A host name or an address alone; user and port have fields of their own.',
  sshPort: port,
  sshUser: oneWord,
}

const isJump = (value: string): boolean =>
  /^([^\s@]+@)?(\[[0-9a-fA-F:.%\w]+\]|[^\s@:[\]-][^\s@:[\]]*)(:\d{1,5})?$/.test(value)

/** What is wrong with what was typed; what is empty is not wrong. `others`: names of the other connections. */
export function wrongIn(form: ConnectionForm, others: readonly string[]): FieldErrors {
  const errors: FieldErrors = {}
  const name = form.name.trim()
  if (name === '') errors.name = 'Give the connection a name.'
  else if (name.length > 100) errors.name = 'At most 100 characters.'
  else if (others.includes(name)) errors.name = 'Another connection has this name.'

  if (form.place === 'server') {
    apply(serverChecks, form, errors)
    const jump = form.jumps.find((it) => it.trim() !== '' && !isJump(it.trim()))
    if (jump !== undefined) errors.jumps = `“${jump}” is not of the form user@host:port; user and port may be left out.`
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
  dbHost: 'Name the host of the database.',
  uploads: 'Name the folder with Readur’s uploads.',
  container: 'Name the container that Readur runs in.',
  endpoint: 'Name the address of the storage service.',
  region: 'Name the region of the bucket.',
  account: 'Name the account.',
  bucket: 'Name the bucket.',
  accessKey: 'Enter the access key.',
}

/** What a test and a plan cannot do without and is not there yet; the form was `saved` before. */
export function missingIn(form: ConnectionForm, saved: ConnectionForm = form): FieldErrors {
  const errors: FieldErrors = {}
  if (form.place === 'server' && form.sshHost.trim() === '') errors.sshHost = 'Name the server.'
  if (form.envFile !== null) return errors
  for (const field of asked(form)) {
    const words = form[field].trim() === '' ? needed[field] : undefined
    if (words !== undefined) errors[field] = words
  }
  if (formerPlace('POSTGRES_PASSWORD', form, saved) !== null) {
    errors.POSTGRES_PASSWORD = 'Enter the password for the new address.'
  }
  const key = form.secrets.S3_SECRET_ACCESS_KEY
  const isKept = key.state === 'kept' && formerPlace('S3_SECRET_ACCESS_KEY', form, saved) === null
  const hasKey = isKept || key.state === 'found' || (key.state === 'typed' && key.value !== '')
  if (!hasKey) errors.S3_SECRET_ACCESS_KEY = 'Enter the secret key.'
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
