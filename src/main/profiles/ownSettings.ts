import { profileVariables, type ProfileDraft, type ProfileVariable } from '../../shared/profile.ts'
import { readurStorage } from '../../shared/readurStorage.ts'
import { secretParameters, type PostgresAddress } from '../../shared/postgresAddress.ts'
import { databaseAddress, invalid, type Variables } from './variables.ts'

/** Readur's variables as a profile can hold them itself. */
interface OwnSettings {
  variables: ProfileDraft['variables']
  secrets: Partial<Record<'POSTGRES_PASSWORD' | 'S3_SECRET_ACCESS_KEY', string>>
}

/** Takes variables apart into those that are no secret, and the secrets. Throws SETTING_INVALID. */
export function ownSettings(given: Variables): OwnSettings {
  const address = databaseAddress(given)
  const secret = secretParameters.find((name) => address?.parameters.has(name))
  if (secret !== undefined) {
    throw invalid(
      'DATABASE_URL',
      `has the parameter ${secret}, which a connection cannot keep. Leave its settings in their file.`,
    )
  }
  const get = (name: string): string | undefined => (given[name]?.trim() === '' ? undefined : given[name])
  const password = address ? address.password : get('POSTGRES_PASSWORD')
  const key = get('S3_SECRET_ACCESS_KEY')
  return {
    variables: plainSettings(given),
    secrets: {
      ...(password && { POSTGRES_PASSWORD: password }),
      ...(key !== undefined && { S3_SECRET_ACCESS_KEY: key.trim() }),
    },
  }
}

/** Of variables, those that are no secret, as a profile has them. Throws SETTING_INVALID. */
export function plainSettings(given: Variables): OwnSettings['variables'] {
  const get = (name: string): string | undefined => (given[name]?.trim() === '' ? undefined : given[name])
  const address = databaseAddress(given)
  const database = address && databaseVariables(address)
  const { endpoint, pathStyle } = readurStorage((name) => given[name])
  // What they come to, for those that Readur knows by several names, or reads otherwise than they seem to say.
  const read: Partial<Record<ProfileVariable, string | undefined>> = {
    S3_ENDPOINT_URL: endpoint?.text,
    S3_FORCE_PATH_STYLE: pathStyle === null ? undefined : String(pathStyle.value),
  }
  const plain = profileVariables.flatMap((name) => {
    // As Readur reads them: DATABASE_URL goes before all of POSTGRES_*.
    const own = name in read ? read[name] : get(name)
    const value = database && name.startsWith('POSTGRES_') ? database[name] : own
    return value === undefined ? [] : [[name, value.trim()] as const]
  })
  return Object.fromEntries(plain)
}

function databaseVariables(address: PostgresAddress): OwnSettings['variables'] {
  const kept = [...address.parameters].filter(([name]) => !secretParameters.some((it) => it === name))
  const { sslmode = '', sslrootcert = '', ...others } = Object.fromEntries(kept)
  const all = {
    POSTGRES_HOST: address.host,
    POSTGRES_PORT: address.port === 5432 ? '' : String(address.port),
    POSTGRES_DB: address.name,
    POSTGRES_USER: address.user,
    POSTGRES_SSLMODE: sslmode,
    POSTGRES_SSLROOTCERT: sslrootcert,
    POSTGRES_PARAMETERS: new URLSearchParams(others).toString(),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}
