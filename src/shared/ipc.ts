import type { BackupPlace, BackupSnapshot, KnownBackup } from './backup.ts'
import type { ErrorCode, ErrorData } from './errors.ts'
import type { CheckupOptions, CheckupSnapshot } from './diagnostic.ts'
import type { FoundOnServer, FoundReadur, TextToSearch } from './discovery.ts'
import type { CountedDocuments } from './documentCounts.ts'
import type {
  ProfileDetails,
  ProfileDraft,
  ProfileSummary,
  SecretChanges,
  ServerSettings,
  TakenOver,
} from './profile.ts'
import type { KnownReadurState, ReadurSettingsText } from './readurState.ts'
import type { Comparison, Outdated, ReportFormat, SavedPathKey, SavedPathPage, StateFilePage } from './record.ts'
import type {
  AuditRepairs,
  AuditReport,
  CheckLevel,
  FreeMode,
  ItemPage,
  ItemQuery,
  MigrateOptions,
  Pace,
  PlanOptions,
  ProblemGroup,
  Repairs,
  RollbackOptions,
  RunDetails,
  RunFamily,
  RunFilter,
  RunFindings,
  RunPage,
  RunSnapshot,
  RunUser,
  StopMode,
  UndoSelection,
  ValidateOptions,
} from './run.ts'
import type { ValidationFormat } from './validation.ts'
import type { Licences, Settings } from './settings.ts'
import type { BundleOptions, BundlePreview, BundleText } from './support.ts'
import type { PlanFacets, PlanItem, PlanList, PlanRows } from './planTable.ts'
import type { QuestionState, SshHostView } from './ssh.ts'

/**
 * The whole contract between main process and window. Handlers (src/main/ipc), the preload script and the window's
 * API are derived from it; nothing is typed twice. Arguments arrive in main as `unknown` and are parsed there.
 */
