import { z } from 'zod'
import type { AppInfo, MenuEntry } from '../../shared/ipc.ts'
import type { Licences } from '../../shared/settings.ts'
import { settingsSchema, type SettingsFile } from '../profiles/settingsFile.ts'
import type { DocumentCounter } from '../runs/readur/documentCounter.ts'
import { command, id, noArguments, onlyId } from './command.ts'

export interface ProgramCommandDeps {
  info: AppInfo
  settings: Pick<SettingsFile, 'get' | 'set'>
  counter: Pick<DocumentCounter, 'known' | 'count'>
  /** Licences of all that the program is made of. */
  licences: () => Promise<Licences>
  /** Shows the data folder in the platform's file manager. */
  openDataDir: () => Promise<void>
  /** Shows the platform's menu at the pointer. Returns the id of what was chosen; null when it was closed. */
  popUp: (entries: readonly MenuEntry[]) => Promise<string | null>
}

const entry = z.strictObject({ id, label: z.string().min(1).max(100), enabled: z.boolean() })
const entries = z
  .array(z.union([entry, z.literal('line')]))
  .min(1)
  .max(30)

/** The program itself, and documents in numbers. */
export const programCommands = ({ info, settings, counter, licences, openDataDir, popUp }: ProgramCommandDeps) => ({
  'app.info': command(noArguments, () => info),
  'app.licences': command(noArguments, licences),
  /** Shows the data folder in the platform's file manager. */
  'app.openDataDir': command(noArguments, openDataDir),
  /** Shows the platform's menu at the pointer. Returns the id of what was chosen; null when it was closed. */
  'menu.popUp': command(z.tuple([entries]), popUp),
  'settings.get': command(noArguments, () => settings.get()),
  'settings.set': command(z.tuple([settingsSchema]), (changed) => settings.set(changed)),
  /** The latest figures of each profile that was ever counted; asks no server. */
  'counts.known': command(noArguments, () => counter.known()),
  /** Asks the database where the documents are. */
  'counts.count': command(onlyId, (profileId) => counter.count(profileId)),
})
