import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'

const id = z.string().min(1).max(100)
/** What it may hold, is said in words where it is used. */
const container = z.string().min(1).max(200).nullable()

export type SupportChannel = Extract<IpcChannel, `support.${string}`>

/** How the arguments of the calls about support bundles must look. No path is among them: the user is asked for it. */
export const supportArguments: { [C in SupportChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'support.prepare': z.tuple([
    id,
    z.strictObject({ runId: id.nullable(), readurContainer: container, postgresContainer: container }),
  ]),
  'support.cancel': z.tuple([]),
  'support.read': z.tuple([id, z.string().min(1).max(200), z.int().min(0)]),
  'support.write': z.tuple([id]),
  'support.reveal': z.tuple([id]),
}
