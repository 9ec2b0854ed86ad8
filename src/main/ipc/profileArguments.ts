import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { profileSecrets, profileVariables, type ProfileDraft, type SecretChanges } from '../../shared/profile.ts'

const id = z.string().min(1).max(100)
const text = (most: number) => z.string().max(most)
const megabyte = 1024 ** 2

/** The store checks what the values hold, and says in words what is wrong with them. */
const draft: z.ZodType<ProfileDraft> = z.strictObject({
  name: text(1_000),
  server: z
    .strictObject({
      host: text(1_000),
      port: z.number().nullable(),
      user: text(1_000).nullable(),
      keyFiles: z.array(text(10_000)).max(50),
      jumps: z.array(text(1_000)).max(50),
      proxyCommand: text(10_000).optional(),
    })
    .nullable(),
  envFile: text(10_000).nullable(),
  variables: z.partialRecord(z.enum(profileVariables), text(10_000)),
})

const secrets: z.ZodType<SecretChanges> = z.partialRecord(
  z.enum(profileSecrets),
  z.union([
    z.strictObject({ set: text(10_000) }),
    z.strictObject({ take: z.guid() }),
    z.strictObject({ forget: z.literal(true) }),
  ]),
)

type Topic = 'profiles' | 'discovery' | 'ssh' | 'files' | 'connection' | 'questions'
export type ProfileChannel = Extract<IpcChannel, `${Topic}.${string}`>

/** How the arguments of the calls about profiles, and about reaching what they name, must look. */
export const profileArguments: { [C in ProfileChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'profiles.list': z.tuple([]),
  'profiles.get': z.tuple([id]),
  'profiles.create': z.tuple([draft, secrets]),
  'profiles.update': z.tuple([id, draft, secrets]),
  'profiles.duplicate': z.tuple([id]),
  'profiles.rename': z.tuple([id, text(1_000)]),
  'profiles.remove': z.tuple([id]),
  'profiles.restore': z.tuple([id]),
  'profiles.export': z.tuple([z.array(id).min(1).max(1_000)]),
  // One more than is taken: the store says in words that it is too large.
  'profiles.import': z.tuple([text(megabyte + 1)]),
  'profiles.takeOver': z.tuple([id]),
  'profiles.keepsSecrets': z.tuple([]),
  'discovery.read': z.tuple([
    z
      .array(z.strictObject({ name: text(1_000).nullable(), text: text(megabyte + 1) }))
      .min(1)
      .max(20),
  ]),
  'discovery.readFiles': z.tuple([z.array(text(10_000).min(1)).min(1).max(20)]),
  'discovery.choose': z.tuple([]),
  'discovery.search': z.tuple([id.nullable(), draft, secrets]),
  'ssh.hosts': z.tuple([]),
  'ssh.resolve': z.tuple([
    text(1_000).min(1),
    z.strictObject({ user: text(1_000).nullable(), port: z.int().min(1).max(65_535).nullable() }),
  ]),
  'files.choose': z.tuple([z.enum(['uploads folder', 'key file', 'certificate'])]),
  'connection.test': z.tuple([id, id.nullable(), draft, secrets]),
  'connection.cancel': z.tuple([id]),
  'questions.current': z.tuple([]),
  'questions.answer': z.tuple([id, z.array(text(10_000)).max(50).nullable()]),
}
