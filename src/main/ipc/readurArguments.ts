import { z } from 'zod'
import type { IpcCalls, IpcChannel } from '../../shared/ipc.ts'

const id = z.string().min(1).max(100)

export type ReadurChannel = Extract<IpcChannel, `server.${string}`>

/** How the arguments of the calls about the Readur of a connection must look. */
export const readurArguments: { [C in ReadurChannel]: z.ZodType<IpcCalls[C]['args']> } = {
  'server.known': z.tuple([id]),
  'server.look': z.tuple([id]),
  'server.confirm': z.tuple([id, z.boolean()]),
  'server.settings': z.tuple([id]),
  'server.reveal': z.tuple([id]),
}
