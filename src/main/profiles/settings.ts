import { existsSync } from 'node:fs'
import { isAbsolute, posix, relative, resolve, sep } from 'node:path'
import { encryptions, type ServerSettings, type StoredAs } from '../../shared/profile.ts'
import { readurStorage } from '../../shared/readurStorage.ts'
import type { S3Settings } from '../adapters/s3/client.ts'
import type { PostgresSettings } from '../adapters/postgres/connection.ts'
import { MigrateError } from '../engine/errors.ts'
import type { PathPrefix } from '../engine/plan/paths.ts'
import { ownAuthorities, type Authorities } from './authorities.ts'
import { readurSettings, type ReadurSettings } from './readurSettings.ts'
import {
  databaseAddress,
  databaseParameters,
  invalid,
  parseUrl,
  required,
  valueOf,
  type Variables,
} from './variables.ts'

export type { Variables } from './variables.ts'

/** Everything that is needed to reach one Readur. Holds secrets: never logged, never sent to the window. */
export interface SiteSettings {
  /** Where database and uploads lie; null: where this computer sees them. S3 is always reached from here. */
  server: ServerSettings | null
  /** What is kept for logging in there; what is not is asked for. */
  login?: ServerLogin
  database: PostgresSettings
  uploads: UploadsSettings
  s3: S3Settings
  readur: ReadurSettings & Pick<S3Settings, 'ca'>
  /** The file of this computer that the variables come from, where they come from one. */
  settingsFile?: string | undefined
  /** Files of this computer with passwords or keys that were named: who else reads them is looked at. */
  secretFiles?: readonly string[]
}

interface ServerLogin {
  /** Of the server itself, and of none on the way to it. */
  password?: string
  /** Of the private keys. */
  passphrase?: string
}

interface UploadsSettings {
  /** The container that sees the folder, where nothing outside of it does: see shared/container.ts. */
  container: string | null
  /** Folder that holds `documents/`: in that container, else on the server or on this computer. */
  root: string
  /** What rows call that folder, one below it, or one of `mounts`. */
  prefixes: PathPrefix[]
  /** Maps that were given, as they were given. */
  maps: string[]
  /** Folders outside of it that a map names, by the paths below it under which they are seen. */
  mounts: UploadsMount[]
}

/** Another folder that stands for a path below the uploads folder, as a mount or a link does for Readur. */
interface UploadsMount {
  path: string
  root: string
}

export interface SettingsOverrides {
  /** The server that database and uploads lie on. */
  server?: ServerSettings | null | undefined
  /** Folder there, instead of READUR_UPLOADS_DIR. */
  uploads?: string | undefined
  /** Container that holds it, instead of READUR_UPLOADS_CONTAINER. */
  uploadsContainer?: string | undefined
  /** `CONTAINER=HOST` pairs. */
  map?: readonly string[] | undefined
  /** Where a relative UPLOAD_PATH begins: in the working directory, unless said. Null: nowhere. */
  folder?: string | null | undefined
}

/** Readur's own defaults. */
const defaultUploadPath = '/app/uploads'
const defaultRegion = 'us-east-1'
const defaultTimeoutSeconds = 60

/** Variables that say together where something is. One of them alone, from elsewhere, would lead to another place. */
const places = [
  [
    'DATABASE_URL',
    'POSTGRES_HOST',
    'POSTGRES_PORT',
    'POSTGRES_DB',
    'POSTGRES_USER',
    'POSTGRES_SSLMODE',
    'POSTGRES_SSLROOTCERT',
    'POSTGRES_PARAMETERS',
  ],
  [
    'S3_BUCKET_NAME',
    'S3_REGION',
    'S3_ENDPOINT_URL',
    'S3_ENDPOINT',
    'S3_FORCE_PATH_STYLE',
    'S3_PATH_STYLE',
    'S3_STORAGE_CLASS',
    'S3_SSE',
    'S3_SSE_KMS_KEY_ID',
  ],
  ['UPLOAD_PATH', 'READUR_UPLOADS_DIR', 'READUR_UPLOADS_CONTAINER', 'READUR_UPLOADS_MAP'],
]

/**
 * Variables of a file that was named, over those of the environment. Where the file says anything about a place, the
 * environment says nothing about it: what is left over in a shell must not lead to another database or bucket.
 */
export function overlay(environment: Variables, file: Variables): Variables {
  const hidden = places.filter((names) => names.some((name) => valueOf(file, name) !== undefined)).flat()
  const kept = Object.entries(environment).filter(([name]) => !hidden.includes(name))
  return { ...Object.fromEntries(kept), ...file }
}

/** Settings of the bucket alone, in the same way. */
export const readStorageSettings = (variables: Variables): S3Settings =>
  s3Settings(variables, ownAuthorities(variables))

