import type { BackupSnapshot } from './backup.ts'
import type { CheckupSnapshot } from './diagnostic.ts'
import type { ErrorData } from './errors.ts'
import type { RunSnapshot } from './run.ts'
import type { QuestionState } from './ssh.ts'

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
  /** The platform asks to open a state file, which the page can take. */
  'stateFile.opened': null
}

/** What the platform's menu asks of the page. */
export type MenuCommand =
  | 'new connection'
  | 'import state file'
  | 'home'
  | 'history'
  | 'settings'
  | 'find'
  | 'shortcuts'
  | 'licences'
  | 'back'
  | 'forward'

/** A line of a menu that the platform shows at the pointer. */
export type MenuEntry = { id: string; label: string; enabled: boolean } | 'line'

export interface AppInfo {
  version: string
  dataDir: string
  runtime: string
  /** Whether it runs as installed; from source, the sandbox can be had by npm. */
  installed: boolean
}

/** What a person chooses in the platform's own dialog. */
export type ChosenFile = 'uploads folder' | 'key file' | 'certificate'

export type IpcEvent = keyof IpcEvents

/** Errors cross as data: a rejected promise would lose code and remedy on the way. */
export type IpcReply<T> = { ok: true; value: T } | { ok: false; error: ErrorData }

/** The two channels of Electron that are used: the page can name a command or an event, and no channel. */
export const callChannel = 'command'
export const eventChannel = 'event'

/** What the preload script puts on `window.readur`. The page’s typed API over it is renderer/api.ts. */
export interface Bridge {
  /** Calls a command of main/ipc/commands.ts; one that does not exist is refused there. */
  invoke: (command: string, ...args: unknown[]) => Promise<IpcReply<unknown>>
  /** Subscribes; the function that it returns ends the subscription. */
  on: <E extends IpcEvent>(event: E, listener: (payload: IpcEvents[E]) => void) => () => void
  /** Where a file lies that the user has dropped on the window; empty for one that lies nowhere. */
  pathOf: (file: File) => string
}