export interface IpcCalls {
  'app.info': { args: []; result: AppInfo }
  'app.licences': { args: []; result: Licences }
  /** Shows the data folder in the platform's file manager. */
  'app.openDataDir': { args: []; result: null }
  'settings.get': { args: []; result: Settings }
  'settings.set': { args: [settings: Settings]; result: null }
  /** The latest figures of each profile that was ever counted; asks no server. */
  'counts.known': { args: []; result: Record<string, CountedDocuments> }
  /** Asks the database where the documents are. */
  'counts.count': { args: [profileId: string]; result: CountedDocuments }
  'profiles.list': { args: []; result: ProfileSummary[] }
  'profiles.get': { args: [id: string]; result: ProfileDetails }
  'profiles.create': { args: [draft: ProfileDraft, secrets: SecretChanges]; result: { id: string } }
  /** Secrets that are not named stay as they are. */
  'profiles.update': { args: [id: string, draft: ProfileDraft, secrets: SecretChanges]; result: null }
  /** With its secrets, under another name. */
  'profiles.duplicate': { args: [id: string]; result: { id: string } }
  'profiles.rename': { args: [id: string, name: string]; result: null }
  /** Its secrets go with it; its runs stay. */
  'profiles.remove': { args: [id: string]; result: null }
  /** Brings back what was removed since the program was started, secrets included. */
  'profiles.restore': { args: [id: string]; result: null }
  /** Asks for a file and writes them to it without secrets; null when nobody chose one. */
  'profiles.export': { args: [ids: string[]]; result: { path: string } | null }
  /** Adds the profiles of such a file; resolves with their names. */
  'profiles.import': { args: [text: string]; result: { names: string[] } }
  /** The settings of a profile's env file, to be kept in the profile itself from now on. */
  'profiles.takeOver': { args: [id: string]; result: TakenOver }
  /** False: there is no keychain that can be trusted, so secrets are kept until the program ends. */
  'profiles.keepsSecrets': { args: []; result: boolean }
  /** Where the Readur of a profile was last found to store; null where that was never looked at. Asks no server. */
  'server.known': { args: [profileId: string]; result: KnownReadurState | null }
  /** Finds out where it stores. */
  'server.look': { args: [profileId: string]; result: KnownReadurState }
  /** The user says whether it uses the bucket; counts only where nothing else tells. */
  'server.confirm': { args: [profileId: string, isConfirmed: boolean]; result: KnownReadurState }
  /** What to write into its settings, without the secret key. */
  'server.settings': { args: [profileId: string]; result: ReadurSettingsText }
  /** Shows these lines with the secret key in the platform's own dialog. */
  'server.reveal': { args: [profileId: string]; result: null }
  /** Looks for the settings of Readur in texts that were pasted or dropped together. */
  'discovery.read': { args: [texts: TextToSearch[]]; result: FoundReadur[] }
  /** The same in files of this computer, with those beside them that they name. */
  'discovery.readFiles': { args: [paths: string[]]; result: FoundReadur[] }
  /** The same in a file that the user chooses; null when nobody chose one. */
  'discovery.choose': { args: []; result: FoundReadur[] | null }
  /** The same among the containers and Compose files of the draft's server, or of this computer. */
  'discovery.search': {
    args: [profileId: string | null, draft: ProfileDraft, secrets: SecretChanges]
    result: FoundOnServer
  }
  'ssh.hosts': { args: []; result: SshHostView[] }
  /** What stands for a name, whether the configuration knows it or not. */
  'ssh.resolve': { args: [host: string, given: Pick<ServerSettings, 'user' | 'port'>]; result: SshHostView }
  /** Asks in the platform's own dialog; null when nothing was chosen. */
  'files.choose': { args: [what: ChosenFile]; result: string | null }
  /** Tests settings, saved or not; resolves when the test has ended. Secrets that are not named are those of the profile. */
  'connection.test': {
    args: [checkupId: string, profileId: string | null, draft: ProfileDraft, secrets: SecretChanges]
    result: CheckupSnapshot
  }
  'connection.cancel': { args: [checkupId: string]; result: null }
  /**
   * Begins a checkup of a profile, and ends the one before it. Resolves when it has ended; how it stands is told
   * meanwhile by `doctor.changed`.
   */
  'doctor.start': { args: [checkupId: string, profileId: string, options: CheckupOptions]; result: CheckupSnapshot }
  'doctor.cancel': { args: [checkupId: string]; result: null }
  /**
   * Does what a remedy of this checkup offers; to be called once the user has confirmed its `consequence`. Resolves with
   * what was done, in a sentence. What it has changed a new checkup of that area will show.
   */
  'doctor.perform': { args: [checkupId: string, actionId: string]; result: { done: string } }
  /**
   * The latest backup of the database that a run was planned on, or else of the one that the connection used last, from
   * our own records; asks no server.
   */
  'backups.last': { args: [profileId: string, runId: string | null]; result: KnownBackup | null }
  /** Asks where to, and begins a dump of the database; null when nowhere. What becomes of it, `backup.changed` tells. */
  'backups.make': { args: [profileId: string, place: BackupPlace]; result: { path: string } | null }
  /** Ends the backup that is being made; nothing is left of it. */
  'backups.cancel': { args: []; result: null }
  /** The backup that is being made, or was made last in this session. */
  'backups.current': { args: []; result: BackupSnapshot | null }
  /** Shows the file of that latest backup in the platform's file manager. */
  'backups.reveal': { args: [profileId: string, runId: string | null]; result: null }
  /** Gathers a support bundle without writing it, and ends one that is being gathered. */
  'support.prepare': { args: [profileId: string, options: BundleOptions]; result: BundlePreview }
  'support.cancel': { args: []; result: null }
  /** Part of the text of an entry, exactly as it will be written. */
  'support.read': { args: [bundleId: string, entry: string, from: number]; result: BundleText }
  /** Asks where to, and writes what was shown; null when nowhere. */
  'support.write': { args: [bundleId: string]; result: { path: string } | null }
  'support.reveal': { args: [bundleId: string]; result: null }
  'questions.current': { args: []; result: QuestionState }
  /** Null: no answer, go on without. To trust a host key, answer with its fingerprint. */
  'questions.answer': { args: [id: string, answers: string[] | null]; result: null }
  /** Checks the connection and writes a plan; resolves with the run's id as soon as it exists. Snapshots follow. */
  'runs.plan': { args: [profileId: string, options: PlanOptions]; result: { runId: string } }
  /** Begins to compare all rows, files and objects; resolves with the id of the run that keeps what is found. */
  'runs.audit': { args: [profileId: string, level: CheckLevel]; result: { runId: string } }
  /** What an audit has found, by kind; refused for any other run. */
  'runs.auditReport': { args: [runId: string]; result: AuditReport }
  /** Plans what is put right of what an audit has found; carried out by `runs.resume`. */
  'runs.prepareRepairs': { args: [auditId: string, repairs: AuditRepairs]; result: { runId: string } }
  /** Carries out the plan as it is shown. */
  'runs.start': { args: [runId: string, options: MigrateOptions]; result: null }
  /** An empty id means whatever is under way: a plan has no id before its checks are done. */
  'runs.stop': { args: [runId: string, how: StopMode]; result: null }
  /** Holds up what has not begun; what is on its way is finished. Refused while there is nothing to hold up. */
  'runs.pause': { args: [runId: string]; result: null }
  /** Ends a pause. */
  'runs.continue': { args: [runId: string]; result: null }
  /** Changes how fast a run may go while it is under way. */
  'runs.adjust': { args: [runId: string, pace: Pace]; result: null }
  /** The run that is under way, for a window that was opened or reloaded meanwhile. */
  'runs.current': { args: []; result: RunSnapshot | null }
  /**
   * Carries out what remains of a run of any kind: of one that was interrupted, or of a rollback or a freeing of space
   * that is planned.
   */
  'runs.resume': { args: [runId: string]; result: null }
  /** Plans anew what a run failed at, for any cause (null) or for one, as a run of its own. */
  'runs.retryFailed': { args: [runId: string, code: ErrorCode | null]; result: { runId: string } }
  /** Plans how a run is undone; nothing is changed before that plan is carried out by `runs.resume`. */
  'runs.prepareUndo': {
    args: [runId: string, selection: UndoSelection, options: RollbackOptions]
    result: { runId: string }
  }
  /**
   * Plans which local files of a run can go; carried out by `runs.resume`. `anyway`: although Readur is not known to use
   * the bucket, or the run was not validated.
   */
  'runs.prepareFree': { args: [runId: string, mode: FreeMode, anyway: boolean]; result: { runId: string } }
  /** Points the rows at copies that a run has made. */
  'runs.cutover': { args: [runId: string]; result: null }
  /** Compares a run with rows, bucket and disk. `runs.findings` has the result once its snapshots end. */
  'runs.check': { args: [runId: string, options: { level: CheckLevel; sample?: number | undefined }]; result: null }
  /**
   * Looks at what a run has left from all sides: its files, counts that must agree, documents as users get them. Kept with
   * the run once its snapshots end.
   */
  'runs.validate': { args: [runId: string, options: ValidateOptions]; result: null }
  /** Puts right what a comparison has found; `runs.findings` says what was put right. */
  'runs.repair': { args: [runId: string, repairs: Repairs]; result: null }
  'runs.findings': { args: [runId: string]; result: RunFindings }
  /** Asks the user for a state file; null when none was chosen. */
  'runs.chooseStateFile': { args: []; result: { path: string } | null }
  /** Makes a run of a state file; resolves with its id as soon as it exists. Nothing but our record is written. */
  'runs.import': { args: [profileId: string, path: string]; result: { runId: string } }
  'runs.list': { args: [page: { offset: number; limit: number; filter?: RunFilter | undefined }]; result: RunPage }
  'runs.get': { args: [runId: string]; result: RunDetails }
  'runs.family': { args: [runId: string]; result: RunFamily }
  /** Users with documents that the run was to move, those with most first. */
  'runs.users': { args: [runId: string]; result: RunUser[] }
  'runs.items': { args: [runId: string, query: ItemQuery]; result: ItemPage }
  /** Lines of a plan from any place on, filtered and sorted; refused while the plan is being made. */
  'runs.planRows': { args: [runId: string, list: PlanList, from: number, limit: number]; result: PlanRows }
  'runs.planItem': { args: [runId: string, seq: number]; result: PlanItem }
  'runs.planFacets': { args: [runId: string]; result: PlanFacets }
  'runs.problems': { args: [runId: string]; result: ProblemGroup[] }
  /** Writes the state file in the reference tool's shape and resolves with its path. */
  'runs.export': { args: [runId: string]; result: { path: string } }
  'runs.reveal': { args: [runId: string]; result: null }
  /** Writes the paths of before the run as SQL, where the user says; null when nowhere. */
  'runs.savePaths': { args: [runId: string]; result: { path: string } | null }
  /** Part of the state file as it lies on the disk, from an offset in bytes that an earlier page gave, or 0. */
  'records.statePage': { args: [runId: string, offset: number]; result: StateFilePage }
  /** Paths as they were before the run. */
  'records.paths': { args: [runId: string, after: SavedPathKey | null, limit: number]; result: SavedPathPage }
  /** Writes the report where the user says, of an audit with all that it has found; null when nowhere. */
  'records.saveReport': { args: [runId: string, format: ReportFormat]; result: { path: string } | null }
  /** Writes the latest validation of a run where the user says; null when nowhere. */
  'records.saveValidation': { args: [runId: string, format: ValidationFormat]; result: { path: string } | null }
  'records.compare': { args: [first: string, second: string]; result: Comparison }
  /** The record of the run goes for good. Documents, objects, files and state files stay as they are. */
  'records.forget': { args: [runId: string]; result: null }
  /** How many runs are older than so many days. */
  'records.outdated': { args: [days: number]; result: Outdated }
}