/**
 * Settings from Readur's own variables, the way Readur reads them: DATABASE_URL before POSTGRES_*, S3_ENDPOINT_URL
 * before S3_ENDPOINT, S3_FORCE_PATH_STYLE or S3_PATH_STYLE. Throws SETTING_MISSING and SETTING_INVALID.
 */
export function readSettings(variables: Variables, overrides: SettingsOverrides = {}): SiteSettings {
  const authorities = ownAuthorities(variables)
  return {
    server: overrides.server ?? null,
    database: databaseSettings(variables, authorities),
    uploads: uploadsSettings(variables, overrides),
    s3: s3Settings(variables, authorities),
    readur: { ...readurSettings(variables), ca: authorities?.certificates },
  }
}

function databaseSettings(variables: Variables, authorities: Authorities | undefined): PostgresSettings {
  const given = valueOf(variables, 'DATABASE_URL')
  const url = given ?? postgresUrl(variables)
  const timeout = Number(valueOf(variables, 'DATABASE_TIMEOUT') ?? defaultTimeoutSeconds)
  if (!(timeout >= 1 && timeout <= 86_400)) throw invalid('DATABASE_TIMEOUT', 'must be between 1 and 86400 seconds.')
  const address = databaseAddress({ DATABASE_URL: url })
  if (address === null) throw invalid('DATABASE_URL', 'is empty.')
  const { host, port, name } = address
  return {
    url,
    label: `${host.includes(':') ? `[${host}]` : host}:${port}/${name}`,
    timeoutMs: timeout * 1000,
    authorities,
  }
}

