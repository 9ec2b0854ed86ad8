import type { ProfileSecret } from '../../shared/profile.ts'
import { pluralOf } from '../../shared/plural.ts'

const plural = pluralOf('en')
const safe = 'If you quit, the run stops. No document is lost, and you can resume later.'

/** The texts of menus, dialogs, notifications and the tray icon, which the page does not draw. */
export const texts = {
  program: 'Readur Migrate',
  menu: {
    file: 'File',
    newConnection: 'New Connection',
    importStateFile: 'Import State File…',
    settings: 'Settings…',
    view: 'View',
    back: 'Back',
    forward: 'Forward',
    connections: 'Connections',
    history: 'History',
    find: 'Find Anything…',
    shortcuts: 'Keyboard Shortcuts',
    documentation: 'Documentation',
    problem: 'Report a Problem…',
    dataFolder: 'Open Data Folder',
    logsFolder: 'Open Logs Folder',
    updates: 'Check for Updates…',
    licences: 'Licences',
  },
  choose: {
    uploadsFolder: 'Choose Readur’s uploads folder',
    keyFile: 'Choose a private key',
    certificate: 'Choose a CA certificate',
    settings: 'Choose Readur’s docker-compose.yml, .env or Kubernetes files',
    allFiles: 'All files',
    stateFile: 'Import a state file',
    stateFiles: 'State files',
    exportTo: 'Export connections',
    connections: 'Connections',
  },
  save: {
    report: 'Save the report',
    backup: 'Back up the database',
    backups: 'PostgreSQL dumps',
    bundle: 'Save the support bundle',
    paths: 'Save the original paths',
  },
  update: {
    available: (version: string) => `Readur Migrate ${version} is available`,
    present: (version: string) => `You have ${version}. Runs and connections are kept.`,
    openPage: 'Open download page',
    later: 'Later',
    install: 'Download and install',
    restart: 'Install and restart',
    ready: (version: string) => `Readur Migrate ${version} is ready to install`,
    failed: (version: string) => `Can’t install ${version}`,
    failedDetail: (why: string) => `${why}\n\nNothing was changed. You can get it from the download page.`,
    busy: 'A run or backup is in progress',
    busyDetail: 'Wait until it has finished, then choose Check for Updates… again.',
    none: (version: string) => `Readur Migrate ${version} is the latest version`,
    unknown: 'Can’t check for updates',
  },
  /** On the terminal, where there is no window to say it in. */
  noWindow: {
    forRoot: 'The window does not open for root. Use an ordinary account, or a command: readur-migrate --help',
    withoutSandbox: 'The window does not open with --no-sandbox. Start readur-migrate without it.',
    unsafe:
      'Warning: --no-sandbox turns off the sandbox around the window’s page. Start the program as an ordinary user, without it.',
  },
  quit: {
    stopAndQuit: 'Stop and quit',
    cancel: 'Cancel',
    whileRunning: { message: 'A run is in progress.', detail: safe, keep: 'Keep running' },
    whileClosing: {
      message: 'A run is still in progress. Keep it running in the background?',
      detail: `To see it again, start the program again or use its icon in the notification area. ${safe}`,
      keep: 'Keep running',
    },
    whileBackingUp: {
      message: 'A database backup is in progress.',
      detail: 'If you quit, the backup is cancelled and its file is removed.',
      keep: 'Keep backing up',
    },
  },
  tray: {
    tip: (line: string) => `Readur Migrate – ${line}`,
    open: 'Open Readur Migrate',
    pause: 'Pause',
    resume: 'Resume',
    quit: 'Quit',
    stopAndQuit: 'Stop and quit',
    paused: (line: string) => `${line}, paused`,
  },
  ended: {
    done: ({ done, planned }: { done: number; planned: number }) =>
      `${done.toLocaleString()} of ${planned.toLocaleString()} ${plural(planned, { one: 'file', other: 'files' })} done`,
    failed: (count: number) => `, ${count.toLocaleString()} failed`,
    notStarted: (count: number) => `, ${count.toLocaleString()} not started`,
  },
  secrets: {
    names: {
      POSTGRES_PASSWORD: 'database password',
      S3_SECRET_ACCESS_KEY: 'bucket’s secret key',
      SSH_PASSWORD: 'server password',
      SSH_PASSPHRASE: 'key passphrase',
      READUR_TOKEN: 'Readur API key',
    } satisfies Record<ProfileSecret, string>,
    useElsewhere: (name: string) => `Use the ${name} that was found for another address?`,
    addresses: ({ foundFor, goesTo }: { foundFor: string; goesTo: string }) =>
      `Found for: ${foundFor}\nWould be sent to: ${goesTo}`,
    use: 'Use it',
    dontUse: 'Don’t use it',
    useFileHere: 'Use this file’s passwords from this computer?',
    useFileOn: (server: string) => `Use this file’s passwords on ${server}?`,
    fileDetail: (file: string) => `${file}\nIts passwords would be sent to the database and bucket in this file.`,
    useThem: 'Use them',
    dontUseThem: 'Don’t use them',
    readOutside: 'Read files outside the Compose file’s folder?',
    composeNames: ({ count, server }: { count: number; server: string | null }) =>
      `The Compose file refers to ${plural(count, { one: 'this file', other: 'these files' })}${server === null ? '' : ` on ${server}`}:`,
    andMore: (count: number) => `… and ${count} more`,
    onlyIfReadurs: 'Read them only if they belong to this Readur server.',
    readThem: 'Read them',
    dontReadThem: 'Don’t read them',
    settingsWithKey: 'Settings for Readur, with the secret key',
    close: 'Close',
    copy: 'Copy',
  },
}