/** Sent by the main process. */
export interface IpcEvents {
  'run.snapshot': RunSnapshot
  'connection.tested': CheckupSnapshot
  'doctor.changed': CheckupSnapshot
  /** Several times a second while a backup is being made, and at its end. */
  'backup.changed': BackupSnapshot
  'questions.changed': QuestionState
  /** Something was chosen in the platform's menu. */
  'menu.chosen': MenuCommand
}

export const menuCommands = [
  'new connection',
  'import state file',
  'home',
  'history',
  'settings',
  'find',
  'shortcuts',
  'licences',
] as const
/** What the platform's menu asks of the page. */
export type MenuCommand = (typeof menuCommands)[number]

export interface AppInfo {
  version: string
  dataDir: string
  runtime: string
}

/** What a person chooses in the platform's own dialog. */
export type ChosenFile = 'uploads folder' | 'key file' | 'certificate'

export type IpcChannel = keyof IpcCalls
export type IpcEvent = keyof IpcEvents

const namesOf = <N extends string>(all: Record<N, true>): N[] => Object.keys(all) as N[]

/** The names once more, as values; the compiler holds them to the contract. */
export const ipcChannels = namesOf<IpcChannel>({
  'app.info': true,
  'app.licences': true,
  'app.openDataDir': true,
  'settings.get': true,
  'settings.set': true,
  'counts.known': true,
  'counts.count': true,
  'profiles.list': true,
  'profiles.get': true,
  'profiles.create': true,
  'profiles.update': true,
  'profiles.duplicate': true,
  'profiles.rename': true,
  'profiles.remove': true,
  'profiles.restore': true,
  'profiles.export': true,
  'profiles.import': true,
  'profiles.takeOver': true,
  'profiles.keepsSecrets': true,
  'server.known': true,
  'server.look': true,
  'server.confirm': true,
  'server.settings': true,
  'server.reveal': true,
  'discovery.read': true,
  'discovery.readFiles': true,
  'discovery.choose': true,
  'discovery.search': true,
  'ssh.hosts': true,
  'ssh.resolve': true,
  'files.choose': true,
  'connection.test': true,
  'connection.cancel': true,
  'doctor.start': true,
  'doctor.cancel': true,
  'doctor.perform': true,
  'backups.last': true,
  'backups.make': true,
  'backups.cancel': true,
  'backups.current': true,
  'backups.reveal': true,
  'support.prepare': true,
  'support.cancel': true,
  'support.read': true,
  'support.write': true,
  'support.reveal': true,
  'questions.current': true,
  'questions.answer': true,
  'runs.plan': true,
  'runs.audit': true,
  'runs.auditReport': true,
  'runs.prepareRepairs': true,
  'runs.start': true,
  'runs.stop': true,
  'runs.pause': true,
  'runs.continue': true,
  'runs.adjust': true,
  'runs.resume': true,
  'runs.retryFailed': true,
  'runs.prepareUndo': true,
  'runs.prepareFree': true,
  'runs.cutover': true,
  'runs.check': true,
  'runs.validate': true,
  'runs.repair': true,
  'runs.findings': true,
  'runs.chooseStateFile': true,
  'runs.import': true,
  'runs.current': true,
  'runs.list': true,
  'runs.get': true,
  'runs.family': true,
  'runs.users': true,
  'runs.items': true,
  'runs.planRows': true,
  'runs.planItem': true,
  'runs.planFacets': true,
  'runs.problems': true,
  'runs.export': true,
  'runs.reveal': true,
  'runs.savePaths': true,
  'records.statePage': true,
  'records.paths': true,
  'records.saveReport': true,
  'records.saveValidation': true,
  'records.compare': true,
  'records.forget': true,
  'records.outdated': true,
})

