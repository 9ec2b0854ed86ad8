import { ownVariables } from '../../shared/discovery.ts'
import { databaseUrl } from './databaseUrl.ts'
import type { Discovered, SettingName } from './discovered.ts'
import { Secret } from './secret.ts'

/** What a person answered, instead of what was found. */
type Answers = Readonly<Partial<Record<SettingName, string | Secret>>>

/**
 * The variables that `readSettings` takes, with the addresses at which things can be reached rather than those inside
 * of a container. What is missing stays missing, so that it is asked for. Holds secrets.
 */
export function toVariables(
  discovered: Discovered,
  answers: Answers = {},
): Readonly<Record<string, string | undefined>> {
  const { settings, secrets } = discovered
  const all: Partial<Record<SettingName, { value: string | Secret }>> = { ...settings, ...secrets }
  const get = (name: SettingName): string | undefined => {
    const value = answers[name] ?? all[name]?.value
    const text = value instanceof Secret ? value.reveal() : value
    return text === '' ? undefined : text
  }

  const [address, name, user] = [get('databaseAddress'), get('databaseName'), get('databaseUser')]
  const [password, tls, certificate] = [get('databasePassword'), get('databaseTls'), get('databaseCertificate')]
  const parameters = withCertificate(get('databaseParameters'), certificate)
  // A path in a container is what Readur calls it.
  const isInside = get('dockerContainer') !== undefined
  const target =
    address !== undefined && name !== undefined && user !== undefined
      ? { address, name, user, password, tls, parameters }
      : null
  const own = Object.fromEntries(
    (Object.keys(ownVariables) as (keyof typeof ownVariables)[])
      .filter((setting) => !ownVariables[setting].startsWith('POSTGRES_'))
      .map((setting) => [ownVariables[setting], get(setting)]),
  )
  const variables = {
    ...own,
    // What is known of a database without an address is kept for the day on which that is named.
    ...(target
      ? { DATABASE_URL: databaseUrl(target) }
      : {
          POSTGRES_DB: name,
          POSTGRES_USER: user,
          POSTGRES_PASSWORD: password,
          POSTGRES_SSLMODE: tls,
          POSTGRES_SSLROOTCERT: certificate,
          POSTGRES_PARAMETERS: get('databaseParameters'),
        }),
    UPLOAD_PATH: get('uploadsContainer'),
    ...(isInside && { READUR_UPLOADS_DIR: undefined, READUR_UPLOADS_MAP: undefined }),
    S3_BUCKET_NAME: get('s3Bucket'),
    S3_ENDPOINT_URL: get('s3Endpoint'),
    S3_REGION: get('s3Region'),
    S3_FORCE_PATH_STYLE: get('s3PathStyle'),
    S3_ACCESS_KEY_ID: get('s3AccessKey'),
    S3_SECRET_ACCESS_KEY: get('s3SecretKey'),
  }
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined))
}

/** An address has no other place for it. */
function withCertificate(parameters: string | undefined, certificate: string | undefined): string | undefined {
  if (certificate === undefined) return parameters
  const all = new URLSearchParams(parameters)
  all.set('sslrootcert', certificate)
  return all.toString()
}
