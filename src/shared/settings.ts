import { defaultMigrateOptions, type MigrateOptions } from './run.ts'

/** What the user has chosen for the whole program. */
export interface Settings {
  /** How numbers and dates are written, as a language tag such as `de-DE`; null: as the system has it. */
  locale: string | null
  /** What a new plan begins with. */
  defaults: MigrateOptions
  /** Records of runs that nothing depends on are forgotten when they are older; null: never. */
  keepRunsDays: number | null
  /** Whether the releases page is asked once a day for a later version. */
  checkForUpdates: boolean
}

export const firstSettings: Settings = {
  locale: null,
  defaults: defaultMigrateOptions,
  keepRunsDays: null,
  checkForUpdates: false,
}

/** A package that is part of the program. */
interface Licence {
  name: string
  version: string
  licence: string
  /** Index into the texts; null where the package has none. */
  text: number | null
}

/** Many packages share one text. */
export interface Licences {
  packages: Licence[]
  texts: string[]
}
