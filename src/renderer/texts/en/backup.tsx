import type { ReactNode } from 'react'
import { nouns } from './nouns.ts'

export const backup = {
  noDatabaseBackupMadeYet: 'No database backup made yet.',
  lastBackup: ({ at, bytes }: { at: string; bytes: string }) => `Last backup: ${at}, ${bytes}.`,
  lastBackupGone: ({ made, path }: { made: string; path: string }) => `${made} The file is no longer at ${path}.`,
  connecting: (took: string) => `Connecting to the database… ${took}`,
  soFar: ({ bytes, took }: { bytes: string; took: string }) => `${bytes} so far, ${took}`,
  sizeUnlisted: (size: string) => `${size}. Not checked: pg_restore isn’t installed on this computer.`,
  sizeListed: ({ size, listed }: { size: string; listed: number }) =>
    `${size}. Checked with pg_restore: ${nouns.object(listed)} inside.`,
  backUpOf: (name: string) => `Back up the database of “${name}”`,
  cancelBackup: 'Cancel backup',
  showInFolder: 'Show in folder',
  chooseAFileAndBackUp: 'Choose a file and back up…',
  thisComputer: 'this computer',
  backupCancelled: 'Backup cancelled. Nothing was left behind.',
  anotherConnectionsDatabaseIsBeingBacked: 'Another connection’s database is being backed up.',
  savesTheWholeDatabaseInOne:
    'Saves the whole database in one file on this computer that only you can read. Readur can stay online. The uploads folder isn’t included.',
  backupMethod: 'Backup method',
  pgDumpOn: (place: string) => `pg_dump on ${place}`,
  pgDumpMustBeInstalledThere: 'pg_dump must be installed there, in the server’s version or newer.',
  pgDumpInTheDatabaseContainer: 'pg_dump in the database container',
  alwaysTheRightVersion: (place: string) => `Always the right version. Uses Docker, Podman or kubectl on ${place}.`,
  containerName: 'Container name',
  theNameThatDockerPsShows:
    'The name that docker ps shows. For Podman, podman:NAME; for Kubernetes, kubernetes:NAMESPACE/deployment/NAME.',
  readurPostgres: 'readur-postgres',
  restores: (path: string) => `Restores ${path}`,
  restoreCommand: 'restore command',
  showLastBackupInFolder: 'Show last backup in folder',
  backup: 'Backup',
  backupInProgress: (progress: string) => `Backup in progress: ${progress}.`,
  showBackup: 'Show backup',
  backUpDatabase: 'Back up database…',
  to: (path: ReactNode) => <>To {path}. The file gets its final name when it’s complete.</>,
  databaseBackedUp: 'Database backed up',
  database: 'Database',
  file: 'File',
  size: 'Size',
  restoresIt: 'Restores it; asks for the password',
  restoresItThroughTheContainer: 'Restores it through the container',
  stopReadurBeforeYouRestore:
    'Stop Readur before you restore. Run the command somewhere that reaches the database the same way.',
  continueInBackground: 'Continue in background',
  close: 'Close',
}
