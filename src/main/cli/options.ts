import { InvalidArgumentError, type Command } from 'commander'
import { z } from 'zod'
import {
  defaultMigrateOptions,
  optionLimits,
  verifyLevels,
  type MigrateOptions,
  type PlanOptions,
} from '../../shared/run.ts'
import { parseSize } from '../../shared/units.ts'
import type { SettingsOverrides } from '../profiles/settings.ts'

/** Options of every command that reaches a Readur. */
export interface SiteOptions extends SettingsOverrides {
  envFile?: string | undefined
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

const uuid = (text: string): string => {
  const parsed = z.guid().safeParse(text)
  if (parsed.success) return parsed.data.toLowerCase()
  throw new InvalidArgumentError('It must be the UUID of a user.')
}

const verifyLevel = (text: string): MigrateOptions['verify'] => {
  const parsed = z.enum(verifyLevels).safeParse(text)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError(`It must be one of: ${verifyLevels.join(', ')}.`)
}

const collect = (text: string, earlier: string[]): string[] => [...earlier, text]

export function addSiteOptions(command: Command): Command {
  return command
    .option('--env-file <file>', "file with Readur's variables; wins over the environment")
    .option('--uploads <folder>', 'uploads folder on this computer (else READUR_UPLOADS_DIR)')
    .option('--map <container=host>', 'where a path of the container lies on this computer; repeatable', collect, [])
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

export function addMigrateOptions(command: Command): Command {
  const { parallelUploads, multipartThreshold, batchSize, verify } = defaultMigrateOptions
  return command
    .option('--parallel-uploads <n>', 'files at the same time', number(optionLimits.parallelUploads), parallelUploads)
    .option(
      '--multipart-threshold <size>',
      'send larger files in parts, e.g. 50MB',
      size(optionLimits.multipartThreshold),
      multipartThreshold,
    )
    .option('--batch-size <n>', 'rows in one transaction', number(optionLimits.batchSize), batchSize)
    .option(
      '--verify <level>',
      'head: size and checksum; readback: download and hash every object',
      verifyLevel,
      verify,
    )
    .option(
      '--enable-rollback',
      'roll the whole run back when a file fails after its retries; what the plan rules out does not count',
      false,
    )
}

const siteSchema = z.object({
  envFile: z.string().optional(),
  uploads: z.string().optional(),
  map: z.array(z.string()),
  json: z.boolean(),
})
const planSchema = z.object({ userId: z.string().optional(), limit: z.number().optional() })
const migrateSchema = z.object({
  parallelUploads: z.number(),
  multipartThreshold: z.number(),
  batchSize: z.number(),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
})

export const siteOptionsOf = (command: Command): SiteOptions => siteSchema.parse(command.opts())
export const planOptionsOf = (command: Command): PlanOptions => planSchema.parse(command.opts())
export const migrateOptionsOf = (command: Command): MigrateOptions => migrateSchema.parse(command.opts())
