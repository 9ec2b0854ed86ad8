import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import { isErrorCode, type ErrorCode } from '../../shared/errors.ts'
import {
  checkLevels,
  defaultMigrateOptions,
  optionLimits,
  verifyLevels,
  type CheckLevel,
  type MigrateOptions,
  type PlanOptions,
} from '../../shared/run.ts'
import { parseSize } from '../../shared/units.ts'
import type { SettingsOverrides } from '../profiles/settings.ts'

/** Options of every command that reaches a Readur. */
export interface SiteOptions extends Omit<SettingsOverrides, 'server'> {
  envFile?: string | undefined
  profile?: string | undefined
  ssh?: string | undefined
  sshKey?: readonly string[] | undefined
  sshJump?: readonly string[] | undefined
  sshProxyCommand?: string | undefined
  sshConfig?: string | undefined
  acceptNewHostKey?: readonly string[] | undefined
  json: boolean
}

const number =
  (limits: { min: number; max: number }) =>
  (text: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= limits.min && value <= limits.max) return value
    throw new InvalidArgumentError(`It must be a whole number from ${limits.min} to ${limits.max}.`)
  }

const size =
  (limits: { min: number; max: number }) =>
  (text: string): number => {
    const bytes = parseSize(text)
    if (bytes !== null && bytes >= limits.min && bytes <= limits.max) return bytes
    throw new InvalidArgumentError('It must be a size like 50MB or 64MiB, from 5MiB to 5GiB.')
  }

const bandwidth = (text: string): number => {
  const bytes = parseSize(text)
  const { min, max } = optionLimits.bytesPerSecond
  if (bytes !== null && bytes >= min && bytes <= max) return bytes
  throw new InvalidArgumentError('It must be a size like 5MB or 800kB, from 100kB.')
}

const uuid = (text: string): string => {
  const parsed = z.guid().safeParse(text)
  if (parsed.success) return parsed.data.toLowerCase()
  throw new InvalidArgumentError('It must be the UUID of a user.')
}

/** A code as reports show it, in any case. */
export const errorCode = (text: string): ErrorCode => {
  const code = text.toUpperCase()
  if (isErrorCode(code)) return code
  throw new InvalidArgumentError(
    'It must be a code as the report shows it, like FILE_MISSING. docs/errors.md lists them.',
  )
}

const verifyLevel = (text: string): MigrateOptions['verify'] => {
  const parsed = z.enum(verifyLevels).safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`It must be one of: ${verifyLevels.join(', ')}.`)
}

const collect = (text: string, earlier: string[]): string[] => [...earlier, text]

/** Options of every command that reaches a server over SSH. */
export function addServerOptions(command: Command): Command {
  return command
    .option('--ssh <[user@]host[:port]>', 'database and uploads lie on this server; knows the hosts of ~/.ssh/config')
    .option('--ssh-key <file>', 'private key for --ssh; repeatable', collect, [])
    .option('--ssh-jump <[user@]host[:port]>', 'jump host on the way; repeatable', collect, [])
    .option('--ssh-proxy-command <command>', 'allow this ProxyCommand of ~/.ssh/config to run, word for word')
    .option('--ssh-config <file>', 'instead of ~/.ssh/config')
    .option(
      '--accept-new-host-key <fingerprint>',
      'SHA256:… of a server that is not known yet; repeatable',
      collect,
      [],
    )
}

export function addSiteOptions(command: Command): Command {
  const named = command
    .option('--env-file <file>', "file with Readur's variables; wins over the environment")
    .option('--profile <name>', 'a profile of the window; its secrets come from the environment or are asked for')
  return addServerOptions(named)
    .option('--uploads <folder>', 'uploads folder there (else READUR_UPLOADS_DIR)')
    .option(
      '--uploads-container <name>',
      'container to read it through: NAME, podman:NAME or kubernetes:NAMESPACE/deployment/NAME',
    )
    .option('--map <container=host>', 'where a path of the container lies; repeatable', collect, [])
    .option('--json', 'print one JSON object on standard output at the end', false)
}

