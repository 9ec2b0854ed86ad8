import { profileVariables, type ProfileDraft, type ProfileVariable } from '../../shared/profile.ts'
import { MigrateError } from '../engine/errors.ts'
import type { Variables } from './settings.ts'

/** Readur's variables as a profile can hold them itself. */
export interface OwnSettings {
  variables: ProfileDraft['variables']
  secrets: Partial<Record<'POSTGRES_PASSWORD' | 'S3_SECRET_ACCESS_KEY', string>>
}

/** Names that Readur knows for the same thing; the first that is set counts. */
const spellings: Partial<Record<ProfileVariable, readonly string[]>> = {
  S3_ENDPOINT_URL: ['S3_ENDPOINT_URL', 'S3_ENDPOINT'],
  S3_FORCE_PATH_STYLE: ['S3_FORCE_PATH_STYLE', 'S3_PATH_STYLE'],
}

/** Takes variables apart into those that are no secret, and the secrets. Throws SETTING_INVALID. */
export function ownSettings(given: Variables): OwnSettings {
  const get = (name: string): string | undefined => (given[name]?.trim() === '' ? undefined : given[name])
  const url = get('DATABASE_URL')
  const database = url === undefined ? {} : databaseParts(url.trim())
  const plain = profileVariables.flatMap((name) => {
    // As Readur reads them: DATABASE_URL goes before all of POSTGRES_*.
    const isOfUrl = url !== undefined && name.startsWith('POSTGRES_')
    const names = spellings[name] ?? [name]
    const value = isOfUrl ? database[name] : names.map(get).find((it) => it !== undefined)
    return value === undefined ? [] : [[name, value.trim()] as const]
  })
  const password = url === undefined ? get('POSTGRES_PASSWORD') : database.POSTGRES_PASSWORD
  const key = get('S3_SECRET_ACCESS_KEY')
  return {
    variables: Object.fromEntries(plain),
    secrets: {
      ...(password !== undefined && { POSTGRES_PASSWORD: password }),
      ...(key !== undefined && { S3_SECRET_ACCESS_KEY: key.trim() }),
    },
  }
}

type DatabaseVariable = Extract<ProfileVariable, `POSTGRES_${string}`> | 'POSTGRES_PASSWORD'

function databaseParts(text: string): Partial<Record<ProfileVariable | DatabaseVariable, string>> {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol) || url.hash !== '') {
    throw new MigrateError('SETTING_INVALID', {
      message: 'DATABASE_URL: is not an address that begins with postgres://.',
      subject: 'DATABASE_URL',
      scope: 'run',
    })
  }
  const query = (name: string): string => url.searchParams.get(name) ?? ''
  const parts = {
    POSTGRES_HOST: query('host') || decode(url.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost',
    POSTGRES_PORT: url.port,
    POSTGRES_DB: decode(url.pathname.slice(1)),
    POSTGRES_USER: decode(url.username),
    POSTGRES_PASSWORD: decode(url.password),
    POSTGRES_SSLMODE: query('sslmode'),
    POSTGRES_SSLROOTCERT: query('sslrootcert'),
  }
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''))
}

/** A `%` that stands for itself is left as it is. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