function postgresUrl(variables: Variables): string {
  const host = valueOf(variables, 'POSTGRES_HOST') ?? required(variables, 'DATABASE_URL')
  const isSocket = host.startsWith('/')
  const name = isSocket ? 'localhost' : /^[^[].*:/.test(host) ? `[${host}]` : host
  const address = `postgres://${name}:${valueOf(variables, 'POSTGRES_PORT') ?? '5432'}`
  if (!URL.canParse(address)) throw invalid('POSTGRES_HOST', 'isn’t a host name, or POSTGRES_PORT isn’t a port.')
  const url = new URL(address)
  // The folder of a Unix socket, the way libpq writes it.
  if (isSocket) url.searchParams.set('host', host)
  url.pathname = `/${encodeURIComponent(valueOf(variables, 'POSTGRES_DB') ?? 'readur')}`
  url.username = encodeURIComponent(valueOf(variables, 'POSTGRES_USER') ?? 'readur')
  url.password = encodeURIComponent(variables.POSTGRES_PASSWORD ?? '')
  for (const [key, value] of databaseParameters(variables)) url.searchParams.set(key, value)
  for (const [key, variable] of [
    ['sslmode', 'POSTGRES_SSLMODE'],
    ['sslrootcert', 'POSTGRES_SSLROOTCERT'],
  ] as const) {
    const value = valueOf(variables, variable)
    if (value === undefined) continue
    if (url.searchParams.has(key)) throw invalid('POSTGRES_PARAMETERS', `names ${key}, and so does ${variable}.`)
    url.searchParams.set(key, value)
  }
  return url.href
}

function uploadsSettings(variables: Variables, overrides: SettingsOverrides): UploadsSettings {
  const stored = valueOf(variables, 'UPLOAD_PATH') ?? defaultUploadPath
  const container = overrides.uploadsContainer ?? valueOf(variables, 'READUR_UPLOADS_CONTAINER') ?? null
  // A path of a server or container is none of this computer's: it has slashes, and nothing here is looked up.
  const elsewhere = (overrides.server ?? null) !== null || container !== null
  const given = [
    ...(overrides.map ?? []).map((text) => ({ text, by: '--map' })),
    ...mapTexts(variables).map((text) => ({ text, by: 'READUR_UPLOADS_MAP' })),
  ]
  const maps = given.map((it) => parseMap(it, elsewhere))
  const explicit = overrides.uploads ?? valueOf(variables, 'READUR_UPLOADS_DIR')
  // A map of the folder itself names it; one of another folder only where there is nothing else.
  const own = maps.find(({ container }) => posix.normalize(container) === posix.normalize(stored))
  const place = explicit ?? own?.host ?? maps[0]?.host
  const root = elsewhere ? posix.normalize(place ?? stored) : resolve(place ?? storedHere(stored, overrides.folder))
  const prefixes: PathPrefix[] = [
    { stored, folder: '' },
    { stored: root, folder: '' },
  ]
  const mounts: UploadsMount[] = []
  for (const { container, host, by } of maps) {
    const folder = elsewhere ? posix.relative(root, host) : relative(root, host).split(sep).join('/')
    const isOutside = folder === '..' || folder.startsWith('../') || isAbsolute(folder)
    const path = isOutside ? mountPath(container, [stored, root], by) : folder
    if (isOutside) mounts.push({ path, root: host })
    prefixes.unshift({ stored: container, folder: path })
  }
  if (!elsewhere && explicit === undefined && maps.length === 0 && !existsSync(root)) {
    throw new MigrateError('UPLOADS_MISSING', {
      message: `UPLOAD_PATH is “${stored}”, and there is no such folder on this computer.`,
      subject: stored,
    })
  }
  return { container, root, prefixes, maps: given.map(({ text }) => text), mounts }
}

/** The folder that Readur stores in, where this computer is Readur's own. */
function storedHere(stored: string, folder: string | null = process.cwd()): string {
  if (folder !== null) return resolve(folder, stored)
  if (isAbsolute(stored)) return stored
  throw new MigrateError('UPLOADS_MISSING', {
    message: `UPLOAD_PATH is “${stored}”, which does not say where on this computer that is.`,
    subject: stored,
  })
}

/** Several maps in one variable have semicolons between them. */
const mapTexts = (variables: Variables): string[] =>
  (valueOf(variables, 'READUR_UPLOADS_MAP') ?? '')
    .split(';')
    .map((it) => it.trim())
    .filter((it) => it !== '')

/**
 * Where below the uploads folder a folder outside of it is seen: where Readur sees it, or, for a path that has nothing to
 * do with the uploads folder, in a place of our own that nothing else can have. A run keeps it, so it never changes.
 * `by`: the setting that names it.
 */
function mountPath(stored: string, roots: readonly string[], by: string): string {
  const path = posix.normalize(stored).replace(/\/$/, '')
  for (const root of roots) {
    const rest = posix.relative(root, path)
    if (posix.isAbsolute(path) !== posix.isAbsolute(root) || /^\.\.(\/|$)/.test(rest)) continue
    if (rest !== '') return rest
    throw invalid(by, `“${stored}” is the uploads folder itself. Set its location as the uploads folder instead.`)
  }
  if (!posix.isAbsolute(path)) throw invalid(by, `“${stored}” is not a path in Readur that begins with a slash.`)
  return `${elsewhereFolder}${path}`
}

/** No file of Readur’s has such a name. */
const elsewhereFolder = '@map'

interface GivenMap {
  text: string
  /** The option or the variable that gives it. */
  by: string
}

function parseMap({ text, by }: GivenMap, elsewhere: boolean): { container: string; host: string; by: string } {
  const [container, host, ...more] = text.split('=')
  if (!container || !host || more.length > 0)
    throw invalid(by, `“${text}” is not of the form /container/path=/host/path.`)
  return { container, host: elsewhere ? posix.normalize(host) : resolve(host), by }
}

/** From these, an object has to be fetched for hours before it can be read. */
const archives = ['GLACIER', 'DEEP_ARCHIVE']

function storageOptions(variables: Variables): StoredAs {
  const storageClass = valueOf(variables, 'S3_STORAGE_CLASS')?.toUpperCase()
  const named = valueOf(variables, 'S3_SSE')
  const encryption = encryptions.find((it) => it.toLowerCase() === named?.toLowerCase())
  const kmsKeyId = valueOf(variables, 'S3_SSE_KMS_KEY_ID')
  if (storageClass !== undefined && !/^[A-Z0-9_-]{1,64}$/.test(storageClass)) {
    throw invalid('S3_STORAGE_CLASS', 'isn’t a storage class, such as STANDARD_IA.')
  }
  if (storageClass !== undefined && archives.includes(storageClass)) {
    throw invalid('S3_STORAGE_CLASS', `${storageClass} is an archive. Readur can’t open documents there.`)
  }
  if (named !== undefined && encryption === undefined) throw invalid('S3_SSE', `must be ${encryptions.join(' or ')}.`)
  if (kmsKeyId !== undefined && encryption !== 'aws:kms') {
    throw invalid('S3_SSE_KMS_KEY_ID', 'names a key, so S3_SSE must be aws:kms.')
  }
  return { storageClass, encryption, kmsKeyId }
}

function s3Settings(variables: Variables, authorities: Authorities | undefined): S3Settings {
  const protocols = ['http:', 'https:']
  const { endpoint: address, pathStyle } = readurStorage((name) => variables[name])
  const endpoint = address && parseUrl(variables, address.variable, protocols)
  if (endpoint && (endpoint.username !== '' || endpoint.password !== '' || endpoint.search !== '')) {
    throw invalid(address.variable, 'must be an address alone. Key and secret have variables of their own.')
  }
  return {
    bucket: required(variables, 'S3_BUCKET_NAME'),
    region: valueOf(variables, 'S3_REGION') ?? defaultRegion,
    endpoint: endpoint?.href.replace(/\/$/, ''),
    // Readur tries the path first, where there is an address and nobody has said.
    forcePathStyle: pathStyle?.value ?? endpoint !== null,
    accessKeyId: required(variables, 'S3_ACCESS_KEY_ID'),
    secretAccessKey: required(variables, 'S3_SECRET_ACCESS_KEY'),
    ...storageOptions(variables),
    ca: authorities?.certificates,
  }
}
