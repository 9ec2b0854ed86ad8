import { existsSync } from 'node:fs'
import { isAbsolute, relative, resolve } from 'node:path'
import type { S3Settings } from '../adapters/s3/client.ts'
import type { PostgresSettings } from '../adapters/postgres/connection.ts'
import { MigrateError } from '../engine/errors.ts'
import type { PathPrefix } from '../engine/plan/paths.ts'

/** Everything that is needed to reach one Readur. Holds secrets: never logged, never sent to the window. */
export interface SiteSettings {
  database: PostgresSettings
  uploads: UploadsSettings
  s3: S3Settings
}

export interface UploadsSettings {
  /** Folder on this computer that holds `documents/`. */
  root: string
  /** What rows call that folder or one below it. */
  prefixes: PathPrefix[]
}

/** Variables as the environment or an env file has them. */
export type Variables = Readonly<Record<string, string | undefined>>

export interface SettingsOverrides {
  /** Folder on this computer, instead of READUR_UPLOADS_DIR. */
  uploads?: string | undefined
  /** `CONTAINER=HOST` pairs. */
  map?: readonly string[] | undefined
}

/** Readur's own defaults. */
const defaultUploadPath = '/app/uploads'
const defaultRegion = 'us-east-1'
const defaultTimeoutSeconds = 60

function invalid(name: string, message: string): MigrateError {
  return new MigrateError('SETTING_INVALID', { message: `${name}: ${message}`, subject: name, scope: 'run' })
}

function required(variables: Variables, name: string): string {
  const value = variables[name]?.trim()
  if (value) return value
  throw new MigrateError('SETTING_MISSING', { message: `${name} is not set.`, subject: name, scope: 'run' })
}

function flag(variables: Variables, ...names: string[]): boolean | undefined {
  const name = names.find((it) => variables[it]?.trim())
  const value = name && variables[name]?.trim().toLowerCase()
  if (!name || !value) return undefined
  if (['true', '1', 'yes', 'on'].includes(value)) return true
  if (['false', '0', 'no', 'off'].includes(value)) return false
  throw invalid(name, `“${value}” is neither true nor false.`)
}

/**
 * Settings from Readur's own variables, the way Readur reads them: DATABASE_URL before POSTGRES_*, S3_ENDPOINT_URL
 * before S3_ENDPOINT, S3_FORCE_PATH_STYLE or S3_PATH_STYLE. Throws SETTING_MISSING and SETTING_INVALID.
 */
export function readSettings(variables: Variables, overrides: SettingsOverrides = {}): SiteSettings {
  return {
    database: databaseSettings(variables),
    uploads: uploadsSettings(variables, overrides),
    s3: s3Settings(variables),
  }
}

function databaseSettings(variables: Variables): PostgresSettings {
  const url =
    parseUrl('DATABASE_URL', variables.DATABASE_URL?.trim() ?? '', ['postgres:', 'postgresql:']) ??
    postgresUrl(variables)
  const timeout = Number(variables.DATABASE_TIMEOUT?.trim() ?? '') || defaultTimeoutSeconds
  if (timeout < 1 || timeout > 86_400) throw invalid('DATABASE_TIMEOUT', 'must be between 1 and 86400 seconds.')
  const name = decodeURIComponent(url.pathname.slice(1))
  return {
    url: url.href,
    label: `${url.hostname || 'localhost'}:${url.port || '5432'}/${name}`,
    timeoutMs: timeout * 1000,
  }
}

function postgresUrl(variables: Variables): URL {
  if (!variables.POSTGRES_HOST?.trim()) required(variables, 'DATABASE_URL')
  const url = new URL(`postgres://${required(variables, 'POSTGRES_HOST')}:${variables.POSTGRES_PORT?.trim() || '5432'}`)
  url.pathname = `/${encodeURIComponent(variables.POSTGRES_DB?.trim() || 'readur')}`
  url.username = encodeURIComponent(variables.POSTGRES_USER?.trim() || 'readur')
  url.password = encodeURIComponent(variables.POSTGRES_PASSWORD ?? '')
  return url
}

/** Null when empty. The text itself is not repeated in the error: it may hold a password. */
function parseUrl(name: string, text: string, protocols: string[]): URL | null {
  if (text === '') return null
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw invalid(name, 'is not an address.')
  }
  if (protocols.includes(url.protocol)) return url
  throw invalid(name, `must begin with ${protocols.map((it) => `${it}//`).join(' or ')}`)
}

function uploadsSettings(variables: Variables, overrides: SettingsOverrides): UploadsSettings {
  const stored = variables.UPLOAD_PATH?.trim() || defaultUploadPath
  const maps = (overrides.map ?? []).map(parseMap)
  const explicit = overrides.uploads ?? variables.READUR_UPLOADS_DIR?.trim()
  const root = resolve(explicit || maps[0]?.host || stored)
  const prefixes: PathPrefix[] = [
    { stored, folder: '' },
    { stored: root, folder: '' },
  ]
  for (const { container, host } of maps) {
    const folder = relative(root, host)
    if (folder.startsWith('..') || isAbsolute(folder)) {
      throw invalid('--map', `“${host}” does not lie below the uploads folder “${root}”.`)
    }
    prefixes.unshift({ stored: container, folder })
  }
  if (!explicit && maps.length === 0 && !existsSync(root)) {
    throw new MigrateError('UPLOADS_MISSING', {
      message: `UPLOAD_PATH is “${stored}”, and there is no such folder on this computer.`,
      subject: stored,
      scope: 'run',
    })
  }
  return { root, prefixes }
}

function parseMap(text: string): { container: string; host: string } {
  const [container, host, ...more] = text.split('=')
  if (!container || !host || more.length > 0)
    throw invalid('--map', `“${text}” is not of the form /container/path=/host/path.`)
  return { container, host: resolve(host) }
}

function s3Settings(variables: Variables): S3Settings {
  const name = variables.S3_ENDPOINT_URL?.trim() ? 'S3_ENDPOINT_URL' : 'S3_ENDPOINT'
  const endpoint = parseUrl(name, variables[name]?.trim() ?? '', ['http:', 'https:'])
  return {
    bucket: required(variables, 'S3_BUCKET_NAME'),
    region: variables.S3_REGION?.trim() || defaultRegion,
    endpoint: endpoint?.href.replace(/\/$/, ''),
    forcePathStyle: flag(variables, 'S3_FORCE_PATH_STYLE', 'S3_PATH_STYLE') ?? endpoint !== null,
    accessKeyId: required(variables, 'S3_ACCESS_KEY_ID'),
    secretAccessKey: required(variables, 'S3_SECRET_ACCESS_KEY'),
  }
}