export function addPlanOptions(command: Command): Command {
  return command
    .option('--user-id <uuid>', 'only the documents of this user', uuid)
    .option(
      '--limit <n>',
      'at most this many documents that can be moved',
      number({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
}

/** Options of a migration. Without defaults for commands that go on with a run: it knows its own. */
export function addMigrateOptions(command: Command, withDefaults = true): Command {
  const standard = <T>(value: T): T | undefined => (withDefaults ? value : undefined)
  const { parallelUploads, multipartThreshold, batchSize, verify } = defaultMigrateOptions
  return command
    .option(
      '--parallel-uploads <n>',
      'files at the same time',
      number(optionLimits.parallelUploads),
      standard(parallelUploads),
    )
    .option(
      '--multipart-threshold <size>',
      'send larger files in parts, e.g. 50MB',
      size(optionLimits.multipartThreshold),
      standard(multipartThreshold),
    )
    .option('--batch-size <n>', 'rows in one transaction', number(optionLimits.batchSize), standard(batchSize))
    .option(
      '--verify <level>',
      'head: size and checksum; readback: download and hash every object',
      verifyLevel,
      standard(verify),
    )
    .option(
      '--bandwidth <size>',
      'bytes a second at most, e.g. 5MB; as many as the line carries unless given',
      bandwidth,
      standard(defaultMigrateOptions.bytesPerSecond),
    )
    .option(
      '--enable-rollback',
      'roll the whole run back when a file fails after its retries; what the plan rules out does not count',
      standard(false),
    )
}

/** How a run is compared with the world. */
export function addCheckOptions(command: Command): Command {
  return command
    .option('--level <level>', checkLevels.join(', '), checkLevel, 'checksum')
    .option('--sample <n>', 'only so many files, chosen at random', number({ min: 1, max: 1_000_000 }))
    .option('--report <file>', 'write every difference into this file, one JSON object a line')
}

export const checkLevel = (text: string): CheckLevel => {
  const parsed = z.enum(checkLevels).safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`It must be one of: ${checkLevels.join(', ')}.`)
}

export function addRollbackOptions(command: Command): Command {
  return command
    .option('--user-id <uuid>', 'only the documents of this user', uuid)
    .option('--document <uuid>', 'only this document; repeatable', collectUuid, [])
    .option('--dry-run', 'only show what would be done', false)
    .option('--keep-objects', 'leave the objects in the bucket', false)
    .option('--force', 'carry on over whatever differs from the record, and do what is safe', false)
    .option('--yes', 'do not ask', false)
}

const collectUuid = (text: string, earlier: string[]): string[] => [...earlier, uuid(text)]

const serverSchema = z.object({
  ssh: z.string().optional(),
  sshKey: z.array(z.string()),
  sshJump: z.array(z.string()),
  sshProxyCommand: z.string().optional(),
  sshConfig: z.string().optional(),
  acceptNewHostKey: z.array(z.string()),
})
const siteSchema = serverSchema.extend({
  envFile: z.string().optional(),
  profile: z.string().optional(),
  uploads: z.string().optional(),
  uploadsContainer: z.string().optional(),
  map: z.array(z.string()),
  json: z.boolean(),
})
const planSchema = z.object({
  userId: z.string().exactOptional(),
  limit: z.number().exactOptional(),
  delta: z.boolean().exactOptional(),
})
const migrateFields = {
  parallelUploads: z.number(),
  multipartThreshold: z.number(),
  batchSize: z.number(),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
}
const migrateSchema = z
  .object({
    ...migrateFields,
    copyOnly: z.boolean().default(false),
    canary: z.boolean().default(false),
    bandwidth: z.number().nullable().default(null),
  })
  .transform(({ bandwidth: bytesPerSecond, ...options }) => ({ ...options, bytesPerSecond }))
const changeSchema = z
  .object({
    bandwidth: z.number().exactOptional(),
    parallelUploads: migrateFields.parallelUploads.exactOptional(),
    multipartThreshold: migrateFields.multipartThreshold.exactOptional(),
    batchSize: migrateFields.batchSize.exactOptional(),
    verify: migrateFields.verify.exactOptional(),
    enableRollback: migrateFields.enableRollback.exactOptional(),
    canary: z.boolean().exactOptional(),
  })
  .transform(({ bandwidth, ...change }) => ({
    ...change,
    ...(bandwidth !== undefined && { bytesPerSecond: bandwidth }),
  }))
const rollbackSchema = z.object({
  userId: z.string().optional(),
  document: z.array(z.string()),
  dryRun: z.boolean(),
  keepObjects: z.boolean(),
  force: z.boolean(),
  yes: z.boolean(),
})
const checkSchema = z.object({
  level: z.enum(checkLevels),
  sample: z.number().optional(),
  report: z.string().optional(),
})

const given = (command: Command): Record<string, unknown> =>
  Object.fromEntries(Object.entries(command.opts<Record<string, unknown>>()).filter(([, value]) => value !== undefined))

export const serverOptionsOf = (command: Command): z.infer<typeof serverSchema> => serverSchema.parse(command.opts())
export const siteOptionsOf = (command: Command): SiteOptions => siteSchema.parse(command.opts())
export const planOptionsOf = (command: Command): PlanOptions => planSchema.parse(given(command))
export const migrateOptionsOf = (command: Command): MigrateOptions => migrateSchema.parse(given(command))
/** Those that were given, and no defaults: a run that is gone on with knows its own. */
export const changedOptionsOf = (command: Command): Partial<MigrateOptions> =>
  changeSchema.parse(
    Object.fromEntries(
      Object.entries(given(command)).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
    ),
  )
export const rollbackOptionsOf = (command: Command): z.infer<typeof rollbackSchema> =>
  rollbackSchema.parse(command.opts())
export const checkOptionsOf = (command: Command): z.infer<typeof checkSchema> => checkSchema.parse(command.opts())
