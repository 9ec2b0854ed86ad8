import type { UploadsLoss } from '../../shared/readurState.ts'
import type { ToldStorage } from '../engine/readurState.ts'
import { printable } from './printable.ts'
import type { Secret } from './secret.ts'

/** What is looked for, secrets apart. `databaseAddress` is `host:port`, `databaseTls` libpq's sslmode. */
export type PlainSetting =
  | 'databaseAddress'
  | 'databaseName'
  | 'databaseUser'
  | 'databaseTls'
  | 'databaseParameters'
  | 'databaseCertificate'
  | 'databaseTimeout'
  | 'uploadsContainer'
  | 'uploadsHost'
  | 'uploadsMap'
  | 'dockerContainer'
  | 's3Bucket'
  | 's3Endpoint'
  | 's3Region'
  | 's3AccessKey'
  | 's3PathStyle'
  | 's3StorageClass'
  | 's3Encryption'
  | 's3KmsKey'
  | 'caFile'
  | 'readurUrl'
  | 'readurVersion'

export const secretSettings = ['databasePassword', 's3SecretKey', 'readurToken'] as const
export type SecretSetting = (typeof secretSettings)[number]
export type SettingName = PlainSetting | SecretSetting

/** Where a value was found. */
export interface Origin {
  file?: string
  line?: number
  service?: string
  container?: string
  /** The variable, or what else says it (`ports`, `volumes`). */
  variable?: string
  /** Readur's own default, written down nowhere. */
  default?: true
  /** Where the variables come from that the value was put together of. */
  via?: readonly Origin[]
}

/**
 * `certain`: written down as it is. `likely`: follows from what is written down. `guess`: only offered, never used
 * without being confirmed.
 */
export type Confidence = 'certain' | 'likely' | 'guess'

export interface Found<T> {
  value: T
  origin: Origin
  confidence: Confidence
  /** The address holds on the server itself, or through SSH; elsewhere it means another computer. */
  onServer?: true
}

export interface Chosen<T> extends Found<T> {
  /** Other values that were found, the likeliest first. */
  alternatives: readonly Found<T>[]
}

/** What has to be asked. */
export interface Missing {
  setting: SettingName
  question: string
  /** Why it was not found, where that is known. */
  reason: string | null
  suggestions: readonly Found<string | Secret>[]
}

export interface Note {
  message: string
  remedy: string | null
}

/** How the uploads can be read. `container`: only from inside, with `docker exec`. */
export interface UploadsPlace {
  kind: 'bind' | 'volume' | 'container'
  /** Docker's name of the volume. */
  volume: string | null
  /** Docker's name of the container that sees them, for `docker exec`; null when it is not known. */
  container: string | null
  /** Absolute, in the container. */
  path: string
  /** What they are deleted with, where nothing holds them that lasts. */
  lostWith: UploadsLoss | null
}

/** A service on the network of Readur's container. */
export interface InnerService {
  /** As Readur's container calls it. */
  name: string
  port: string
  /** `host:port` of that port for everybody else. */
  places: readonly string[]
}

/** How Readur's container reaches others. */
export interface InnerNetwork {
  /** It shares the network of the server: 127.0.0.1 is the server. */
  isServers: boolean
  services: readonly InnerService[]
}

/** How the database is reached; null where it was not found. */
export type DatabaseAccess = 'published port' | 'container address' | 'Docker network only' | 'server' | 'direct'

/** The settings of one Readur. Secrets print masked. */
export interface Discovered {
  /** What was looked at, for people. */
  source: string
  settings: Readonly<Partial<Record<PlainSetting, Chosen<string>>>>
  secrets: Readonly<Partial<Record<SecretSetting, Chosen<Secret>>>>
  missing: readonly Missing[]
  notes: readonly Note[]
  database: DatabaseAccess | null
  uploads: UploadsPlace | null
  /** Where its variables tell it to store; null where that is not known. */
  storing: ToldStorage | null
  /** Null where it is not known to run in a container. */
  network: InnerNetwork | null
  /** What people call its container; null as above. */
  name: string | null
  /** Null where only files are known. */
  isRunning: boolean | null
}

/** For people: `docker-compose.yml, line 12, service readur, DATABASE_URL`. */
export function describeOrigin(origin: Origin): string {
  const { file, line, service, container, variable } = origin
  const parts = [
    file,
    line !== undefined && `line ${line}`,
    service !== undefined && `service ${service}`,
    container !== undefined && `container ${container}`,
    variable,
    origin.default && 'Readur’s default',
  ]
  const own = parts.filter((it) => typeof it === 'string').join(', ')
  const via = (origin.via ?? []).map(describeOrigin)
  return printable(via.length === 0 ? own : `${own} (with ${via.join('; ')})`)
}

/** The same, short: `docker-compose.yml:25`, `container readur`. */
export function shortOrigin({ file, line, container, service, variable, default: isDefault }: Origin): string {
  if (file !== undefined) return printable(line === undefined ? file : `${file}:${line}`)
  if (container !== undefined) return printable(`container ${container}`)
  if (isDefault) return 'Readur’s default'
  return printable(service ?? variable ?? (line === undefined ? 'the text' : `line ${line}`))
}
