import { join } from 'node:path'
import { z } from 'zod'
import { optionLimits, verifyLevels, type MigrateOptions } from '../../shared/run.ts'
import { firstSettings, type Settings } from '../../shared/settings.ts'
import { KeptFile } from './keptFile.ts'

const within = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max)

/** A language tag that numbers and dates can be written in. */
const isLocale = (text: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(text).length > 0
  } catch {
    return false
  }
}

/** Within the limits that hold everywhere. */
export const migrateOptionsSchema: z.ZodType<MigrateOptions> = z.strictObject({
  parallelUploads: within(optionLimits.parallelUploads),
  multipartThreshold: within(optionLimits.multipartThreshold),
  batchSize: within(optionLimits.batchSize),
  verify: z.enum(verifyLevels),
  enableRollback: z.boolean(),
  copyOnly: z.boolean(),
  bytesPerSecond: within(optionLimits.bytesPerSecond).nullable(),
  // Settings of before do not know it.
  canary: z.boolean().default(false),
})

export const settingsSchema: z.ZodType<Settings> = z.strictObject({
  locale: z.string().max(35).refine(isLocale).nullable(),
  defaults: migrateOptionsSchema,
  keepRunsDays: z.int().min(1).max(36_500).nullable(),
  // Settings of before do not know it.
  checkForUpdates: z.boolean().default(false),
})

/** What the user has chosen, in the data folder. Where nothing was chosen, or it cannot be read, what we begin with. */
export class SettingsFile {
  readonly #file: KeptFile<Settings>

  constructor(dataDir: string) {
    this.#file = new KeptFile(join(dataDir, 'settings.json'), settingsSchema)
  }

  get(): Settings {
    return this.#file.read() ?? firstSettings
  }

  set(settings: Settings): void {
    this.#file.write(settings)
  }
}