/** Errors cross as data: a rejected promise would lose code and remedy on the way. */
export type IpcReply<T> = { ok: true; value: T } | { ok: false; error: ErrorData }

type Topic<C> = C extends `${infer T}.${string}` ? T : never
type CallName<C, T extends string> = C extends `${T}.${infer N}` ? N : never
type Pascal<E extends string> = E extends `${infer A}.${infer B}` ? `${Capitalize<A>}${Pascal<B>}` : Capitalize<E>

/**
 * What the preload script puts on `window.readur`: one named function a call, e.g. `readur.runs.plan(…)`, and one an
 * event, e.g. `readur.events.onRunSnapshot(…)`, which subscribes; the function that it returns ends the subscription.
 */
export type ReadurApi = {
  [T in Topic<IpcChannel>]: {
    [N in CallName<IpcChannel, T>]: `${T}.${N}` extends infer C extends IpcChannel
      ? (...args: IpcCalls[C]['args']) => Promise<IpcReply<IpcCalls[C]['result']>>
      : never
  }
} & {
  /** Where a file lies that the user has dropped on the window; empty for one that lies nowhere. */
  dropped: { pathOf: (file: File) => string }
  events: { [E in IpcEvent as `on${Pascal<E>}`]: (listener: (payload: IpcEvents[E]) => void) => () => void }
}
