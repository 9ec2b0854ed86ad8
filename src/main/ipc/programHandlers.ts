import type { AppInfo, IpcChannel } from '../../shared/ipc.ts'
import type { Licences } from '../../shared/settings.ts'
import type { SettingsFile } from '../profiles/settingsFile.ts'
import type { DocumentCounter } from '../runs/documentCounter.ts'
import type { Handlers } from './handlers.ts'

export interface ProgramHandlerDeps {
  info: AppInfo
  settings: Pick<SettingsFile, 'get' | 'set'>
  counter: Pick<DocumentCounter, 'known' | 'count'>
  /** Licences of all that the program is made of. */
  licences: () => Promise<Licences>
  /** Shows the data folder in the platform's file manager. */
  openDataDir: () => Promise<void>
}

type ProgramChannel = Extract<IpcChannel, `app.${string}` | `settings.${string}` | `counts.${string}`>

/** What the calls about the program itself do, and those that count documents. */
export function createProgramHandlers(deps: ProgramHandlerDeps): Pick<Handlers, ProgramChannel> {
  const { info, settings, counter, licences, openDataDir } = deps
  return {
    'app.info': () => info,
    'app.licences': () => licences(),
    'app.openDataDir': async () => {
      await openDataDir()
      return null
    },
    'settings.get': () => settings.get(),
    'settings.set': (changed) => {
      settings.set(changed)
      return null
    },
    'counts.known': () => counter.known(),
    'counts.count': (profileId) => counter.count(profileId),
  }
}
