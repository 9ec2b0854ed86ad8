import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'

const id = z.string().min(1).max(100)

export type BackupChannel = Extract<IpcChannel, `backups.${string}`>

/** How the arguments of the calls about backups must look. No path is among them: the user is asked for it. */
export const backupArguments: { [C in BackupChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'backups.last': z.tuple([id, id.nullable()]),
  // What the name of a container may hold, is said in words where it is used.
  'backups.make': z.tuple([id, z.strictObject({ container: z.string().min(1).max(200).nullable() })]),
  'backups.cancel': z.tuple([]),
  'backups.current': z.tuple([]),
  'backups.reveal': z.tuple([id, id.nullable()]),
}
