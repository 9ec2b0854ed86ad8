import { createHash } from 'node:crypto'
import { z } from 'zod'
import { wrongInParameters } from '../../shared/postgresAddress.ts'
import { profileVariables } from '../../shared/profile.ts'

/** No control characters: names and values get into messages, files and command lines. */
const line = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^\P{Cc}*$/u)

const idSchema = z.string().regex(/^[a-z0-9-]{1,64}$/)
export const nameSchema = line(100).min(1)
export const valueSchema = line(4_096)

export const serverSchema = z.object({
  // Never an option in the eyes of ssh.
  host: line(255)
    .min(1)
    .regex(/^[^\s@-][^\s@]*$/),
  port: z.int().min(1).max(65_535).nullable(),
  user: line(64).min(1).nullable(),
  keyFiles: z.array(line(4_096).min(1)).max(20),
  jumps: z.array(line(400).min(1)).max(8),
  proxyCommand: line(4_096).min(1).optional(),
  allowsSshRsa: z.boolean().optional(),
})

/** Where a profile's settings come from: a file with Readur's variables, which may hold secrets, or itself, which may not. */
export const profileSchema = z
  .object({
    id: idSchema,
    name: nameSchema,
    server: serverSchema.nullable(),
    envFile: line(4_096).min(1).nullable(),
    variables: z.partialRecord(z.enum(profileVariables), valueSchema),
  })
  .superRefine(({ variables: { POSTGRES_PARAMETERS: parameters = '' } }, context) => {
    const message = wrongInParameters(parameters)
    if (message !== null) context.addIssue({ code: 'custom', path: ['POSTGRES_PARAMETERS'], message })
  })
  .refine(({ envFile, variables }) => envFile === null || Object.keys(variables).length === 0, {
    message: 'A profile has its settings in a file or in itself, not in both.',
  })
export type Profile = z.infer<typeof profileSchema>

/** Version of the file's layout; raise it with a migration and a fixture. */
export const profilesVersion = 2

const versionOne = z.object({
  version: z.literal(1),
  profiles: z.array(z.object({ id: idSchema, name: nameSchema, envFile: z.string().min(1) })),
})
const versionTwo = z.object({ version: z.literal(profilesVersion), profiles: z.array(profileSchema) })

/** The profiles of a file of any version that we have ever written. Throws ZodError. */
export function parseProfiles(stored: unknown): Profile[] {
  const parsed = z.discriminatedUnion('version', [versionOne, versionTwo]).parse(stored)
  if (parsed.version === profilesVersion) return parsed.profiles
  return parsed.profiles.map((profile) => ({ ...profile, server: null, variables: {} }))
}

/** An id for any name, in whatever script. */
export const idOf = (name: string): string =>
  createHash('sha256').update(name.trim().toLowerCase()).digest('hex').slice(0, 16)
