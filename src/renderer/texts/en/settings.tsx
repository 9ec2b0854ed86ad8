import type { ReactNode } from 'react'
import { formatNumber } from '../../format/number.ts'
import { nouns, plural } from './nouns.ts'

export const settings = {
  version: ({ version, runtime }: { version: string; runtime: string }) => `Readur Migrate ${version} (${runtime})`,
  programVersion: (version: string) => `Readur Migrate ${version}`,
  runtime: (runtime: string) => `${runtime}. MIT licence.`,
  licences: 'Licences…',
  checkForUpdates: 'Check for updates once a day',
  whatUpdatesAsk: 'Asks the releases page for the latest version. Nothing is sent or downloaded.',
  versionToCopy: 'version',
  licencesTitle: 'Licences',
  ofPackages: (packages: number) => ` of ${nouns.package(packages)}`,
  packages: 'Packages',
  theLicences: 'the licences',
  licence: (licence: string) => `Licence: ${licence}`,
  close: 'Close',
  theme: 'Theme',
  light: 'Light',
  dark: 'Dark',
  system: 'System',
  open: 'Open',
  pathOfTheDataFolder: 'path of the data folder',
  dataFolderMeans: (readurMigrateHome: ReactNode) => (
    <>
      Connections, run records, state files and known servers. Include this folder in your backups; runs need their
      records to be rolled back. To move it, set {readurMigrateHome}.
    </>
  ),
  readurMigrateHome: 'READUR_MIGRATE_HOME',
  newPlansMeans: 'Used for new plans. You can change them for each plan before you start it.',
  restoreDefaults: 'Restore defaults',
  keepAll: 'Keep all',
  forgetAfter30Days: 'Forget after 30 days',
  forgetAfter90Days: 'Forget after 90 days',
  forgetAfterAYear: 'Forget after a year',
  oldRecords: 'Old records',
  forgetAfterDays: (days: number) => `Forget after ${nouns.day(days)}`,
  keepAllMeans: 'Records take little space: about a megabyte per thousand documents.',
  counting: 'Counting…',
  outlook: ({ free, kept }: { free: number; kept: string }) =>
    `At the next start, ${nouns.record(free)} will be deleted. ${kept} Documents, S3 copies and state files are never touched.`,
  olderKept: (kept: number) =>
    `${formatNumber(kept)} older ${plural(kept, { one: 'record is', other: 'records are' })} kept, since those runs can still be resumed or rolled back. To delete such a record, open its run.`,
  resumableKept: 'Runs that can still be resumed or rolled back are always kept.',
  settings: 'Settings',
  subtitle: 'Changes apply at once and are stored on this computer.',
  appearance: 'Appearance',
  numbersAndDates: 'Numbers and dates',
  newPlans: 'New plans',
  runRecords: 'Run records',
  dataFolder: 'Data folder',
  about: 'About',
  format: 'Format',
  systemLanguage: 'System language',
  sample: ({ number, bytes, moment }: { number: number; bytes: string; moment: string }) =>
    `${formatNumber(number)} documents, ${bytes}, ${moment}`,
}
