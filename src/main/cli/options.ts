import { InvalidArgumentError, Option, type Command } from 'commander'
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
  type UndoSelection,
} from '../../shared/run.ts'
import { parseSize, sizeText } from '../../shared/units.ts'
import type { SettingsOverrides } from '../profiles/settings.ts'

/** Options of every command that reaches a Readur. */
export interface SiteOptions extends Omit<SettingsOverrides, 'server'> {
  envFile?: string | undefined
  connection?: string | undefined
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
  throw new InvalidArgumentError('It must be a size like 5MB or 800kB, at least 100kB.')
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
    'It must be a code from a report, such as FILE_MISSING. See docs/errors.md for all codes.',
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
    .option('--ssh <[user@]host[:port]>', 'database and uploads are on this server; hosts from ~/.ssh/config work too')
    .option('--ssh-key <file>', 'private key for --ssh; repeatable', collect, [])
    .option('--ssh-jump <[user@]host[:port]>', 'jump host; repeatable', collect, [])
    .option('--ssh-proxy-command <command>', 'allow exactly this ProxyCommand from ~/.ssh/config to run')
    .option('--ssh-config <file>', 'use this file instead of ~/.ssh/config')
    .option(
      '--accept-new-host-key <fingerprint>',
      'trust an unknown server with this SHA256:… fingerprint; repeatable',
      collect,
      [],
    )
}

export function addSiteOptions(command: Command): Command {
  const named = command
    .option('--env-file <file>', "file with Readur's settings; overrides the environment")
    .option('--connection <name>', 'a saved connection; its secrets come from the environment or are asked for')
    .addOption(new Option('--profile <name>', 'former name of --connection').hideHelp())
  return addServerOptions(named)
    .option('--uploads <folder>', 'uploads folder, on the server if --ssh is used (default: READUR_UPLOADS_DIR)')
    .option(
      '--uploads-container <name>',
      'read uploads through this container, if you cannot read the folder directly: NAME, podman:NAME or kubernetes:NAMESPACE/deployment/NAME',
    )
    .option('--map <container=host>', 'where to find a path of the container on the host; repeatable', collect, [])
    .option('--json', 'print the result as one JSON object', false)
}

export function addPlanOptions(command: Command): Command {
  return command
    .option('--user-id <uuid>', 'only documents of this user', uuid)
    .option(
      '--limit <n>',
      'at most this many documents, counting only those that can be moved',
      number({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    )
}

/** Options of a migration. Without defaults for commands that resume a run: it knows its own. */
export function addMigrateOptions(command: Command, withDefaults = true): Command {
  const standard = <T>(value: T): T | undefined => (withDefaults ? value : undefined)
  const { parallelUploads, multipartThreshold, batchSize, verify } = defaultMigrateOptions
  return command
    .option(
      '--parallel-uploads <n>',
      'number of files to upload at once',
      number(optionLimits.parallelUploads),
      standard(parallelUploads),
    )
    .addOption(
      new Option('--multipart-threshold <size>', 'upload larger files in parts, e.g. 50MB')
        .argParser(size(optionLimits.multipartThreshold))
        .default(standard(multipartThreshold), withDefaults ? sizeText(multipartThreshold) : undefined),
    )
    .option(
      '--batch-size <n>',
      'number of rows per database transaction',
      number(optionLimits.batchSize),
      standard(batchSize),
    )
    .option(
      '--verify <level>',
      'head: compare size and checksum; readback: download and hash every object, again at the cutover',
      verifyLevel,
      standard(verify),
    )
    .addOption(
      new Option('--bandwidth <size>', 'maximum transfer rate per second, e.g. 5MB')
        .argParser(bandwidth)
        .default(standard(defaultMigrateOptions.bytesPerSecond), withDefaults ? 'unlimited' : undefined),
    )
    .option(
      '--enable-rollback',
      'roll back the whole run if a file fails after its retries; files excluded by the plan do not count',
      standard(false),
    )
}

export const checkLevelHelp = `how thoroughly to check: ${checkLevels.join(', ')}`

/** How a run is compared with the world. */
export function addCheckOptions(command: Command): Command {
  return command
    .option('--level <level>', checkLevelHelp, checkLevel, 'checksum')
    .option('--sample <n>', 'number of random files to check (default: all)', number({ min: 1, max: 1_000_000 }))
    .option('--report <file>', 'write every difference to this file, one JSON object per line')
}

export const checkLevel = (text: string): CheckLevel => {
  const parsed = z.enum(checkLevels).safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`It must be one of: ${checkLevels.join(', ')}.`)
}

export function addRollbackOptions(command: Command): Command {
  return command
    .option('--user-id <uuid>', 'only documents of this user; repeatable', collectUuid, [])
    .option('--document <uuid>', 'only this document; repeatable', collectUuid, [])
    .option('--folder <path>', 'only documents with their file below this folder')
    .option('--from <date>', 'only documents with a file last changed on this date or later, such as 2026-11-01', date)
    .option('--before <date>', 'only documents with a file last changed before this date', date)
    .option('--dry-run', 'only show what would happen', false)
    .option('--keep-objects', 'keep the objects in the bucket', false)
    .option('--force', 'skip files that changed since the run, and roll back the rest', false)
    .option('--yes', 'do not ask for confirmation', false)
}

/** The beginning of a day where the program runs. */
const date = (text: string): number => {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number)
  const start = new Date(year ?? NaN, (month ?? NaN) - 1, day)
  if (start.getMonth() + 1 === month && start.getDate() === day) return start.getTime()
  throw new InvalidArgumentError('It must be a date such as 2026-11-30.')
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
const siteSchema = serverSchema
  .extend({
    envFile: z.string().optional(),
    connection: z.string().optional(),
    profile: z.string().optional(),
    uploads: z.string().optional(),
    uploadsContainer: z.string().optional(),
    map: z.array(z.string()),
    json: z.boolean(),
  })
  .transform(({ profile, ...site }) => ({ ...site, connection: site.connection ?? profile }))
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
  userId: z.array(z.string()),
  document: z.array(z.string()),
  folder: z.string().min(1).optional(),
  from: z.number().optional(),
  before: z.number().optional(),
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
/** Those that were given, and no defaults: a resumed run knows its own. */
export const changedOptionsOf = (command: Command): Partial<MigrateOptions> =>
  changeSchema.parse(
    Object.fromEntries(
      Object.entries(given(command)).filter(([name]) => command.getOptionValueSource(name) !== 'default'),
    ),
  )
export const rollbackOptionsOf = (command: Command): z.infer<typeof rollbackSchema> =>
  rollbackSchema.parse(command.opts())
/** Which documents of a run a rollback is about, by its options. */
export const selectionOf = ({
  userId,
  document,
  folder,
  from,
  before,
}: Pick<z.infer<typeof rollbackSchema>, 'userId' | 'document' | 'folder' | 'from' | 'before'>): UndoSelection => ({
  ...(userId.length > 0 && { userIds: userId }),
  ...(document.length > 0 && { documentIds: document }),
  ...(folder !== undefined && { folder }),
  ...(from !== undefined && { from }),
  ...(before !== undefined && { before }),
})
export const checkOptionsOf = (command: Command): z.infer<typeof checkSchema> => checkSchema.parse(command.opts())
