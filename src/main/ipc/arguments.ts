import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'
import { backupArguments } from './backupArguments.ts'
import { doctorArguments } from './doctorArguments.ts'
import { profileArguments } from './profileArguments.ts'
import { settingsSchema } from '../profiles/settingsFile.ts'
import { readurArguments } from './readurArguments.ts'
import { recordArguments } from './recordArguments.ts'
import { runArguments } from './runArguments.ts'
import { supportArguments } from './supportArguments.ts'

/** How the arguments of each call must look. What comes from the window is `unknown` until it has passed here. */
export const argumentSchemas: { [C in IpcChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'app.info': z.tuple([]),
  ...doctorArguments,
  ...backupArguments,
  ...supportArguments,
  'app.licences': z.tuple([]),
  'app.openDataDir': z.tuple([]),
  'settings.get': z.tuple([]),
  'settings.set': z.tuple([settingsSchema]),
  'counts.known': z.tuple([]),
  'counts.count': z.tuple([z.string().min(1).max(100)]),
  ...profileArguments,
  ...readurArguments,
  ...runArguments,
  ...recordArguments,
}
