import { resolve } from 'node:path'
import type { ProfileDraft, ProfileSummary, ProfileSecret, ServerSettings } from '../../shared/profile.ts'
import { secretPlace, type SecretGoal } from '../../shared/secretPlace.ts'
import { errorData } from '../engine/errors.ts'
import { openFileText, othersCanRead } from '../engine/privacy.ts'
import { folderOf, holdsSecret, readEnvFile } from './envFile.ts'
import { plainSettings } from './ownSettings.ts'
import type { Profile } from './profile.ts'
import { absolutePaths } from './relativePaths.ts'
import { readSettings, type SiteSettings, type Variables } from './settings.ts'

/** Gives a secret of the profile for the place that it would go to; null where there is none for that place. */
export type SecretOf = (name: ProfileSecret, place: string) => string | null

export const noSecrets: SecretOf = () => null

/** The settings behind a profile, with their secrets. Throws SETTING_*. */
export async function settingsOf(profile: Profile, secretOf: SecretOf): Promise<SiteSettings> {
  const own = await variablesOf(profile)
  const goal = goalIn(profile.server, own)
  const names = ['POSTGRES_PASSWORD', 'S3_SECRET_ACCESS_KEY', 'READUR_TOKEN'] as const
  const known = names.flatMap((name) => {
    const value = own[name] ?? secretOf(name, secretPlace(name, goal))
    return value === null ? [] : [[name, value] as const]
  })
  // The folder that this program was started in is nobody's: what a connection says itself begins nowhere.
  const folder = profile.envFile === null ? null : folderOf(profile.envFile)
  const all = absolutePaths({ ...own, ...Object.fromEntries(known) }, folder, profile.server !== null)
  const settings = {
    ...readSettings(all, { server: profile.server, folder }),
    settingsFile: profile.envFile === null ? undefined : resolve(profile.envFile),
    secretFiles: secretFilesOf(profile.envFile, own, profile.server),
  }
  return profile.server === null ? settings : { ...settings, login: loginOf(secretOf, goal) }
}

/** The files with passwords and keys that were named. */
export const secretFilesOf = (
  envFile: string | null,
  variables: Variables,
  server: ProfileDraft['server'],
): string[] => [
  ...(envFile !== null && holdsSecret(variables) ? [resolve(envFile)] : []),
  ...(server?.keyFiles ?? []).filter((file) => !file.startsWith('~')),
]

/** What is kept for logging in on the server. */
export function loginOf(secretOf: SecretOf, goal: SecretGoal): NonNullable<SiteSettings['login']> {
  const [password, passphrase] = (['SSH_PASSWORD', 'SSH_PASSPHRASE'] as const).map((name) =>
    secretOf(name, secretPlace(name, goal)),
  )
  return { ...(typeof password === 'string' && { password }), ...(typeof passphrase === 'string' && { passphrase }) }
}

/** What says where the secrets of a profile go. Throws SETTING_INVALID where its file cannot be read. */
export const goalOf = async (profile: Pick<ProfileDraft, 'server' | 'envFile' | 'variables'>): Promise<SecretGoal> =>
  goalIn(profile.server, await variablesOf(profile))

const goalIn = (server: ProfileDraft['server'], variables: Variables): SecretGoal => ({
  server,
  variables: plainSettings(variables),
})

const variablesOf = ({ envFile, variables }: Pick<ProfileDraft, 'envFile' | 'variables'>): Promise<Variables> =>
  envFile === null ? Promise.resolve(variables) : readEnvFile(envFile)

/** What the window may know of a profile. One whose settings cannot be read is shown with what is known and the reason. */
export async function summaryOf(
  profile: Profile,
  secretOf: SecretOf,
  isLost: (name: ProfileSecret) => boolean = () => false,
): Promise<ProfileSummary> {
  const { id, name, envFile, variables } = profile
  const server = profile.server && serverText(profile.server)
  const about = { id, name, server, source: envFile ?? 'this profile', warning: await warningOf(profile) }
  try {
    const { database, uploads, s3 } = await settingsOf(profile, secretOf)
    const endpoint = s3.endpoint ?? null
    return {
      ...about,
      database: database.label,
      uploads: placeOf(uploads),
      bucket: s3.bucket,
      endpoint,
      problem: null,
    }
  } catch (error) {
    const { code, message } = errorData(error)
    const missing = envFile === null && code !== 'SECRET_ELSEWHERE' ? stillNeeded(profile, secretOf, isLost) : []
    return {
      ...about,
      database: databaseOf(variables),
      uploads: variables.READUR_UPLOADS_DIR ?? '',
      bucket: variables.S3_BUCKET_NAME ?? '',
      endpoint: variables.S3_ENDPOINT_URL ?? null,
      problem: missing.length > 0 ? `Still needed: ${missing.join(', ')}.` : message,
    }
  }
}

/** The database as far as its settings say which: without a secret they say no less. Empty where they name none. */
function databaseOf({ POSTGRES_HOST, POSTGRES_PORT, POSTGRES_DB }: Variables): string {
  const host = POSTGRES_HOST?.trim() ?? ''
  if (host === '') return ''
  return `${host.includes(':') ? `[${host}]` : host}:${POSTGRES_PORT ?? '5432'}/${POSTGRES_DB ?? 'readur'}`
}

/** What is wrong with the file of a profile although it can be used. */
async function warningOf({ envFile }: Profile): Promise<string | null> {
  if (envFile === null || !(await othersCanRead(envFile))) return null
  return holdsSecret(await readEnvFile(envFile).catch(() => ({}))) ? openFileText(envFile) : null
}

const placeOf = ({ container, root }: SiteSettings['uploads']): string =>
  container === null ? root : `${container}:${root}`

/** What a profile with settings of its own lacks, in words. */
function stillNeeded(profile: Profile, secretOf: SecretOf, isLost: (name: ProfileSecret) => boolean): string[] {
  const { variables } = profile
  const isEmpty = (value: string | null | undefined): boolean => (value ?? '').trim() === ''
  const all: [words: string, value: string | null | undefined][] = [
    ['the address of the database', variables.POSTGRES_HOST],
    // Some databases want none.
    ['the password of the database', isLost('POSTGRES_PASSWORD') ? null : 'not asked for'],
    ['the bucket', variables.S3_BUCKET_NAME],
    ['the access key of the bucket', variables.S3_ACCESS_KEY_ID],
    ['the secret key of the bucket', secretOf('S3_SECRET_ACCESS_KEY', secretPlace('S3_SECRET_ACCESS_KEY', profile))],
  ]
  return all.filter(([, value]) => isEmpty(value)).map(([words]) => words)
}

/** As one would type it after `ssh`. */
export function serverText({ host, port, user }: Pick<ServerSettings, 'host' | 'port' | 'user'>): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${user === null ? '' : `${user}@`}${name}${port === null ? '' : `:${port}`}`
}

/** Reads `[user@]host[:port]`, IPv6 in brackets; null when it is nothing of the kind. */
export function parseServer(text: string): Pick<ServerSettings, 'host' | 'port' | 'user'> | null {
  const parts = /^(?:([^\s@]+)@)?(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s@:[\]-][^\s@:[\]]*))(?::(\d{1,5}))?$/.exec(text.trim())
  const host = parts?.[2] ?? parts?.[3]
  if (host === undefined) return null
  const port = parts?.[4] === undefined ? null : Number(parts[4])
  return port !== null && (port < 1 || port > 65_535) ? null : { host, port, user: parts?.[1] ?? null }
}
