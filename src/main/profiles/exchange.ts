import { z } from 'zod'
import { profileVariables, type ProfileDraft } from '../../shared/profile.ts'
import { MigrateError } from '../engine/errors.ts'
import { nameSchema, serverSchema, valueSchema } from './profile.ts'

/** Profiles as they go from one computer to another: never with a secret, and never with a path of an env file. */
const format = 'readur-migrate profiles'
const version = 1

export const mostProfiles = 200
/** Characters; each profile takes some hundred. */
const largestExchange = 1024 ** 2

/** What may be run and how little suffices is agreed to on this computer alone. */
const exchangedServer = serverSchema.omit({ proxyCommand: true, allowsSshRsa: true })

const exchangeSchema = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  profiles: z
    .array(
      z.strictObject({
        name: nameSchema,
        server: exchangedServer.nullable(),
        variables: z.partialRecord(z.enum(profileVariables), valueSchema),
      }),
    )
    .max(mostProfiles),
})

/** What one profile is made of in such a file. */
export type ExchangedProfile = Omit<ProfileDraft, 'envFile'>

export const exchangeText = (profiles: readonly ExchangedProfile[]): string =>
  `${JSON.stringify({ format, version, profiles: profiles.map(withoutAgreement) }, null, 2)}\n`

const withoutAgreement = ({ server, ...profile }: ExchangedProfile): ExchangedProfile => ({
  ...profile,
  server: server && exchangedServer.parse(server),
})

/** Reads such a file, which may be anybody's. Throws SETTING_INVALID, without any of its contents. */
export function parseExchange(text: string): ExchangedProfile[] {
  if (text.length > largestExchange) throw refused('it is too large')
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw refused('it is not JSON')
  }
  const head = z.object({ format: z.literal(format) }).safeParse(content)
  if (!head.success) throw refused('it does not hold connections of this program')
  const parsed = exchangeSchema.safeParse(content)
  if (parsed.success) return parsed.data.profiles
  const [issue] = parsed.error.issues
  throw refused(`something is wrong at ${issue?.path.map(String).join('.') ?? 'its beginning'}`)
}

const refused = (why: string): MigrateError =>
  new MigrateError('SETTING_INVALID', { message: `The file was not taken: ${why}.` })
